from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self) -> None:
        """Register the clock's job with the reconciler."""
        from quizzes import tasks  # noqa: F401 - importing it registers the job
