"""Evaluation, claim, certificates and verification for programs, by the pages' forms and services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.services import signed_in
from certificates import selectors, services
from certificates.api.serializers import (
    CertificateLine,
    CertificateOut,
    ClaimIn,
    CompletionOut,
    EvaluationIn,
    VerificationOut,
)
from certificates.forms import ClaimForm, EvaluationForm
from certificates.models import Award
from core.api.openapi import operation
from core.api.resources import Resource, created
from core.api.shapes import complaints
from core.errors import DomainError
from courses.models import Completion

TAG, PUBLIC = "Certificates", "Verification"
OBJECTIVE = "objective_"


class Pdf(BaseRenderer):
    """Lets a client ask for application/pdf. Nothing is rendered: the file is sent as it lies."""

    media_type, format = "application/pdf", "pdf"


class CompletionDetail(Resource):
    @operation(
        "completions_retrieve",
        "A completion, and what is to do for its certificate",
        tag=TAG,
        answers={200: CompletionOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, completion_id: UUID) -> Response:
        return self.one(CompletionOut, _shown(_completion(request, completion_id)))


class Evaluate(Resource):
    @operation(
        "completions_evaluate",
        "Evaluate the activity",
        description="Sent twice, the first stands and is answered with 200.",
        tag=TAG,
        request=EvaluationIn,
        answers={201: CompletionOut, 200: CompletionOut},
        refuses=[404],
        unsafe=True,
        examples=[
            OpenApiExample(
                "Objectives met",
                {"objectives": {"LO-RO1": "yes", "LO-RO2": "yes"}, "bias_seen": False, "change": "considering"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, completion_id: UUID) -> Response:
        completion, now = _completion(request, completion_id), timezone.now()
        form = _evaluation_form(EvaluationIn.read(request), completion)
        evaluation = services.evaluate(completion=completion, now=now, **form.answers())
        return self.one(CompletionOut, _shown(completion), status=created(evaluation.at, now))


class Claim(Resource):
    @operation(
        "completions_claim",
        "Claim the certificate",
        description="Once for a completion: claimed again, the first certificate is answered with 200. Refused with "
        "403 (evaluate_first) until the evaluation is sent. The PDF is printed within seconds.",
        tag=TAG,
        request=ClaimIn,
        answers={201: CertificateOut, 200: CertificateOut},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request, completion_id: UUID) -> Response:
        completion, now = _completion(request, completion_id), timezone.now()
        form = ClaimForm(ClaimIn.read(request))
        if not form.is_valid():
            raise serializers.ValidationError(complaints(form))
        award = services.claim(completion=completion, now=now, **form.statement())
        return self.one(CertificateOut, award, status=created(award.issued_at, now))


class Certificates(Resource):
    @operation(
        "certificates_list",
        "Your certificates, newest first",
        tag=TAG,
        answers={200: CertificateLine(many=True)},
        refuses=[403, 404],
    )
    def get(self, request: Request) -> Response:
        return self.listed(CertificateLine, _awards(request).order_by("-issued_at", "pk"))


class CertificateDetail(Resource):
    @operation(
        "certificates_retrieve",
        "A certificate, as it was issued",
        tag=TAG,
        answers={200: CertificateOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, award_id: UUID) -> Response:
        return self.one(CertificateOut, _award(request, award_id))


class CertificatePdf(Resource):
    renderer_classes = [Pdf, JSONRenderer]

    @operation(
        "certificates_pdf",
        "A certificate's PDF",
        description="Refused with 409 (not_printed) while it is being printed: ask again in a few seconds.",
        tag=TAG,
        answers={(200, "application/pdf"): OpenApiTypes.BINARY},
        refuses=[403, 404, 409],
    )
    def get(self, request: Request, award_id: UUID) -> HttpResponse:
        award = _award(request, award_id)
        pdf = selectors.learners_file(award)
        if pdf is None:
            raise DomainError("not_printed", _("The PDF is not printed yet. Ask again in a few seconds."))
        named = f'attachment; filename="basal-{award.code_display}.pdf"'
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": named})


@method_decorator(never_cache, name="dispatch")
class Verification(Resource):
    """Counted together with the page that checks codes: one address has one allowance for both."""

    permission_classes = [AllowAny]
    throttle_scope = "verify"

    @operation(
        "verification_retrieve",
        "Check a certificate by its code",
        description="For anyone. The code as printed or typed: case, spaces and hyphens do not matter.",
        tag=PUBLIC,
        answers={200: VerificationOut},
        refuses=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        reader = request.user if isinstance(request.user, User) else None
        found = selectors.verification(code, reader=reader)
        if found.state == "unknown":
            raise Http404
        return self.one(VerificationOut, found)


def _completion(request: Request, completion_id: UUID) -> Completion:
    rows = selectors.claimable(signed_in(request))
    return get_object_or_404(rows.select_related("version__course", "enrolment"), pk=completion_id)


def _awards(request: Request) -> Any:
    rows = Award.objects.visible_to(signed_in(request)).with_state()
    return rows.select_related("completion__enrolment__course")


def _award(request: Request, award_id: UUID) -> Award:
    found: Award = get_object_or_404(_awards(request), pk=award_id)
    return found


def _shown(completion: Completion) -> dict[str, Any]:
    acts, version = selectors.acts(completion), completion.version
    return {
        "id": completion.pk,
        "enrolment": completion.enrolment_id,
        "course": version.course.slug,
        "title": version.title,
        "at": completion.at,
        "points": completion.points,
        "max_points": completion.max_points,
        "minutes": services.learning_minutes(completion),
        "current": acts.current,
        "objectives": version.objectives,
        "attestation": str(ClaimForm.base_fields["attest"].label),
        "certificate": acts.award.pk if acts.award else None,
    }


def _evaluation_form(sent: dict[str, Any], completion: Completion) -> EvaluationForm:
    """The page's form filled in by a program, checked; its complaints come back under the API's names."""
    answers = {f"{OBJECTIVE}{code}": met for code, met in sent.pop("objectives").items()}
    sent["bias"] = "yes" if sent.pop("bias_seen") else "no"
    form = EvaluationForm({**sent, **answers}, objectives=completion.version.objectives)
    wrong = {_named(field): words for field, words in complaints(form).items()}
    unknown = [name for name in answers if name not in form.codes]
    wrong |= {_named(name): [_("The course has no such objective.")] for name in unknown}
    if wrong:
        raise serializers.ValidationError(wrong)
    return form


def _named(field: str) -> str:
    code = field.removeprefix(OBJECTIVE)
    return field if code == field else f"objectives.{code}"
