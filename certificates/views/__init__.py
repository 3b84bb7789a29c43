"""Evaluation, claim, the certificate arriving, transcript, and verification by anyone."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User
from accounts.services import signed_in
from certificates import selectors, services
from certificates.forms import ClaimForm, CodeForm, EvaluationForm
from certificates.models import Award, Evaluation, in_fours, read_code
from core import ratelimit
from core.errors import DomainError
from courses.models import Completion


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request: HttpRequest, completion_id: str) -> HttpResponse:
    completion = _completion(request, completion_id)
    if Evaluation.objects.visible_to(signed_in(request)).filter(completion=completion).exists():
        return redirect("claim", completion.pk)
    services.require_claimant(completion)
    form = EvaluationForm(request.POST or None, objectives=completion.version.objectives)
    if request.method == "POST" and form.is_valid():
        services.evaluate(completion=completion, now=timezone.now(), **form.answers())
        return redirect("claim", completion.pk)
    context = {"completion": completion, "form": form, "acts": selectors.acts(completion)}
    return render(request, "certificates/evaluation.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, completion_id: str) -> HttpResponse:
    completion = _completion(request, completion_id)
    award = selectors.current_award(completion)
    if award is not None:
        return redirect("certificate", award.pk)
    if not Evaluation.objects.filter(completion=completion).exists():
        return redirect("evaluation", completion.pk)
    services.require_claimant(completion)
    user = signed_in(request)
    form = ClaimForm(request.POST or None, initial={"name": user.name, "credentials": user.credentials})
    if request.method == "POST" and form.is_valid():
        award = services.claim(completion=completion, now=timezone.now(), **form.statement())
        return redirect("certificate", award.pk)
    minutes = services.learning_minutes(completion)
    context = {"completion": completion, "form": form, "acts": selectors.acts(completion), "minutes": minutes}
    return render(request, "certificates/claim.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
@never_cache
def certificate(request: HttpRequest, award_id: str) -> HttpResponse:
    award = _award(request, award_id)
    return render(request, "certificates/certificate.html", selectors.certificate_page(award))


@login_required
@require_safe
@never_cache
def certificate_status(request: HttpRequest, award_id: str) -> HttpResponse:
    """The part of the page that waits: asked once a second until the PDF is there."""
    page = selectors.certificate_page(_award(request, award_id))
    if page["award"].state != Award.State.VALID:  # replaced or withdrawn while the page was open
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if not page["printed"] and not page["stuck"]:
        return HttpResponse(status=204)  # nothing to swap: what draws itself on the page is not disturbed
    return render(request, "certificates/_paper.html", page | {"said": True})


@login_required
@require_safe
@never_cache
def certificate_pdf(request: HttpRequest, award_id: str) -> HttpResponse:
    award = _award(request, award_id)
    pdf = selectors.learners_file(award)
    return pdf_answer(award, pdf) if pdf else redirect("certificate", award.pk)


@login_required
@require_http_methods(["POST"])
def certificate_print_again(request: HttpRequest, award_id: str) -> HttpResponse:
    award = _award(request, award_id)
    if award.state == Award.State.VALID and selectors.printed_file(award) is None:
        services.print_again(award)
    return redirect("certificate", award.pk)


@login_required
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    if signed_in(request).roles == {Role.PATIENT}:
        raise Http404
    page = selectors.transcript(signed_in(request), request.GET.get("page"))
    return render(request, "certificates/transcript.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form; a code given answers at the code's own address, which is what the QR code holds."""
    typed = request.POST.get("code") or request.GET.get("code")
    form = CodeForm({"code": typed} if typed is not None else None)
    if typed is None or not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form}, status=422 if form.errors else 200)
    code = read_code(form.cleaned_data["code"])
    if code is None:
        form.add_error("code", _("A code has sixteen letters and digits. Check it against the certificate."))
        return render(request, "certificates/verify.html", {"form": form}, status=422)
    return redirect("verify_code", in_fours(code))


@require_safe
@never_cache
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What anyone may know of a certificate: what, when, by whom, and whether it stands; the name while it does. Its
    holder, signed in, is led from an old code to the new one."""
    if not ratelimit.allow("verify", ratelimit.address(request), limit=settings.RATES_A_MINUTE["verify"], seconds=60):
        error = DomainError("too_many", _("That were many codes in a minute. Wait a minute, then check again."))
        response = render(request, "refused.html", {"error": error}, status=429)
        response["Retry-After"] = "60"
        return response
    reader = request.user if isinstance(request.user, User) else None
    found = selectors.verification(code, reader=reader)
    context = {"found": found, "form": CodeForm(initial={"code": code}), "checked_at": timezone.now()}
    return render(request, "certificates/verify_code.html", context, status=404 if found.state == "unknown" else 200)


def pdf_answer(award: Award, pdf: bytes) -> HttpResponse:
    """The file, under a name that tells the code and not the person."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="basal-{award.code_display}.pdf"'
    return response


def _completion(request: HttpRequest, completion_id: str) -> Completion:
    rows = selectors.claimable(signed_in(request)).select_related("version__course", "enrolment")
    return get_object_or_404(rows, pk=completion_id)


def _award(request: HttpRequest, award_id: str) -> Award:
    rows = Award.objects.visible_to(signed_in(request)).with_state()
    rows = rows.select_related("completion__enrolment", "completion__version")
    return get_object_or_404(rows, pk=award_id)
