"""People: the account, the roles it was granted, its licences, what it accepted, and letters to the office."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EDUCATOR = "educator", _("Educator")
    PATIENT = "patient", _("Patient")
    AUTHOR = "author", _("Author")
    REVIEWER = "reviewer", _("Reviewer")
    CE_OFFICE = "ce_office", _("CE office")
    ADMIN = "admin", _("Admin")


class Profession(models.TextChoices):
    NURSE = "nurse", _("Nurse")
    DIETITIAN = "dietitian", _("Dietitian")
    PHARMACIST = "pharmacist", _("Pharmacist")
    PHYSICIAN = "physician", _("Physician")
    OTHER = "other", _("Another profession")


# Who must have a second factor: whoever sees or changes what is not their own.
STAFF = frozenset({Role.AUTHOR, Role.REVIEWER, Role.CE_OFFICE, Role.ADMIN})


class Unit(models.TextChoices):
    MGDL = "mgdl", "mg/dL"
    MMOL = "mmol", "mmol/L"


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """An admin sees every account that is not deleted; everyone else their own."""
        return self.filter(erased_at__isnull=True) if user.holds(Role.ADMIN) else self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Someone who signs in with an e-mail address. What they may do is in their RoleGrants."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name as it is printed on certificates"), max_length=120, blank=True)
    credentials = models.CharField(_("letters after your name"), max_length=60, blank=True)
    profession = models.CharField(_("profession"), max_length=20, choices=Profession, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    unit = models.CharField(_("glucose unit"), max_length=4, choices=Unit, default=Unit.MGDL)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, help_text="Empty: as the browser says.")
    guardian = models.BooleanField(_("held by a parent or guardian for a child"), default=False)
    child_name = models.CharField(_("first name of the child"), max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the account was deleted; the row stays.")
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_demo(self) -> bool:
        """One of the demo's people (load_demo_people), whose password everybody knows."""
        return self.email.casefold().endswith("@demo.example")

    @property
    def initials(self) -> str:
        """One or two letters for the round badge in the page head."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.email]
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now. One query for each request, whatever doors are asked for."""
        return frozenset(Role(value) for value in self.grants.live().values_list("role", flat=True))

    def holds(self, *roles: Role) -> bool:
        """Whether one of these roles was granted and not revoked."""
        return self.is_active and not self.roles.isdisjoint(roles)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """What Django's admin asks: the admin role may do all there, nobody else anything."""
        return self.holds(Role.ADMIN)

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(app_label)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def live(self) -> RoleGrantQuerySet:
        return self.filter(revoked_at__isnull=True)


class RoleGrant(models.Model):
    """A role someone was given. Append-only: revoking sets `revoked_at`, granting again is a new row."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(revoked_at__isnull=True), name="role_granted_once"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.user_id}"


class LicenceQuerySet(models.QuerySet["Licence"]):
    def visible_to(self, user: User) -> LicenceQuerySet:
        return self.filter(user=user)


class Licence(models.Model):
    """A professional licence the educator tells us of; printed nowhere until a provider's rules ask for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="licences")
    kind = models.CharField(_("licence or certification"), max_length=60)
    jurisdiction = models.CharField(_("state or country"), max_length=60)
    number = models.CharField(_("number"), max_length=40)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "jurisdiction", "number"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "jurisdiction", "number"], name="licence_listed_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.jurisdiction}"


class Document(models.TextChoices):
    """What someone accepts who makes an account; the pages of these names say it."""

    TERMS = "terms", _("Terms of use")
    PRIVACY = "privacy", _("Privacy")


# The day on which what a page says last changed in substance; it stands on the page and in each consent.
VERSIONS = {Document.TERMS: dt.date(2026, 11, 24), Document.PRIVACY: dt.date(2026, 11, 24)}


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> ConsentQuerySet:
        return self.filter(user=user)


class Consent(models.Model):
    """Someone accepted the terms, or had the privacy page before them, in this version. Append-only."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    document = models.CharField(max_length=10, choices=Document)
    version = models.DateField()
    at = models.DateTimeField()

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "document", "version"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


REFERENCE_LENGTH = 8
ANSWER_WITHIN = dt.timedelta(days=30)


def new_reference() -> str:
    """Eight characters to name a letter by, on the telephone too: none that reads like another."""
    return get_random_string(REFERENCE_LENGTH, "ABCDEFGHJKMNPQRSTUVWXYZ23456789")


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """One's own, written while signed in."""
        return self.filter(user=user)

    def in_office_of(self, user: User) -> LetterQuerySet:
        """The CE office's door, for its own pages, which note what is read there: all for who holds the role."""
        return self.all() if user.holds(Role.CE_OFFICE) else self.none()

    def open(self) -> LetterQuerySet:
        return self.filter(answered_at__isnull=True, erased_at__isnull=True)

    def answered(self) -> LetterQuerySet:
        return self.filter(answered_at__isnull=False)


class Letter(models.Model):
    """A message or a complaint to the office, with its answer. `erased_at`: what was personal in it is gone."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Message")
        COMPLAINT = "complaint", _("Complaint")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True, default=new_reference)
    kind = models.CharField(max_length=10, choices=Kind)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    subject = models.CharField(max_length=120, blank=True)
    course_slug = models.SlugField(blank=True)
    text = models.TextField()
    language = models.CharField(max_length=5, default="en", help_text="The writer's; the answer's mail follows it.")
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["contact", "complaint"]), name="letter_kind_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="letter_answered_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["answered_at", "at"], name="letter_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_on(self) -> dt.datetime:
        """By when it is answered."""
        return self.at + ANSWER_WITHIN
