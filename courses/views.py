"""Catalogue, course page, lesson page, and the three things a reader posts: enrol, seen, done."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.services import role_required, signed_in
from core import units
from core.errors import DomainError
from core.texts import spoken
from courses import activities, selectors, services
from courses.models import CERTIFICATE_REF, Completion, Course, CourseVersion, Enrolment, Lesson, pretest_ref
from courses.selectors import lookup

MOST_QUERY, HITS_A_PAGE, TERMS_A_PAGE = 100, 10, 40


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "courses/catalogue.html", {"versions": selectors.catalogue(_user(request))})


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """A word found again in the glossary and in the lessons that are open to this reader; without one, the glossary."""
    query = " ".join(request.GET.get("q", "")[:MOST_QUERY].split())
    found = lookup.find(_user(request), query) if query else lookup.glossary()
    page = Paginator(found, HITS_A_PAGE if query else TERMS_A_PAGE).get_page(request.GET.get("page"))
    short = bool(query) and not lookup.wanted(query)
    return render(request, "courses/look_up.html", {"query": query, "page": page, "short": short})


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """Front matter and the way through: before enrolling, under way, and after. A patients' course has a page for
    those who do not take it; those who may, have their start page."""
    user = _user(request)
    version, enrolment = selectors.version_for(user, slug)
    if version is None:
        raise Http404
    if version.course.audience == Course.Audience.PATIENT:
        if user and user.holds(Role.PATIENT):
            return redirect("patient_home")
        context = {"version": version, "steps": selectors.pathway(version, None)}
        context |= (
            {"educating": False} if user is None else {}
        )  # a stranger who looks at this is spoken to as a patient
        return render(request, "courses/patient_course.html", context)
    if user and selectors.audiences(user) == [Course.Audience.PATIENT]:
        services.require_audience(user, version.course)
    return render(request, "courses/course.html", _course_context(request, version, enrolment))


@role_required(Role.PATIENT)
@require_safe
def patient_home(request: HttpRequest) -> HttpResponse:
    """A patient's start page: the step to do now, those done, and, said honestly, those that are not written yet."""
    user = signed_in(request)
    enrolment = selectors.patient_enrolment(user)
    version = enrolment.version if enrolment else next(iter(selectors.catalogue(audience="patient")), None)
    way = selectors.journey(enrolment) if enrolment else None
    steps = selectors.pathway(version, way) if version else []
    written = [step for step in steps if step.lesson]
    here = next((step for step in steps if step.state == "here"), None)
    done = [step for step in written if here and step.state == "done"]
    context = {
        "version": version,
        "way": way,
        "written": written,
        "later": [step for step in steps if not step.lesson],
        "here": here,
        "done": done,  # folded while there is one to do: that one stands first
        "rows": [step for step in written if step not in done],
        "last": len(steps) - 1,
        "trainers": _trainers(enrolment, [step.lesson for step in written if step.lesson]),
        "completed": Completion.objects.visible_to(user).filter(enrolment=enrolment).exists(),
    }
    return render(request, "courses/patient_home.html", context)


@role_required(Role.PATIENT)
@require_safe
def patient_summary(request: HttpRequest) -> HttpResponse:
    """What a patient who has done every step takes to the next visit, made to be printed. Before that, the start page
    says what is left."""
    user = signed_in(request)
    enrolment = selectors.patient_enrolment(user)
    completion = Completion.objects.visible_to(user).filter(enrolment=enrolment).first()
    if enrolment is None or completion is None:
        return redirect("patient_home")
    dates = selectors.done_on(enrolment)
    steps = selectors.pathway(enrolment.version, selectors.journey(enrolment))
    done = [(step, dates[step.lesson.slug]) for step in steps if step.lesson and step.lesson.slug in dates]
    context = {"version": enrolment.version, "completion": completion, "done": done}
    return render(request, "courses/patient_summary.html", context)


