"""The question bank: find, make, duplicate, tag and retire, publish, discard."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core.errors import DomainError
from quizzes import marking
from quizzes.forms import BankForm, NewItemForm
from quizzes.forms.parts import new_id
from quizzes.forms.shapes import TYPES, blank
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring, checks, shelving
from quizzes.views.editing import hindered, hindrance
from quizzes.views.showing import framing, item_of, side, staff, whole


@staff
@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """An author's start page: what to do next, then every question with search and filters."""
    user, form = signed_in(request), BankForm(request.GET)
    page, rows = reads.page(reads.items(user, **form.wanted), request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "levels": checks.LEVEL_NAMES,
        "types": {kind: name for kind, (name, _when) in TYPES.items()},
        "query": query.urlencode(),
        "filtered": any(form.wanted.values()),
        "author": user.holds(Role.AUTHOR),
        "under_way": reads.own_drafts(user) if user.holds(Role.AUTHOR) else {},
        "approved": reads.approved_lately(user, timezone.now()) if user.holds(Role.AUTHOR) else [],
    }
    return render(request, "quizzes/bank.html", context)


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: HttpRequest) -> HttpResponse:
    """Course, kind, type and id of a new question; the rest is written in the editor. `like` names a question it
    begins as a copy of."""
    like = _like(request)
    first = {"course": like.course.course.slug, "use": like.item.use} if like else None
    form = NewItemForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        languages = reads.newest_course(values["course"]).languages
        kind = values.pop("type")
        content = _copy(like) if like else blank(kind, languages)
        try:
            draft = authoring.create_item(**values, content=content, actor=signed_in(request), now=timezone.now())
        except DomainError as error:
            if error.code != "id_taken":
                raise
            form.add_error("item_id", error.message)
        else:
            return redirect("item", draft.pk)
    return render(request, "quizzes/new.html", {"form": form, "like": like}, status=422 if form.errors else 200)


def _like(request: HttpRequest) -> reads.Bench | None:
    wanted = request.POST.get("like") or request.GET.get("like", "")
    found = Item.objects.visible_to(signed_in(request)).filter(pk=wanted).first() if wanted else None
    return reads.bench(found) if found else None


def _copy(like: reads.Bench) -> dict[str, Any]:
    """The same question with new ids throughout: an answer to one is none to the other."""
    ids: dict[str, str] = {}
    copied: dict[str, Any] = marking.renamed(like.content, lambda one: ids.setdefault(one, new_id()))
    return copied


@role_required(Role.AUTHOR)
@require_POST
def bank_bulk(request: HttpRequest) -> HttpResponse:
    """Tag, untag, retire or bring back the ticked questions: first the list to look at, then it is done."""
    user = signed_in(request)
    act, tag = request.POST.get("act", ""), request.POST.get("tag", "").strip().lower()
    found = reads.chosen_items(user, request.POST.getlist("item")[: shelving.MOST])
    if not found:
        messages.info(request, _("Tick the questions first."))
        return redirect("bank")
    asked = shelving.askers(found) if act == "retire" else {}
    problem = shelving.still_asked(asked) if asked else ""
    if request.POST.get("sure") and not problem:
        try:
            count = shelving.shelve(items=found, act=act, tag=tag, actor=user, now=timezone.now())
        except DomainError as error:
            if error.status == 403:
                raise
            problem = error.message
        else:
            done = ngettext("%(count)s question was changed.", "%(count)s questions were changed.", count)
            messages.success(request, done % {"count": count})
            return redirect("bank")
    rows = [(item, asked.get(item.pk)) for item in found]
    context = {"rows": rows, "items": found, "act": act, "tag": tag, "problem": problem}
    return render(request, "quizzes/bulk.html", context, status=409 if problem else 200)


@framing
@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def item_publish(request: HttpRequest, item_id: str) -> HttpResponse:
    """What publishing a check would change, before it is done. The act names the content whose difference was seen."""
    bench = reads.bench(item_of(request, item_id))
    if request.method != "POST":
        if bench.item.use == Item.Use.CHECK and not hindrance(bench.item):
            return _look_over(request, bench)
        return redirect("item", item_id)
    looked_at = request.POST.get("looked_at", "")
    try:
        published = authoring.publish(item=bench.item, looked_at=looked_at, actor=signed_in(request))
    except DomainError as error:
        if error.code == "changed_meanwhile":
            return _look_over(request, bench, status=409, problem=error)
        return hindered(request, bench.item, error)
    messages.success(request, published_words(published))
    return redirect("item", item_id)


def _look_over(request: HttpRequest, bench: reads.Bench, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "bench": bench,
        "item": bench.item,
        "past": next(iter(reads.history(bench.item)), None),
        "looked_at": authoring.seen(bench.draft, bench.content),
        "changes": difference.changes(bench.newest.content if bench.newest else None, bench.content),
        **side(request, bench),
        **whole(bench.content, bench.course),
        **extra,
    }
    return render(request, "quizzes/publish.html", context, status=status)


def published_words(published: authoring.Published) -> str:
    """What publishing did, and whom it reaches."""
    said = _("Version %(number)s is published.") % {"number": published.version.number}
    if not published.quizzes:
        reach = _("Lessons show it from now on; answers already given stay as they were.")
        return f"{said} {reach}"
    count = len(published.quizzes)
    quizzes = ngettext(
        "One test asks it from the next attempt on; attempts already begun keep the version they have.",
        "%(count)s tests ask it from the next attempt on; attempts already begun keep the version they have.",
        count,
    ) % {"count": count}
    return f"{said} {quizzes}"


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def item_discard(request: HttpRequest, item_id: str) -> HttpResponse:
    """Ask before a draft is thrown away, then do it."""
    bench = reads.bench(item_of(request, item_id))
    if request.method == "POST":
        authoring.discard(item=bench.item, actor=signed_in(request))
        messages.success(request, _("The draft is thrown away."))
        return redirect("item", item_id) if bench.newest else redirect("bank")
    if bench.draft is None:
        return redirect("item", item_id)
    before = bench.newest.content if bench.newest else None
    context = {"bench": bench, "changes": difference.changes(before, bench.draft.content)}
    return render(request, "quizzes/discard.html", context)
