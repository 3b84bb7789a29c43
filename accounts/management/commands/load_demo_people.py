"""The demo people, each visibly demo, with a verified address so that sign-in works at once."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.models import STAFF, Profession, Role, User

PASSWORD = "basal-demo-2026"  # noqa: S105 - printed on the sign-in page of the demo, refused elsewhere
PEOPLE = [
    ("educator@demo.example", "Adaeze Okonkwo (demo)", "RN, MSN, CDCES", Profession.NURSE, Role.EDUCATOR),
    ("author@demo.example", "Tomás Rivera (demo)", "PharmD, CDCES", Profession.PHARMACIST, Role.AUTHOR),
    ("reviewer@demo.example", "Wanjiru Maina (demo)", "MD", Profession.PHYSICIAN, Role.REVIEWER),
    ("patient@demo.example", "Sam Ortiz (demo)", "", "", Role.PATIENT),
    ("ceoffice@demo.example", "Noor Haddad (demo)", "", "", Role.CE_OFFICE),
    ("admin@demo.example", "Ingrid Halvorsen (demo)", "PhD, RN", Profession.NURSE, Role.ADMIN),
]


class Command(BaseCommand):
    help = "Create the demo people who are missing. Refused unless the settings are a demo's."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo people exist in demo settings only.")
        for email, name, credentials, profession, role in PEOPLE:
            if User.objects.filter(email=email).exists():
                continue
            user = User.objects.create_user(email, PASSWORD, name=name, credentials=credentials, profession=profession)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            services.grant(user=user, role=role, granted_by=None, now=timezone.now())
            if role in STAFF:
                TOTP.activate(user, services.demo_secret(email))
            self.stdout.write(f"{email}: {role.label}")