@login_required
@require_POST
def enrol(request: HttpRequest, slug: str) -> HttpResponse:
    version = selectors.published(slug)
    if version is None:
        raise Http404
    try:
        enrolment = services.enrol(user=signed_in(request), version=version, now=timezone.now())
    except DomainError as error:
        newer = selectors.successor(slug)
        if error.code != "replaced" or newer is None:
            raise
        way_on = {"error": error, "instead": newer}
        return render(request, "refused.html", way_on, status=error.status)
    way = selectors.journey(enrolment)
    here = way.here
    # With a pre-test the way begins on the course page, which offers it.
    if here is None or (not way.done_count and activities.describe(pretest_ref(slug))):
        return redirect("course", slug)
    return redirect("lesson", slug, here.lesson.slug)


@login_required
@require_safe
def lesson(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    enrolment = selectors.enrolment_of(signed_in(request), slug)
    if enrolment is None:
        return redirect("course", slug)
    try:
        context = _lesson_context(request, enrolment, lesson_slug)
    except DomainError as error:
        here = selectors.journey(enrolment).here
        if error.code != "lesson_locked" or here is None:
            raise
        way_on = {"error": error, "here": here, "here_url": reverse("lesson", args=[slug, here.lesson.slug])}
        return render(request, "refused.html", way_on, status=error.status)
    return render(request, context["template"], context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_done(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """Done with a lesson. Asked for as a page (a refused Done, visited again) it is the lesson."""
    if request.method != "POST":
        return redirect("lesson", slug, lesson_slug)
    enrolment = _enrolment(request, slug)
    try:
        new = services.finish_lesson(enrolment=enrolment, slug=lesson_slug, now=timezone.now())
    except DomainError as error:
        if error.code != "checks_open":
            raise
        context = _lesson_context(request, enrolment, lesson_slug) | {"problem": error}
        context["open_checks"] = _open_checks(enrolment, context["lesson"])
        return render(request, context["template"], context, status=422)
    way = selectors.journey(enrolment)
    if enrolment.version.course.audience == Course.Audience.PATIENT:
        after = way.after(lesson_slug)
        return redirect("lesson", slug, after.lesson.slug) if after else redirect("patient_home")
    step, here = way.step(lesson_slug), way.here
    if step and not new:
        noted = escape(_("Noted: you have read “%(lesson)s” again."))
        messages.success(request, format_html(noted.replace("%(lesson)s", "{}"), spoken(step.lesson.title)))
    return redirect("lesson", slug, here.lesson.slug) if here else redirect(reverse("course", args=[slug]) + "#way")


@login_required
@require_POST
def lesson_seen(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """The beacon: headings on screen since the last one. Answers nothing, whether counted or not."""
    enrolment = _enrolment(request, slug)
    headings = request.POST.getlist("heading")[:50]
    services.see(enrolment=enrolment, slug=lesson_slug, headings=headings, now=timezone.now())
    return HttpResponse(status=204)


def _trainers(enrolment: Enrolment | None, lessons: Iterable[Lesson]) -> list[dict[str, str]]:
    """What a learner of this course may practise at any time: the trainers that stand in its lessons."""
    if enrolment is None:
        return []
    refs = [activity["ref"] for lesson in lessons for activity in lesson.activities]
    described = activities.describe_all(dict.fromkeys(ref for ref in refs if ref.startswith("trainer:")))
    return [{"title": told.title, "url": activities.url(ref, enrolment)} for ref, told in described.items()]


def _open_checks(enrolment: Enrolment, lesson: Lesson) -> list[dict[str, str]]:
    """What still wants an answer, each with its place on the page."""
    refs = selectors.open_activities(enrolment, lesson)
    described = activities.describe_all(refs)
    return [
        {"anchor": _anchor(ref), "title": described[ref].title, "language": described[ref].language}
        for ref in refs
        if ref in described
    ]


def _anchor(ref: str) -> str:
    """Where an activity stands on its lesson's page."""
    return ref.replace(":", "-")


def _enrolment(request: HttpRequest, slug: str) -> Enrolment:
    rows = Enrolment.objects.visible_to(signed_in(request)).select_related("version__course")
    return get_object_or_404(rows, course__slug=slug)


def _course_context(request: HttpRequest, version: CourseVersion, enrolment: Enrolment | None) -> dict[str, Any]:
    way = selectors.journey(enrolment) if enrolment else None
    first = pretest_ref(version.course.slug)
    steps = way.steps if way else selectors.preview(version)
    checks = selectors.module_checks(version.course.slug, steps)
    described = activities.describe_all([*version.last_refs, *(check.ref for check in checks)])
    due = [first, *(check.ref for check in checks if check.open), *(version.last_refs if way and way.all_read else [])]
    cards = activities.embed(request, enrolment, due) if enrolment else {}
    return {
        "version": version,
        "enrolment": enrolment,
        "successor": selectors.successor(version.course.slug),
        "way": way,
        "steps": steps,
        "rows": _rows(steps, checks, described, cards),
        "minutes": [step.lesson.minutes for step in steps],
        "objectives": version.objectives,
        "final": described.get(version.final_ref),
        "pretest_card": cards.get(first),
        "final_card": cards.get(version.final_ref),
        "certificate_card": cards.get(CERTIFICATE_REF),
        "certificate": described.get(CERTIFICATE_REF),
        "checks": checks,
        "trainers": _trainers(enrolment, [step.lesson for step in steps]),
        "reviewed": bool(steps) and all(step.lesson.reviewer for step in steps),
    }


def _rows(
    steps: Sequence[selectors.Step],
    checks: Sequence[selectors.ModuleCheck],
    described: Mapping[str, activities.Activity],
    cards: Mapping[str, SafeString],
) -> list[dict[str, Any]]:
    """Each lesson, and after the last one of a module the check that goes with it: what it is, and its card once it
    is open."""
    found = {
        check.lesson: {"quiz": check.quiz, "told": described[check.ref], "card": cards.get(check.ref)}
        for check in checks
        if check.ref in described
    }
    return [{"step": step, "check": found.get(step.lesson.slug)} for step in steps]


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _outline(enrolment: Enrolment, way: selectors.Journey) -> list[dict[str, Any]]:
    """The way as a lesson lists it beside itself: lessons, and the check of a module after its last."""
    checks = {check.lesson: check for check in selectors.module_checks(enrolment.version.course.slug, way.steps)}
    return [{"step": step, "check": checks.get(step.lesson.slug)} for step in way.steps]


def _lesson_context(request: HttpRequest, enrolment: Enrolment, slug: str) -> dict[str, Any]:
    patients = enrolment.version.course.audience == Course.Audience.PATIENT
    context = _reading_context(request, enrolment, slug) | {
        "template": "courses/patient_step.html" if patients else "courses/lesson.html"
    }
    return context | _step_context(context) if patients else context


def _step_context(context: dict[str, Any]) -> dict[str, Any]:
    """A patient's step: picture and words on one side, the question and where to get help on the other."""
    steps = selectors.pathway(context["version"], context["way"])
    number = next((step.number for step in steps if step.lesson == context["lesson"]), 0)
    parts = {"body": ("html", "figure"), "turn": ("activity",), "help": ("help",)}
    html = {
        name: "".join(shown for block, shown in context["blocks"] if block["kind"] in kinds)
        for name, kinds in parts.items()
    }
    return {
        **{name: mark_safe(units.for_reader(part)) for name, part in html.items()},  # noqa: S308 - as for body below
        "number": number,
        "last": len(steps) - 1,
        "steps": steps,
        "turn_anchor": next((_anchor(activity["ref"]) for activity in context["lesson"].activities), "main"),
    }


def _reading_context(request: HttpRequest, enrolment: Enrolment, slug: str) -> dict[str, Any]:
    way = selectors.journey(enrolment)
    step = services.require_open(way, slug)
    text = selectors.lesson_text(step.lesson)
    embedded = activities.embed(request, enrolment, [a["ref"] for a in step.lesson.activities])
    blocks = [
        (block, embedded.get(block["ref"], "") if block["kind"] == "activity" else block["html"])
        for block in text.blocks
    ]
    return {
        "enrolment": enrolment,
        "version": enrolment.version,
        "course": enrolment.version.course,
        "way": way,
        "step": step,
        "lesson": step.lesson,
        "objectives": [one["text"] for one in enrolment.version.objectives if one["code"] in step.lesson.objectives],
        "number": way.steps.index(step) + 1,
        "outline": _outline(enrolment, way),
        "text": text,
        "blocks": blocks,
        "body": mark_safe(units.for_reader("".join(shown for _block, shown in blocks))),  # noqa: S308 - sanitised at load, or rendered by our own templates
    }
