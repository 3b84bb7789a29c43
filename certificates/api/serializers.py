"""Shapes of completions, certificates and verification in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from certificates import selectors
from certificates.forms import CHANGE, TEXT_MAX
from certificates.models import Award, Met
from certificates.services.printing import verify_url
from core.api.shapes import Input, Told


class StatedObjective(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = Told()


class CompletionOut(serializers.Serializer[Any]):
    """A course completed, and the act to do now: evaluation, claim, or nothing more than to read the certificate."""

    id = serializers.UUIDField()
    enrolment = serializers.UUIDField()
    course = serializers.SlugField()
    title = Told()
    at = serializers.DateTimeField()
    points = serializers.FloatField()
    max_points = serializers.FloatField()
    minutes = serializers.IntegerField(help_text="Engagement as the certificate will state it.")
    current = serializers.ChoiceField(choices=["evaluation", "claim", "certificate"])
    objectives = StatedObjective(many=True, help_text="What the evaluation asks about, one answer each.")
    attestation = serializers.CharField(help_text="What `attest` in a claim says.")
    certificate = serializers.UUIDField(allow_null=True)


class EvaluationIn(Input):
    """What the learner says of the activity."""

    objectives = serializers.DictField(
        child=serializers.ChoiceField(choices=Met.choices),
        help_text="For each objective's code whether it was met.",
    )
    bias_seen = serializers.BooleanField(help_text="Whether commercial bias was seen.")
    bias_text = serializers.CharField(
        max_length=TEXT_MAX, required=False, allow_blank=True, default="", help_text="Where it was; needed if seen."
    )
    change = serializers.ChoiceField(choices=CHANGE, help_text="Whether a change in practice is intended.")
    change_text = serializers.CharField(max_length=TEXT_MAX, required=False, allow_blank=True, default="")


class ClaimIn(Input):
    """The name as it will be printed, and the attestation."""

    name = serializers.CharField(max_length=120, help_text="As it will be printed.")
    credentials = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="Letters after the name."
    )
    attest = serializers.BooleanField(help_text="True: “I took part in the whole activity myself.”")


class CertificateLine(serializers.Serializer[Award]):
    """A certificate that was issued to you."""

    id = serializers.UUIDField()
    code = serializers.CharField(source="code_display", help_text="For /verification/{code}/.")
    course = serializers.SlugField(source="completion.enrolment.course.slug")
    activity_title = serializers.CharField()
    name = serializers.CharField()
    completed_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField()
    state = serializers.CharField(source="state.value", help_text="valid, superseded or revoked")
    superseded_by = serializers.UUIDField(source="superseded_by.pk", allow_null=True)


class CertificateOut(CertificateLine):
    """All that the certificate states; copied at issue, never changed."""

    completion = serializers.UUIDField(source="completion_id")
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)
    credentials = serializers.CharField(allow_blank=True)
    activity_format = serializers.CharField(allow_blank=True)
    provider = serializers.CharField()
    director_name = serializers.CharField(allow_blank=True)
    director_role = serializers.CharField(allow_blank=True)
    points = serializers.FloatField()
    max_points = serializers.FloatField()
    needed = serializers.IntegerField()
    minutes = serializers.IntegerField()
    credit_type = serializers.CharField(allow_blank=True, help_text="Empty: certificate of completion, no CE credit.")
    attestation = serializers.CharField()
    language = serializers.CharField()
    verify_url = serializers.SerializerMethodField(help_text="Where anyone can check it.")
    pdf = serializers.SerializerMethodField(help_text="Whether …/pdf/ has it; stuck: ask the office.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_verify_url(self, award: Award) -> str:
        return verify_url(award)

    @extend_schema_field(serializers.ChoiceField(choices=["printed", "printing", "stuck"]))
    def get_pdf(self, award: Award) -> str:
        page = selectors.certificate_page(award)
        return "printed" if page["printed"] else "stuck" if page["stuck"] else "printing"


class VerificationOut(serializers.Serializer[Any]):
    """What anyone may know of a certificate: what, when, by whom, and whether it stands; the name while it does."""

    state = serializers.ChoiceField(choices=["valid", "superseded", "revoked"])
    code = serializers.CharField(source="code_display")
    name = serializers.CharField(allow_blank=True, help_text="Empty unless the certificate stands.")
    activity_title = serializers.CharField()
    completed_on = serializers.DateField()
    issued_by = serializers.CharField(source="provider")
    credit_type = serializers.CharField(allow_blank=True, help_text="Empty: certificate of completion, no CE credit.")
    superseded_by = serializers.CharField(
        source="new_code_display",
        allow_blank=True,
        help_text="To its holder, signed in: the code of the certificate that counts instead. Else empty.",
    )
    changed_at = serializers.DateTimeField(allow_null=True, help_text="When it was superseded or revoked.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it was revoked.")
