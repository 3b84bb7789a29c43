"""Landing and home: pages that show several apps side by side."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.services import roles, signed_in
from certificates.forms import CodeForm
from certificates.selectors import transcript
from courses import selectors
from courses.models import Enrolment

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
    """What to do next: go on with the course under way, start one, or fetch a certificate."""
    user = signed_in(request)
    rows = Enrolment.objects.visible_to(user).select_related("version__course").filter(completion__isnull=True)
    under_way = rows.order_by("-enrolled_at").first()
    taken = set(Enrolment.objects.visible_to(user).values_list("course__slug", flat=True))
    context = {
        "way": selectors.journey(under_way) if under_way else None,
        "others": [version for version in selectors.catalogue() if version.course.slug not in taken],
        "page": transcript(user, "1"),
        "roles": roles(user),
        "hour": timezone.localtime().hour,
    }
    return render(request, "home.html", context)
