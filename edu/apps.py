"""The composition: which app owns which kind of activity. (Outbox handlers register from their app's tasks.)"""

from django.apps import AppConfig


class EduConfig(AppConfig):
    name = "edu"

    def ready(self) -> None:
        from certificates.activities import CertificateKind
        from courses.activities import KINDS
        from quizzes.activities import CheckKind, QuizKind

        KINDS["check"] = CheckKind()
        KINDS["quiz"] = QuizKind()
        KINDS["certificate"] = CertificateKind()
