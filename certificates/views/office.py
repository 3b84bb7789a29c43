"""The CE office: what to do next, three lists, one certificate, and the two acts on it. All reading is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from certificates import selectors
from certificates.forms import BiasReviewForm, CorrectionForm, ListForm, RevocationForm
from certificates.models import Award, Evaluation, read_code
from certificates.selectors import office as reads
from certificates.services import office as acts
from certificates.views import exports, pdf_answer
from core import audit
from core.errors import DomainError
from core.texts import told

SHOWS: dict[str, list[tuple[str, Any]]] = {
    "completion": [("unclaimed", gettext_lazy("Not claimed yet"))],
    "evaluation": [
        ("comments", gettext_lazy("With comments")),
        ("bias", gettext_lazy("Bias reported")),
        ("unseen", gettext_lazy("Bias reported, not looked at")),
    ],
    "award": [*Award.State.choices, ("set_aside", gettext_lazy("Printing set aside"))],
}
READS: dict[str, Callable[..., Any]] = {
    "completion": reads.completions,
    "evaluation": reads.evaluations,
    "award": reads.awards,
}
PAGES = {"completion": "office_completions", "evaluation": "office_evaluations", "award": "office_certificates"}


def office_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the office: for who holds the role, and in no cache."""
    return role_required(Role.CE_OFFICE)(never_cache(view))


@office_only
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The office's start page: what to do next, numbers, one search box."""
    if words := request.GET.get("q", "").strip():
        return _found(request, words)
    user, now = signed_in(request), timezone.now()
    audit.record(actor=user.pk, action="office.read", target="office:start")
    context = {
        "todo": reads.to_do(user, now),
        "numbers": reads.numbers(user, now),
        "review_form": BiasReviewForm(),
        "days": {"unclaimed": reads.UNCLAIMED_DAYS, "recent": reads.RECENT_DAYS},
    }
    return render(request, "certificates/office/start.html", context)


@office_only
@require_safe
def completions(request: HttpRequest) -> HttpResponse:
    context = _list(request, "completion")
    context["found"] = reads.with_awards(context["page"].object_list)
    return render(request, "certificates/office/completions.html", context, status=context["status"])


@office_only
@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    context = _list(request, "evaluation")
    only = context["courses"][0][0] if len(context["courses"]) == 1 else ""
    context["summary"] = reads.summary(context["rows"], context["wanted"].course or only)
    context["review_form"] = BiasReviewForm()
    return render(request, "certificates/office/evaluations.html", context, status=context["status"])


@office_only
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    context = _list(request, "award")
    return render(request, "certificates/office/certificates.html", context, status=context["status"])


@office_only
@require_safe
def completions_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return _csv(request, "completion", lambda _wanted: exports.Completions())


@office_only
@require_safe
def evaluations_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return _csv(request, "evaluation", lambda wanted: exports.Evaluations(reads.objective_codes(wanted)))


@office_only
@require_safe
def certificates_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return _csv(request, "award", lambda _wanted: exports.Awards())


@office_only
@require_POST
def evaluation_seen(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Reported bias was looked at."""
    user = signed_in(request)
    evaluation = get_object_or_404(Evaluation.objects.in_office_of(user).filter(bias_seen=True), pk=evaluation_id)
    form = BiasReviewForm(request.POST)
    if not form.is_valid():
        context = {"evaluation": evaluation, "form": form}
        return render(request, "certificates/office/seen.html", context, status=422)
    acts.review_bias(evaluation=evaluation, words=form.cleaned_data["words"], by=user, now=timezone.now())
    messages.success(request, _("Marked as seen."))
    return redirect("office")


@office_only
@require_safe
def certificate(request: HttpRequest, award_id: str) -> HttpResponse:
    award = _award(request, award_id)
    audit.record(actor=signed_in(request).pk, action="award.read", target=f"award:{award.pk}")
    return _certificate_page(request, award)


@office_only
@require_safe
def certificate_pdf(request: HttpRequest, award_id: str) -> HttpResponse:
    """The printed file of any certificate, revoked or not: the office keeps what was issued."""
    award = _award(request, award_id)
    pdf = selectors.printed_file(award)
    if pdf is None:
        return redirect("office_certificate", award.pk)
    audit.record(actor=signed_in(request).pk, action="award.download", target=f"award:{award.pk}")
    return pdf_answer(award, pdf)


@office_only
@require_POST
def certificate_print(request: HttpRequest, award_id: str) -> HttpResponse:
    award = _award(request, award_id)
    acts.order_print(award=award, by=signed_in(request))
    messages.success(request, _("It will be printed in a few seconds."))
    return redirect("office_certificate", award.pk)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, award_id: str) -> HttpResponse:
    """A form, then old and new side by side, then the deed."""
    award = _award(request, award_id)
    if refusal := _refusal(request, award, shut=award.erased_at is not None):
        return refusal
    form = CorrectionForm(request.POST or None, award=award)
    return _in_two_steps(request, award, form, "correct", lambda: _supersede(request, award, form))


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, award_id: str) -> HttpResponse:
    """A form, then what will be said and to whom, then the deed."""
    award = _award(request, award_id)
    if refusal := _refusal(request, award):
        return refusal
    form = RevocationForm(request.POST or None)
    return _in_two_steps(request, award, form, "revoke", lambda: _revoke(request, award, form))


# --- lists ----------------------------------------------------------------------------------------------------


def _found(request: HttpRequest, words: str) -> HttpResponseRedirect:
    """The start page's search: a code leads to its certificate, other words to the completions that fit them."""
    code = read_code(words)
    award = Award.objects.in_office_of(signed_in(request)).filter(code=code).first() if code else None
    if award is not None:
        return redirect("office_certificate", award.pk)
    return HttpResponseRedirect(f"{reverse('office_completions')}?{urlencode({'q': words})}")


def _list(request: HttpRequest, kind: str) -> dict[str, Any]:
    """What every list shows: the form, the rows that fit it, one page of them. Noted, without the words."""
    user = signed_in(request)
    form, courses = _form(request, kind)
    good = form.is_valid()
    wanted = form.wanted() if good else reads.Wanted()
    rows = READS[kind](user, wanted) if good else READS[kind](user, wanted).none()
    page = reads.page(rows, request.GET.get("page"))
    _note(request, kind, "list", wanted, page.paginator.count)
    return {
        "form": form,
        "courses": courses,
        "wanted": wanted,
        "narrowed": wanted != reads.Wanted() or not good,
        "rows": rows,
        "page": page,
        "query": _query(request),
        "status": 200 if good else 422,
    }


def _form(request: HttpRequest, kind: str) -> tuple[ListForm, list[tuple[str, str]]]:
    courses = [
        (course.slug, told(max(course.versions.all(), key=lambda version: version.number).title))
        for course in reads.courses_of(signed_in(request))
    ]
    given = {name: request.GET.get(name, "") for name in ("q", "course", "show", "since", "until")}
    return ListForm(given, courses=courses, shows=SHOWS[kind]), courses


def _query(request: HttpRequest) -> str:
    """What the pager's links and the download keep of the address."""
    kept = urlencode({name: value for name, value in request.GET.items() if value and name != "page"})
    return f"{kept}&" if kept else ""


def _csv(
    request: HttpRequest, kind: str, table: Callable[[reads.Wanted], exports.Table]
) -> HttpResponse | StreamingHttpResponse:
    form, _courses = _form(request, kind)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse(PAGES[kind])}?{_query(request)}")
    rows = READS[kind](signed_in(request), form.wanted())
    _note(request, kind, "export", form.wanted(), rows.count())
    return exports.stream(kind, table(form.wanted()), rows)


