"""The pictures in questions, for those who may see the question."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.services import has_second_factor, signed_in
from quizzes.models import Picture

# Another picture has another address, so this one never has to be asked for again; by this browser alone.
FOR_EVER = "private, max-age=31536000, immutable"


@login_required
@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    user, rows = signed_in(request), Picture.objects
    # The bank opens with a second factor; without one somebody of the staff is a learner like others.
    may = rows.visible_to(user) if has_second_factor(request, user) else rows.asked_of(user)
    found = get_object_or_404(may, pk=sha256)
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(found.data), content_type=found.mime, headers=headers)
