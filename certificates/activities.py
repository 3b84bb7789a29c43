"""What courses show of certificates: the last stretch of the way, from passing to the certificate."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from certificates import selectors
from courses.activities import Activity
from courses.models import Completion, Enrolment

MINUTES = 3


class CertificateKind:
    """Evaluation, claim and certificate of a completed course, as one step (courses.activities.Kind)."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]:
        return {ref: Activity(_("Evaluation and certificate"), minutes=MINUTES) for ref in refs}

    def url(self, ref: str, enrolment: Enrolment) -> str:
        return reverse("claim", args=[enrolment.completion.pk])

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        completion = Completion.objects.filter(enrolment=enrolment).first()
        if completion is None:
            return {}
        context = {"acts": selectors.acts(completion), "completion": completion}
        html = render_to_string("certificates/_certificate_card.html", context, request)
        return dict.fromkeys(refs, html)
