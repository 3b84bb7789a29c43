"""A person's copy of their data, and the deletion of their account. Both ask for the password once more."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.services import signed_in
from accounts.services.privacy import require_another_admin
from certificates.models import Award
from core import ratelimit
from core.errors import DomainError
from edu import privacy
from edu.privacy.forms import EraseForm

COPIES_AN_HOUR = 3


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth carries no types
@never_cache
def copy(request: HttpRequest) -> HttpResponse | FileResponse:
    """What is in the copy; posting makes it and sends it at once, read from a temporary file piece by piece."""
    user = signed_in(request)
    if request.method != "POST":
        return render(request, "accounts/export.html")
    if not ratelimit.allow("export", str(user.pk), limit=COPIES_AN_HOUR, seconds=3600):
        message = _("You made three copies within an hour. Make the next one in an hour.")
        raise DomainError("too_many", message, status=429)
    name = f"basal-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(privacy.export(user), as_attachment=True, filename=name, content_type="application/zip")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth carries no types
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why; the typed word deletes. The answer to it is the last page of the account."""
    user = signed_in(request)
    form, refused = EraseForm(request.POST or None), None
    try:
        require_another_admin(user)
        if request.method == "POST" and form.is_valid():
            return _deleted(request)
    except DomainError as error:
        refused = error
    awards = Award.objects.visible_to(user).order_by("-issued_at")
    wrote = user.holds(Role.AUTHOR, Role.REVIEWER)
    context = {"form": form, "awards": awards, "wrote": wrote, "refused": refused}
    status = refused.status if refused and request.method == "POST" else 422 if form.errors else 200
    return render(request, "accounts/delete.html", context, status=status)


def _deleted(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    had_awards = Award.objects.visible_to(user).exists()
    privacy.erase(user=user, now=timezone.now())
    logout(request)
    return render(request, "accounts/deleted.html", {"had_awards": had_awards})
