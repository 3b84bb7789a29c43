"""The reviewer's start page, and the page on which a question is approved or sent back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core.errors import DomainError
from quizzes.forms import ReturnForm
from quizzes.forms.item import ItemForm
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring, commenting
from quizzes.views.authoring import published_words
from quizzes.views.showing import framing, item_of, side, whole


@role_required(Role.REVIEWER)
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, oldest first."""
    user = signed_in(request)
    page = reads.waiting(user, request.GET.get("page"))
    rows = [(draft, reads.Row(draft.item, None, draft), user in draft.writers.all()) for draft in page.object_list]
    return render(request, "quizzes/queue.html", {"page": page, "rows": rows})


@framing
@role_required(Role.REVIEWER)
@require_http_methods(["GET", "HEAD", "POST"])
def item_review(request: HttpRequest, item_id: str) -> HttpResponse:
    """The question with key and reasons, the difference, the learner's view, the checks, and two acts. A decision
    names the content it was made on."""
    user = signed_in(request)
    bench = reads.bench(get_object_or_404(Item.objects.visible_to(user), pk=item_id))
    if request.method != "POST":
        return _page(request, bench, ReturnForm()) if _waits(bench) else _gone(request)
    form, act = ReturnForm(request.POST), request.POST.get("act", "")
    if act == "return" and not form.is_valid():
        return _page(request, bench, form, status=422) if _waits(bench) else _gone(request)
    try:
        _decide(request, bench.item, act, form)
    except DomainError as error:
        if error.code == "not_waiting":
            return _gone(request)
        if error.code not in ("changed_meanwhile", "to_mend", "newer_version", "unchanged", "open_comments"):
            raise
        kept = ReturnForm(initial={"reason": request.POST.get("reason", "")})
        return _page(request, bench, kept, status=409, problem=error)
    return redirect("review_queue")


def _decide(request: HttpRequest, found: Item, act: str, form: ReturnForm) -> None:
    user, looked_at = signed_in(request), request.POST.get("looked_at", "")
    if act == "approve":
        messages.success(request, published_words(authoring.approve(item=found, looked_at=looked_at, actor=user)))
    elif act == "return":
        reason = form.cleaned_data["reason"]
        authoring.send_back(item=found, looked_at=looked_at, reason=reason, actor=user, now=timezone.now())
        messages.success(request, _("Sent back. Its author reads your words on their start page."))
    else:
        raise DomainError("no_such_act", _("Approve it or send it back."), status=422)


def _page(
    request: HttpRequest, bench: reads.Bench, form: ReturnForm, *, status: int = 200, problem: DomainError | None = None
) -> HttpResponse:
    draft = bench.draft
    beside, shape = side(request, bench), ItemForm(None, stored=bench.content, version=bench.course)
    places = dict(shape.places())
    for one in beside["comments"]:
        one.label = places.get(one.place, "")
    before = bench.newest.content if bench.newest else None
    context: dict[str, Any] = {
        "bench": bench,
        "item": bench.item,
        "draft": draft,
        "form": form,
        "past": next(iter(reads.history(bench.item)), None),
        "problem": problem,
        "looked_at": authoring.seen(bench.draft, bench.content),
        "changes": difference.changes(before, bench.content),
        "own": bool(draft and draft.writers.filter(pk=signed_in(request).pk).exists()),
        "places": list(places.items()),
        "may_comment": True,
        **beside,
        **whole(bench.content, bench.course),
    }
    return render(request, "quizzes/item_review.html", context, status=status)


@role_required(Role.AUTHOR, Role.REVIEWER)
@require_POST
def item_comment(request: HttpRequest, item_id: str) -> HttpResponse:
    """Say something of a part of a question, or that a comment is settled; then back to where one came from."""
    user, found, now = signed_in(request), item_of(request, item_id), timezone.now()
    if settled := request.POST.get("settled", ""):
        commenting.resolve(item=found, number=settled, actor=user, now=now)
    else:
        place, body = request.POST.get("place", ""), request.POST.get("body", "")
        try:
            commenting.comment(item=found, place=place, body=body, actor=user, now=now)
        except DomainError as error:
            if error.status == 403:
                raise
            messages.error(request, error.message)
    bench = reads.bench(found)
    return redirect("item_review" if user.holds(Role.REVIEWER) and _waits(bench) else "item", item_id)


def _waits(bench: reads.Bench) -> bool:
    return bool(bench.draft and bench.draft.in_review)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("That question is not waiting for review any more."))
    return redirect("review_queue")
