"""The question bank and the editor: find, write, see as a learner, ask for review or publish, discard."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core.errors import DomainError
from courses.models import Course, CourseVersion
from quizzes.activities import preview
from quizzes.forms import MAX_OPTIONS, BankForm, ItemForm, NewItemForm
from quizzes.marking import writing
from quizzes.marking.lint import Finding, examine
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring, checks

TABS = ("edit", "preview", "checks")
# What nobody has written yet is told beside the fields only once somebody wants to publish.
EMPTY = ("E001", "E104", "E010", "E016", "E017", "E018", "E106", "E101", "E102", "W003")
UNCHOSEN = {"E002": "objective", "E011": "level", "E007": "see"}
staff = role_required(Role.AUTHOR, Role.REVIEWER, Role.ADMIN)


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
    """Course, kind and id of a new question; the rest is written in the editor."""
    form = NewItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = authoring.create_item(**form.cleaned_data, actor=signed_in(request), now=timezone.now())
        except DomainError as error:
            if error.code != "id_taken":
                raise
            form.add_error("item_id", error.message)
        else:
            return redirect("item", draft.pk)
    return render(request, "quizzes/new.html", {"form": form}, status=422 if form.errors else 200)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """The editor. Every button saves first, so nothing that was typed is lost."""
    bench = reads.bench(item_of(request, item_id))
    if bench.content["type"] != "sba":
        return _from_file(request, bench)
    if request.method != "POST":
        return _editor(request, bench, ItemForm(None, stored=bench.content, version=bench.course))
    user, act, stamp = signed_in(request), request.POST.get("act", "save"), request.POST.get("stamp", "")
    if act == "rebase":
        authoring.rebase(item=bench.item, stamp=stamp, actor=user, now=timezone.now())
        return redirect("item", item_id)
    form = ItemForm(request.POST, stored=bench.content, version=bench.course)
    if not form.is_valid():
        return _editor(request, bench, form, status=422, stamp=stamp)
    try:
        content = _mended(bench, form.content(act), act)
        authoring.save_draft(item=bench.item, content=content, stamp=stamp, actor=user, now=timezone.now())
    except DomainError as error:
        if error.code != "changed_meanwhile":
            raise
        mine = difference.changes(bench.content, form.content())
        return _editor(request, bench, form, status=409, problem=error, mine=mine)
    return _then(request, bench.item, act)


def _from_file(request: HttpRequest, bench: reads.Bench) -> HttpResponse:
    """A question of another type than single best answer: it is written in its file, and read and tried here."""
    if request.method == "POST":
        message = _("A question of this type is changed in its file.")
        raise DomainError("from_file", message, status=403)
    context = {"bench": bench, "item": bench.item, "history": reads.history(bench.item)}
    context |= {**side(request, bench), **whole(bench.content, bench.course)}
    return render(request, "quizzes/from_file.html", context)


def _mended(bench: reads.Bench, content: dict[str, Any], act: str) -> dict[str, Any]:
    """What was typed with the fix that the button offered, if it still fits."""
    verb, _colon, name = act.partition(":")
    if verb == "mend":
        for finding in examine(content, reads.bounds(bench.course.course)):
            if checks.mend_name(finding) == name:
                return writing.mend(content, finding) or content
    return content


def _then(request: HttpRequest, found: Item, act: str) -> HttpResponse:
    """What the button asked for, once everything typed is saved."""
    verb, _colon, number = act.partition(":")
    address = reverse("item", args=[found.pk])
    if verb == "ask":
        return _ask(request, found)
    if verb == "publish":
        problem = _hindrance(found)
        return _hindered(request, found, problem) if problem else redirect("item_publish", found.pk)
    if verb == "preview":
        return redirect(f"{address}?tab=preview")
    if verb == "add":
        return redirect(f"{address}#add-option")
    if verb in ("up", "down"):
        place = (
            int(number) + (1 if verb == "down" else -1)
            if number.isascii() and number.isdigit() and len(number) < 3
            else 0
        )
        return redirect(f"{address}#option-{max(place, 0)}")
    return redirect(address)


def _hindrance(found: Item) -> DomainError | None:
    bench = reads.bench(found)
    return authoring.hindrance(bench.draft, bench.newest)


def _ask(request: HttpRequest, found: Item) -> HttpResponse:
    try:
        authoring.ask_review(item=found, actor=signed_in(request), now=timezone.now())
    except DomainError as error:
        return _hindered(request, found, error)
    messages.success(request, _("A reviewer is asked. You find the answer on your start page."))
    return redirect("item", found.pk)


def _hindered(request: HttpRequest, found: Item, error: DomainError) -> HttpResponse:
    """The editor again, with what keeps the draft from going on."""
    if error.code not in ("to_mend", "newer_version", "unchanged"):
        raise error
    bench = reads.bench(found)
    form = ItemForm(None, stored=bench.content, version=bench.course)
    return _editor(request, bench, form, status=422 if error.code == "to_mend" else 409, problem=error)


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def item_publish(request: HttpRequest, item_id: str) -> HttpResponse:
    """What publishing a check would change, before it is done. The act names the content whose difference was seen."""
    bench = reads.bench(item_of(request, item_id))
    if request.method != "POST":
        if bench.item.use == Item.Use.CHECK and not _hindrance(bench.item):
            return _look_over(request, bench)
        return redirect("item", item_id)
    looked_at = request.POST.get("looked_at", "")
    try:
        published = authoring.publish(item=bench.item, looked_at=looked_at, actor=signed_in(request))
    except DomainError as error:
        if error.code == "changed_meanwhile":
            return _look_over(request, bench, status=409, problem=error)
        return _hindered(request, bench.item, error)
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


def side(request: HttpRequest, bench: reads.Bench) -> dict[str, Any]:
    """The learner's view and the checks, as they stand beside the editor and on the reviewer's page."""
    findings = examine(bench.content, reads.bounds(bench.course.course))
    listed = checks.listed(findings, bench.content["type"])
    if bench.item.use == Item.Use.TEST:
        listed.append(checks.second_person(bench.draft, bench.newest))
    return {
        **learners_view(request, bench.item, bench.content, bench.course),
        "checks": listed,
        "findings": findings,
    }


def learners_view(
    request: HttpRequest, found: Item, content: Mapping[str, Any], course: CourseVersion
) -> dict[str, Any]:
    """An item as learners meet it, before or after an answer, in one of its course's languages."""
    languages = list(course.languages)
    spoken = (get_language() or "en").split("-")[0]
    language = request.GET.get("lang", spoken)
    language = language if language in languages else languages[0]
    number = request.GET.get("chosen", "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
    return {
        "shown": preview(found, content, language, chosen, step=course.course.audience == Course.Audience.PATIENT),
        "shown_language": language,
        "languages": [(code, get_language_info(code)["name_local"]) for code in languages],
        "chosen": chosen,
        "numbers": range(1, len(content.get("options", ())) + 1),
    }


def whole(content: Mapping[str, Any], course: CourseVersion) -> dict[str, Any]:
    """Everything a question says, for those who answer for it: key, reasons, and what it rests on."""
    return {
        "content": content,
        "references": reads.references(content, course),
        "level": checks.LEVEL_NAMES.get(content["level"], content["level"]),
        "facts": reads.cited(content["facts"]),
    }


def _editor(
    request: HttpRequest, bench: reads.Bench, form: ItemForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    user, tab, content = signed_in(request), request.GET.get("tab", ""), bench.content
    beside = side(request, bench)
    problem = extra.get("problem")
    # Beside the fields stands what was found in what is saved; what was typed and refused may have other places.
    told = [] if form.is_bound else beside["findings"]
    if not problem:
        told = [finding for finding in told if not _not_yet(finding, content)]
    notes: dict[str, list[checks.Said]] = {}
    for finding in told:
        notes.setdefault(checks.field_of(finding), []).append(checks.said(finding))
    form.describe({name: len(said) for name, said in notes.items()})
    context = {
        "bench": bench,
        "item": bench.item,
        "form": form,
        "stamp": bench.stamp,
        "notes": notes,
        "tab": tab if tab in TABS else "edit",
        "author": user.holds(Role.AUTHOR),
        "peers": reads.neighbours(user, bench.item, content["objective"]),
        "history": reads.history(bench.item),
        "facts": reads.cited(content["facts"]),
        "may_add": len(form.option_ids) < MAX_OPTIONS,
        **beside,
        **extra,
    }
    return render(request, "quizzes/editor.html", context, status=status)


def _not_yet(finding: Finding, content: Mapping[str, Any]) -> bool:
    field = UNCHOSEN.get(finding.code)
    return finding.code in EMPTY or bool(field and not content[field])


def item_of(request: HttpRequest, item_id: str) -> Item:
    return get_object_or_404(Item.objects.visible_to(signed_in(request)), pk=item_id)
