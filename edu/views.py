"""Landing and home: pages that show several apps side by side."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.services import signed_in
from certificates.forms import CodeForm
from certificates.selectors import transcript
from courses import activities, selectors
from courses.models import CERTIFICATE_REF, Course, Enrolment
from courses.selectors import Journey
from edu.rooms import own_rooms

SHOWN = 5
# The landing page's picture comes from a course in English; every word of it, so that it can be said in the reader's
# language as the page around it is.
DAY_WORDS = (
    gettext_noop("Bolus from the pump, units"),
    gettext_noop("Rapid-acting insulin, basal by the hour"),
    gettext_noop("Pen: long-acting insulin, drawn even"),
    gettext_noop(
        "Ana’s pump day: basal steps of 0.6, 0.9 and 0.7 units an hour with a dip to 0.35 from 15:00 to 18:00, a "
        "dashed flat line at 0.75 for the pen, and four boluses of 4.6, 1.3, 5.2 and 5.8 units."
    ),
)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What Basal is, its courses, and a certificate check. Someone signed in goes home."""
    if request.user.is_authenticated:
        return redirect("home")
    versions = selectors.catalogue()
    pictures = (selectors.figure_pictures(version, "pump-day") for version in versions)
    day = next(filter(None, pictures), "").replace("\u00a0", " ")  # words in a picture do not wrap
    for words in DAY_WORDS:
        day = day.replace(str(escape(words)), str(escape(_(words))))
    context = {
        "versions": versions,
        "code_form": CodeForm(),
        "day": mark_safe(day),  # noqa: S308 - drawn by core.charts at load
    }
    return render(request, "landing.html", context)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """An educator's start page: go on with the course under way, start one, or fetch a certificate. Others are led
    to the start page of their own role."""
    user = signed_in(request)
    if Role.EDUCATOR not in user.roles and (mine := own_rooms(user)):
        return redirect(mine[0].url)
    open_ones = Q(completion__isnull=True) | Q(completion__awards__isnull=True)
    rows = Enrolment.objects.visible_to(user).filter(course__audience=Course.Audience.EDUCATOR)
    rows = rows.select_related("version__course").filter(open_ones)
    under_way = rows.order_by("-enrolled_at").first()
    teaches = Role.EDUCATOR in user.roles  # a role taken away ends acting: nothing to go on with is offered
    way = selectors.journey(under_way) if under_way and teaches else None
    taken = set(Enrolment.objects.visible_to(user).values_list("course__slug", flat=True))
    others = [version for version in selectors.catalogue(audience="educator") if version.course.slug not in taken]
    context = {
        "way": way,
        "cards": _last_steps(request, way) if way and way.all_read else {},
        "teaches": teaches,
        # One thing to do: what is under way comes first.
        "next": None if way or not teaches else next(iter(others), None),
        "others": others if way or not teaches else others[1:],
        "page": transcript(user, "1"),
    }
    return render(request, "home.html", context)


def _last_steps(request: HttpRequest, way: Journey) -> dict[str, SafeString]:
    """What is left after the lessons: the post-test as it stands, then evaluation and certificate."""
    version = way.enrolment.version
    found = activities.embed(request, way.enrolment, version.last_refs)
    return {
        "final": found.get(version.final_ref, SafeString()),
        "certificate": found.get(CERTIFICATE_REF, SafeString()),
    }
