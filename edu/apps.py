"""The composition: which app owns which kind of activity. (Outbox handlers register from their app's tasks.)"""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class EduConfig(AppConfig):
    name = "edu"
    default = True  # the other one below is named in full

    def ready(self) -> None:
        from certificates.activities import CertificateKind
        from courses.activities import KINDS
        from quizzes.activities import CheckKind, PretestKind, QuizKind, TrainerKind

        KINDS["check"] = CheckKind()
        KINDS["quiz"] = QuizKind()
        KINDS["pretest"] = PretestKind()
        KINDS["trainer"] = TrainerKind()
        KINDS["certificate"] = CertificateKind()


class BasalAdminConfig(AdminConfig):
    """Django's admin, opened by the admin role and a second factor instead of a staff flag."""

    default_site = "edu.admin_site.BasalAdminSite"
