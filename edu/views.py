"""Landing and home: pages that show several apps side by side."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
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


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What Basal is, its courses, and a certificate check. Someone signed in goes home."""
    if request.user.is_authenticated:
        return redirect("home")
    versions = selectors.catalogue()
    pictures = (selectors.figure_pictures(version, "pump-day") for version in versions)
    context = {
        "versions": versions,
        "code_form": CodeForm(),
        "day": mark_safe(next(filter(None, pictures), "")),  # noqa: S308 - drawn by core.charts at load
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