def _note(request: HttpRequest, kind: str, verb: str, wanted: reads.Wanted, count: int) -> None:
    audit.record(
        actor=signed_in(request).pk,
        action=f"{kind}.{verb}",
        target=f"{kind}:all",
        count=count,
        searched=bool(wanted.words),
        course=wanted.course,
        show=wanted.show,
        dates=bool(wanted.since or wanted.until),
    )


# --- one certificate ------------------------------------------------------------------------------------------


def _award(request: HttpRequest, award_id: str) -> Award:
    rows = Award.objects.in_office_of(signed_in(request)).with_state()
    related = ("user", "completion__version__course", "completion__evaluation__bias_review__by", "revocation__by")
    return get_object_or_404(rows.select_related(*related), pk=award_id)


def _certificate_page(request: HttpRequest, award: Award, error: DomainError | None = None) -> HttpResponse:
    evaluation = getattr(award.completion, "evaluation", None)
    context = selectors.certificate_page(award) | {
        "events": reads.history(award),
        "evaluation": evaluation,
        "answers": reads.answers(evaluation) if evaluation else [],
        "own": award.user_id == signed_in(request).pk,
        "error": error,
        "review_form": BiasReviewForm(),
    }
    return render(request, "certificates/office/certificate.html", context, status=error.status if error else 200)


def _refusal(request: HttpRequest, award: Award, *, shut: bool = False) -> HttpResponse | None:
    """The certificate's page, which says why, when this act is not possible or not this person's. Whether the last
    step was sent twice or is another one is for the service to tell."""
    own = award.user_id == signed_in(request).pk
    if request.POST.get("step") == "do" or (award.state == Award.State.VALID and not own and not shut):
        return None
    return redirect("office_certificate", award.pk)


def _in_two_steps(
    request: HttpRequest, award: Award, form: Form, act: str, do: Callable[[], HttpResponse]
) -> HttpResponse:
    audit.record(actor=signed_in(request).pk, action="award.read", target=f"award:{award.pk}", act=act)
    step = request.POST.get("step", "look")
    context = {"award": award, "form": form}
    if request.method != "POST" or not form.is_valid() or step == "edit":
        status = 422 if form.errors else 200
        return render(request, f"certificates/office/{act}.html", context, status=status)
    if step != "do":
        return render(request, f"certificates/office/{act}_look.html", context)
    try:
        return do()
    except DomainError as error:
        return _certificate_page(request, _award(request, str(award.pk)), error)


def _supersede(request: HttpRequest, award: Award, form: CorrectionForm) -> HttpResponse:
    new = acts.supersede(award=award, by=signed_in(request), now=timezone.now(), **form.cleaned_data)
    messages.success(
        request, _("Corrected. This is the certificate that counts now; the old code says that it was replaced.")
    )
    return redirect("office_certificate", new.pk)


def _revoke(request: HttpRequest, award: Award, form: RevocationForm) -> HttpResponse:
    acts.revoke(award=award, by=signed_in(request), now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Revoked. Its code says so from now on."))
    return redirect("office_certificate", award.pk)
