"""The editor of one question. Every button saves first, so nothing that was typed is lost; with a script the same form
is also sent while somebody writes, and answered with what was found and what it is called."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.services import signed_in
from core.errors import DomainError
from quizzes.forms import pictures
from quizzes.forms.item import ACT, ItemForm
from quizzes.forms.shapes import TYPES
from quizzes.marking import writing
from quizzes.marking.lint import Finding, examine
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import difference
from quizzes.services import authoring, checks, commenting, waivers
from quizzes.services import pictures as keeping
from quizzes.views.showing import framing, item_of, side, staff

TABS = ("edit", "preview", "checks")
# What nobody has written yet is told beside the fields only once somebody wants to publish.
EMPTY = ("E001", "E104", "E010", "E016", "E017", "E018", "E020", "E106", "E101", "E102", "W003")
UNCHOSEN = {"E002": "objective", "E011": "level", "E007": "see"}
BACK = ("to_mend", "newer_version", "unchanged")


@framing
@staff
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """The editor, and whatever its buttons ask for once everything typed is saved."""
    bench = reads.bench(item_of(request, item_id))
    if request.method != "POST":
        return _editor(request, bench, ItemForm(None, stored=bench.content, version=bench.course))
    user, act, stamp = signed_in(request), request.POST.get("act", "save"), request.POST.get("stamp", "")
    if act == "rebase":
        authoring.rebase(item=bench.item, stamp=stamp, actor=user, now=timezone.now())
        return redirect("item", item_id)
    live = "application/json" in request.headers.get("Accept", "")
    form = _posted(request, bench)
    if not form.is_valid():
        return _refused(form) if live else _editor(request, bench, form, status=422, stamp=stamp)
    try:
        content = _mended(bench, form.content(act), act)
        authoring.save_draft(item=bench.item, content=content, stamp=stamp, actor=user, now=timezone.now())
    except DomainError as error:
        if error.code != "changed_meanwhile":
            raise
        if live:
            return JsonResponse({"code": error.code, "message": error.message}, status=409)
        mine = difference.changes(bench.content, form.content())
        return _editor(request, bench, form, status=409, problem=error, mine=mine)
    return _told(request, bench.item) if live else _then(request, bench.item, act)


def _posted(request: HttpRequest, bench: reads.Bench) -> ItemForm:
    """The form as it was sent. A picture that came with it is kept at once, so that it is not lost with a page that is
    shown again for another reason."""
    data, refused = request.POST.copy(), ""
    if file := request.FILES.get(pictures.FILE):
        try:
            data[pictures.CHOSEN] = keeping.add(file.read(), actor=signed_in(request)).pk
        except DomainError as error:
            if error.status == 403:
                raise
            refused = error.message
    form = ItemForm(data, stored=bench.content, version=bench.course)
    if refused and form.errors is not None:
        form.add_error(pictures.FILE, refused)
    return form


def _mended(bench: reads.Bench, content: dict[str, Any], act: str) -> dict[str, Any]:
    """What was typed with the fix that the button offered, if it still fits."""
    verb, _colon, name = act.partition(":")
    if verb == "mend":
        for finding in examine(content, reads.bounds(bench.course.course)):
            if checks.mend_name(finding) == name:
                return writing.mend(content, finding) or content
    return content


# --- while somebody writes ---------------------------------------------------------------------------------------


def _refused(form: ItemForm) -> JsonResponse:
    """What cannot be kept, by field."""
    errors = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    return JsonResponse({"code": "invalid", "errors": errors}, status=422)


def _told(request: HttpRequest, found: Item) -> JsonResponse:
    """What is saved now: its stamp, the checks, and what is said beside each field."""
    bench = reads.bench(found)
    form = ItemForm(None, stored=bench.content, version=bench.course)
    beside = side(request, bench, form.spot)
    told = [finding for finding in beside["findings"] if not _not_yet(finding, bench.content)]
    context = {**beside, "linked": True, "author": True, "tab": "edit", "item": found}
    at = timezone.localtime(bench.draft.updated_at) if bench.draft else None
    return JsonResponse(
        {
            "stamp": bench.stamp,
            "saved": _("Saved at %(at)s") % {"at": f"{at:%H:%M}"} if at else _("Nothing has changed"),
            "findings": len(beside["findings"]),
            "bar": render_to_string("quizzes/_editor_bar.html", context | {"bench": bench, "form": form}, request),
            "checks": render_to_string("quizzes/_checks.html", context, request),
            "variants": render_to_string("quizzes/_variants.html", context, request),
            "notes": _notes_html(_notes(told, form, bench)),
            "picture": render_to_string("quizzes/parts/_picture.html", context | {"form": form}, request)
            if request.FILES
            else None,
        }
    )


def _notes_html(notes: Mapping[str, list[checks.Said]]) -> dict[str, str]:
    return {
        name: render_to_string("quizzes/_note_list.html", {"name": name, "said": said}) for name, said in notes.items()
    }


# --- once it is saved --------------------------------------------------------------------------------------------


def _then(request: HttpRequest, found: Item, act: str) -> HttpResponse:
    """What the button asked for, once everything typed is saved."""
    verb, _colon, name = act.partition(":")
    address = reverse("item", args=[found.pk])
    if verb == "ask":
        return _ask(request, found)
    if verb == "publish":
        problem = hindrance(found)
        return hindered(request, found, problem) if problem else redirect("item_publish", found.pk)
    if act == pictures.DROP:
        return redirect(f"{address}#id_picture")
    if verb == "preview":
        return redirect(f"{address}?tab=preview")
    if verb == "waive":
        return _waive(request, found, name)
    if verb == "resolve":
        commenting.resolve(item=found, number=name, actor=signed_in(request), now=timezone.now())
    return redirect(f"{address}{_anchor(act)}")


def _anchor(act: str) -> str:
    """The row that was pressed, where it stands now; the button that adds one, after adding."""
    match = ACT.fullmatch(act)
    if not match:
        return ""
    verb, name = match[1], match[2]
    if verb == "add":
        return f"#add-{name}"
    name, _dash, number = name.rpartition("-")
    place = int(number) + {"down": 1, "up": -1}.get(verb, 0) if number.isdigit() and len(number) < 3 else 0
    return f"#id_{name}-{max(place, 0)}" if verb != "remove" else f"#id_{name}"


def _waive(request: HttpRequest, found: Item, name: str) -> HttpResponse:
    """Keep why a warning may stay."""
    bench, user = reads.bench(found), signed_in(request)
    for finding in examine(bench.content, reads.bounds(bench.course.course)):
        if checks.waiver_name(finding) == name and waivers.hinders(finding, bench.waivers):
            reason = next(filter(str.strip, request.POST.getlist(f"reason-{name}")), "")
            try:
                authoring.waive(item=found, finding=finding, reason=reason, actor=user, now=timezone.now())
            except DomainError as error:
                if error.code not in ("no_reason", "not_waivable"):
                    raise
                return hindered(request, found, error)
            break
    return redirect(f"{reverse('item', args=[found.pk])}#checks-title")


def hindrance(found: Item) -> DomainError | None:
    bench = reads.bench(found)
    return authoring.hindrance(bench.draft, bench.newest)


def _ask(request: HttpRequest, found: Item) -> HttpResponse:
    try:
        authoring.ask_review(item=found, actor=signed_in(request), now=timezone.now())
    except DomainError as error:
        return hindered(request, found, error)
    messages.success(request, _("A reviewer is asked. You find the answer on your start page."))
    return redirect("item", found.pk)


def hindered(request: HttpRequest, found: Item, error: DomainError) -> HttpResponse:
    """The editor again, with what keeps the draft from going on."""
    if error.code not in (*BACK, "no_reason", "not_waivable"):
        raise error
    bench = reads.bench(found)
    form = ItemForm(None, stored=bench.content, version=bench.course)
    return _editor(request, bench, form, status=422 if error.code in ("to_mend", "no_reason") else 409, problem=error)


def _editor(
    request: HttpRequest, bench: reads.Bench, form: ItemForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    user, tab, content = signed_in(request), request.GET.get("tab", ""), bench.content
    beside = side(request, bench, form.spot)
    problem = extra.get("problem")
    # Beside the fields stands what was found in what is saved; what was typed and refused may have other places.
    told = [] if form.is_bound else beside["findings"]
    if not problem:
        told = [finding for finding in told if not _not_yet(finding, content)]
    notes = _notes(told, form, bench)
    form.describe({name: len(said) for name, said in notes.items()})
    remarks: dict[str, list[Any]] = {}
    for comment in beside["comments"]:
        comment.field = form.field_at(comment.place)
        if comment.is_open:
            remarks.setdefault(comment.field, []).append(comment)
    context = {
        "bench": bench,
        "item": bench.item,
        "form": form,
        "type_name": TYPES.get(str(content["type"]), (content["type"], ""))[0],
        "stamp": bench.stamp,
        "notes": notes,
        "remarks": remarks,
        "tab": tab if tab in TABS else "edit",
        "author": user.holds(Role.AUTHOR),
        "peers": reads.neighbours(user, bench.item, content["objective"]),
        "history": reads.history(bench.item),
        "facts": reads.cited(content["facts"]),
        "tags": bench.item.tags.all(),
        **beside,
        **extra,
    }
    return render(request, "quizzes/editor.html", context, status=status)


def _notes(told: list[Finding], form: ItemForm, bench: reads.Bench) -> dict[str, list[checks.Said]]:
    """What is said beside each field: what has to be mended, and what was not waived."""
    notes: dict[str, list[checks.Said]] = {}
    for finding in told:
        said = checks.said(finding, form.spot, bench.waivers)
        if not said.waived:
            notes.setdefault(said.field, []).append(said)
    return notes


def _not_yet(finding: Finding, content: Mapping[str, Any]) -> bool:
    field = UNCHOSEN.get(finding.code)
    return finding.code in EMPTY or bool(field and not content[field])
