"""Contact and complaints: written by anyone, one's own to read again, and the CE office's desk for them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Letter, Role, User
from accounts.services import letters, role_required, signed_in
from core import audit, ratelimit
from core.errors import DomainError
from core.texts import pick
from courses import selectors
from courses.models import CourseVersion
from edu.privacy.forms import AnswerForm, ComplaintForm, LetterForm
from edu.privacy.pages import text_of

LETTERS_AN_HOUR = 5
PAGE_SIZE = 25
SENT = "letter_sent"  # in the session: reference and kind of the letter just written
OPEN, ANSWERED = "open", "answered"


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    form = LetterForm(request.POST or None, initial=_writer(request))
    return _write(request, Letter.Kind.CONTACT, form, {"title": _("Contact"), "button": _("Send the message")})


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    versions = _courses(request)
    courses = [(version.course.slug, pick(version.title)) for version in versions]
    form = ComplaintForm(request.POST or None, initial=_writer(request), courses=courses)
    providers = [(pick(version.title), version.ce["provider"]) for version in versions if version.ce.get("provider")]
    context = {"title": _("Complaints"), "button": _("Send the complaint"), "providers": providers}
    return _write(request, Letter.Kind.COMPLAINT, form, context)


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The reference of the letter this browser has just written."""
    if SENT not in request.session:
        return redirect("contact")
    return render(request, "pages/sent.html", request.session[SENT])


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The letters someone wrote while signed in, with their answers."""
    page = Paginator(Letter.objects.visible_to(signed_in(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/letters_own.html", {"page": page})


@role_required(Role.CE_OFFICE)
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """Every letter, the open ones first to be seen and the oldest of them on top."""
    user = signed_in(request)
    show = ANSWERED if request.GET.get("show") == ANSWERED else OPEN
    found = Letter.objects.in_office_of(user)
    rows = found.answered().order_by("-answered_at") if show == ANSWERED else found.open().order_by("at")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    audit.record(actor=user.pk, action="letters.read", target=f"letters:{show}")
    context = {"page": page, "show": show, "query": f"show={show}&", "now": timezone.now()}
    context["open_count"] = found.open().count()
    return render(request, "accounts/letters.html", context)


@role_required(Role.CE_OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def letter(request: HttpRequest, letter_id: str) -> HttpResponse:
    """One letter, and its answer: to be read, or to be written once."""
    user = signed_in(request)
    found = get_object_or_404(Letter.objects.in_office_of(user).select_related("user", "answered_by"), pk=letter_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            letters.answer(letter=found, text=form.cleaned_data["text"], by=user, now=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
            found.refresh_from_db()
        else:
            messages.success(request, _("Answered. The mail is on its way."))
            return redirect("letter", found.pk)
    audit.record(actor=user.pk, action="letter.read", target=f"letter:{found.pk}")
    context = {"letter": found, "form": form, "now": timezone.now()}
    return render(request, "accounts/letter.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, kind: Letter.Kind, form: LetterForm, context: dict[str, Any]) -> HttpResponse:
    """Show the page, or take the letter: to its reference, or back with everything typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if ratelimit.allow("letter", ratelimit.address(request), limit=LETTERS_AN_HOUR, seconds=3600):
                return _take(request, kind, form)
            form.add_error(None, _("That were five letters within an hour. Wait an hour, then send this one."))
            status = 429
    return render(request, "pages/letter.html", {**text_of(kind), **context, "form": form}, status=status)


def _take(request: HttpRequest, kind: Letter.Kind, form: LetterForm) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    written = letters.write(kind=kind, user=user, now=timezone.now(), **form.letter())
    request.session[SENT] = {"reference": written.reference, "kind": written.kind}
    return redirect("letter_sent")


def _writer(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {"name": user.name, "email": user.email} if isinstance(user, User) else {}


def _courses(request: HttpRequest) -> list[CourseVersion]:
    """The courses a complaint can be about: a patient is not offered what educators take for credit."""
    only_patient = isinstance(request.user, User) and request.user.roles == {Role.PATIENT}
    return [version for version in selectors.catalogue() if not only_patient or version.course.audience == "patient"]
