"""The question bank and the editor: find, write, see as a learner, ask for review or publish, compare, discard."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core.errors import DomainError
from courses.models import CourseVersion
from quizzes.activities import preview
from quizzes.forms import LEVEL_NAMES, MAX_OPTIONS, BankForm, ItemForm, NewItemForm
from quizzes.marking.lint import examine
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring, checks

TABS = ("edit", "preview", "checks")
EMPTY = ("E001", "E104", "E010")  # told beside the fields only once somebody wants to publish
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
        "levels": LEVEL_NAMES,
        "query": query.urlencode(),
        "filtered": any(form.wanted.values()),
        "author": user.holds(Role.AUTHOR),
        "under_way": reads.own_drafts(user) if user.holds(Role.AUTHOR) else {},
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
    bench = reads.bench(_item(request, item_id))
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
        content = form.content(act)
        authoring.save_draft(item=bench.item, content=content, stamp=stamp, actor=user, now=timezone.now())
    except DomainError as error:
        if error.code != "changed_meanwhile":
            raise
        mine = difference.changes(bench.content, form.content())
        return _editor(request, bench, form, status=409, problem=error, mine=mine)
    return _then(request, bench.item, act)


def _then(request: HttpRequest, found: Item, act: str) -> HttpResponse:
    """What the button asked for, once everything typed is saved."""
    verb, _colon, number = act.partition(":")
    address = reverse("item", args=[found.pk])
    if verb in ("publish", "ask"):
        return _hand_over(request, found, verb)
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


def _hand_over(request: HttpRequest, found: Item, verb: str) -> HttpResponse:
    user = signed_in(request)
    try:
        if verb == "ask":
            authoring.ask_review(item=found, actor=user, now=timezone.now())
            messages.success(request, _("A reviewer is asked. You find the answer on your start page."))
        else:
            messages.success(request, published_words(authoring.publish(item=found, actor=user)))
    except DomainError as error:
        if error.code not in ("to_mend", "newer_version", "no_draft"):
            raise
        bench = reads.bench(found)
        form = ItemForm(None, stored=bench.content, version=bench.course)
        status = 422 if error.code == "to_mend" else 409
        return _editor(request, bench, form, status=status, problem=error)
    return redirect("item", found.pk)


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


@staff
@require_safe
def item_compare(request: HttpRequest, item_id: str) -> HttpResponse:
    """What differs between two versions, or a version and the draft."""
    bench = reads.bench(_item(request, item_id))
    versions = {str(version.number): version for version in reads.versions(bench.item)}
    contents: dict[str, Mapping[str, Any]] = {number: version.content for number, version in versions.items()}
    if bench.draft:
        contents["draft"] = bench.draft.content
    after = request.GET.get("to") or ("draft" if bench.draft else max(versions, key=int, default=""))
    older = [number for number in versions if after == "draft" or int(number) < int(after)] if after in contents else []
    before = request.GET.get("from") or max(older, key=int, default=after)
    if before not in contents or after not in contents:
        raise Http404
    context = {
        "item": bench.item,
        "before": before,
        "after": after,
        "names": list(contents),
        "changes": difference.changes(contents[before], contents[after]),
        "versions": [row for name, row in versions.items() if name in (before, after)],
    }
    return render(request, "quizzes/compare.html", context)


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def item_discard(request: HttpRequest, item_id: str) -> HttpResponse:
    """Ask before a draft is thrown away, then do it."""
    bench = reads.bench(_item(request, item_id))
    if request.method == "POST":
        authoring.discard(item=bench.item, actor=signed_in(request))
        messages.success(request, _("The draft is thrown away."))
        return redirect("item", item_id) if bench.newest else redirect("bank")
    if bench.draft is None:
        return redirect("item", item_id)
    before = bench.newest.content if bench.newest else None
    context = {"bench": bench, "changes": difference.changes(before, bench.draft.content)}
    return render(request, "quizzes/discard.html", context)


def side(request: HttpRequest, found: Item, content: Mapping[str, Any], course: CourseVersion) -> dict[str, Any]:
    """The learner's view and the checks, as they stand beside the editor and on the reviewer's page."""
    languages = list(course.languages)
    spoken = (get_language() or "en").split("-")[0]
    language = request.GET.get("lang", spoken)
    language = language if language in languages else languages[0]
    number = request.GET.get("chosen", "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
    findings = examine(content, reads.bounds(course.course))
    return {
        "shown": preview(found, content, language, chosen),
        "shown_language": language,
        "languages": [(code, get_language_info(code)["name_local"]) for code in languages],
        "chosen": chosen,
        "numbers": range(1, len(content["options"]) + 1),
        "checks": checks.listed(findings),
        "findings": findings,
        "to_mend": sum(finding.blocks for finding in findings),
        "warnings": sum(not finding.blocks for finding in findings),
    }


def _editor(
    request: HttpRequest, bench: reads.Bench, form: ItemForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    user, tab, content = signed_in(request), request.GET.get("tab", ""), bench.content
    beside = side(request, bench.item, content, bench.course)
    problem = extra.get("problem")
    # Beside the fields stands what was found in what is saved; what was typed and refused may have other places.
    told = [] if form.is_bound else beside["findings"]
    if not problem:
        told = [finding for finding in told if finding.code not in EMPTY]
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
        "versions": reads.versions(bench.item),
        "facts": reads.cited(content["facts"]),
        "may_add": len(form.option_ids) < MAX_OPTIONS,
        **beside,
        **extra,
    }
    return render(request, "quizzes/editor.html", context, status=status)


def _item(request: HttpRequest, item_id: str) -> Item:
    return get_object_or_404(Item.objects.visible_to(signed_in(request)), pk=item_id)
