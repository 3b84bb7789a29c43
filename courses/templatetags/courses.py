"""What the courses' templates draw: the step line, dates, the audience in words."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Profession
from core import charts
from core.texts import spoken
from courses import selectors
from courses.models import CourseVersion
from courses.selectors import Journey, PathwayStep, Step

register = template.Library()


@register.simple_tag
def step_line(minutes: Sequence[int], way: Journey | None, width: int = 560, height: int = 56) -> SafeString:
    """The step line: a step a lesson, as high as its minutes, filled as far as done."""
    done = way.done_count if way else 0
    here = float(done) if way and not way.all_read else None
    return charts.step_line(tuple(minutes), done, here, width=width, height=height)


@register.simple_tag
def pathway_line(steps: Sequence[PathwayStep], number: int | None, width: int, height: int) -> SafeString:
    """The step line of a patients' course: all steps, filled as far as done, a ring at step `number`. A step that is
    not written yet has the height of the first."""
    usual = next((step.lesson.minutes for step in steps if step.lesson), 1)
    minutes = tuple(step.lesson.minutes if step.lesson else usual for step in steps)
    done = sum(step.state == "done" for step in steps)
    return charts.step_line(minutes, done, None if number is None else float(number), width=width, height=height)


@register.simple_tag
def course_steps(version: CourseVersion) -> SafeString:
    """A published course as its card shows it: every lesson a step, all of it drawn."""
    minutes = tuple(lesson.minutes for lesson in selectors.published_lessons(version.pk))
    return charts.step_line(minutes, len(minutes), None, width=330, height=56)


@register.simple_tag
def stopped_at(step: Step) -> SafeString | str:
    """The title of the heading where the reader stopped, marked with its language."""
    text = selectors.lesson_text(step.lesson)
    words = next((heading["text"] for heading in text.headings if heading["id"] == step.heading), "")
    return spoken({text.language: words}) if words else ""


@register.simple_tag
def audience(codes: list[str]) -> str:
    """Nurse, dietitian, pharmacist and physician, from the codes of course.yaml."""
    return get_text_list([str(Profession(code).label) for code in codes or []], _("and"))


@register.simple_tag
def iso_date(text: str | None) -> str:
    """An ISO date in the reader's words."""
    return formats.date_format(date.fromisoformat(text), "DATE_FORMAT") if text else ""
