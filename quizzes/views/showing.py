"""What stands beside a question for authors and reviewers: the learner's view, the checks, the whole of it in words."""

from collections.abc import Mapping
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from courses.models import Course, CourseVersion
from quizzes.activities import preview
from quizzes.forms.shapes import TYPES
from quizzes.marking import MarkingError, proof
from quizzes.marking.lint import Finding, examine
from quizzes.marking.lint.doses import proved
from quizzes.models import Item
from quizzes.selectors import bank as reads
from quizzes.selectors import telling
from quizzes.services import checks

staff = role_required(Role.AUTHOR, Role.REVIEWER, Role.ADMIN)
# A page that holds the learner's page in a frame.
framing = csp_update({"frame-src": [SELF]})
WIDTHS = ("360", "1280")
# What an unfinished question may do to the learner's page: it lacks a key, a row, a formula, or names one that is gone.
UNFINISHED = (MarkingError, LookupError, StopIteration, ValueError, TypeError, ArithmeticError, AttributeError)


def item_of(request: HttpRequest, item_id: str) -> Item:
    return get_object_or_404(Item.objects.visible_to(signed_in(request)), pk=item_id)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@staff
@require_safe
def item_preview(request: HttpRequest, item_id: str) -> HttpResponse:
    """The learner's page of what is under work (or of ?version=), to stand in a frame of the editor as wide as a
    phone or a desk. Nothing on it can be pressed."""
    bench = reads.bench(item_of(request, item_id))
    content = _version(bench, request.GET["version"]) if "version" in request.GET else bench.content
    view = learners_view(request, bench.item, content, bench.course)
    return render(request, "quizzes/preview.html", view | {"item": bench.item, "shown": _shown(bench, content, view)})


def _version(bench: reads.Bench, number: str) -> Mapping[str, Any]:
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    found = bench.item.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    content: Mapping[str, Any] = found.content
    return content


def _shown(bench: reads.Bench, content: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """The learner's page; empty while the question lacks what it takes to be drawn."""
    step = bench.course.course.audience == Course.Audience.PATIENT
    if any(one.code in ("E020", "E021") for one in examine(content, reads.bounds(bench.course.course))):
        return ""
    try:
        return preview(bench.item, content, view["shown_language"], view["chosen"], step=step)
    except UNFINISHED:
        return ""


def side(request: HttpRequest, bench: reads.Bench, spot: checks.Spot = checks.field_of) -> dict[str, Any]:
    """The learner's view and the checks, as they stand beside the editor and on the reviewer's page."""
    findings = examine(bench.content, reads.bounds(bench.course.course))
    listed = checks.listed(findings, bench.content["type"], spot, bench.waivers)
    if bench.item.use == Item.Use.TEST:
        listed.append(checks.second_person(bench.draft, bench.newest))
    return {
        **learners_view(request, bench.item, bench.content, bench.course),
        "checks": listed,
        "findings": findings,
        "variants": variants(bench.content, findings),
        "comments": reads.comments(bench.item),
    }


def variants(content: Mapping[str, Any], findings: list[Finding]) -> proof.Proof | None:
    """Every variant of a drawn question as the proof tried them: counts, ends and ten at a glance."""
    if content["type"] != "dose_calc" or any(one.code in ("E020", "E141") for one in findings):
        return None
    return proved(content)


def learners_view(
    request: HttpRequest, found: Item, content: Mapping[str, Any], course: CourseVersion
) -> dict[str, Any]:
    """Where the learner's page of an item stands, and which view of it is wanted: language, before or after an answer,
    width and theme."""
    languages = list(course.languages)
    spoken = (get_language() or "en").split("-")[0]
    language = request.GET.get("lang", spoken)
    language = language if language in languages else languages[0]
    number = request.GET.get("chosen", "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
    width = request.GET.get("width", WIDTHS[0])
    options = content.get("options") if content["type"] in ("sba", "mr") else None
    return {
        "shown_language": language,
        "languages": [(code, get_language_info(code)["name_local"]) for code in languages],
        "chosen": chosen,
        "numbers": range(1, len(options or ()) + 1),
        "width": width if width in WIDTHS else WIDTHS[0],
        "widths": WIDTHS,
        "dark": request.GET.get("dark") == "1",
        "preview_url": reverse("item_preview", args=[found.pk]),
    }


def whole(content: Mapping[str, Any], course: CourseVersion) -> dict[str, Any]:
    """Everything a question says, for those who answer for it: key, reasons, and what it rests on."""
    name, _when = TYPES.get(str(content["type"]), (content["type"], ""))
    return {
        "content": content,
        "type_name": name,
        "said": [
            {
                "code": code,
                "name": get_language_info(code)["name_local"],
                "stem": content["stem"].get(code, ""),
                "sections": telling.sections(content, code),
                "rest": telling.rest(content, code),
            }
            for code in course.languages
        ],
        "references": reads.references(content, course),
        "level": checks.LEVEL_NAMES.get(content["level"], content["level"]),
        "facts": reads.cited(content["facts"]),
        "none_word": _("(no text)"),
    }
