"""What the sign-in pages of the demo show, and secrets as people copy them."""

from typing import Any

from django import template

from accounts import services
from accounts.models import User

register = template.Library()


@register.simple_tag
def demo_people() -> list[services.DemoPerson]:
    """{% demo_people as people %}: nobody outside demo settings. Asked anew for each page: a code lives 30 seconds."""
    return services.demo_people()


@register.simple_tag(takes_context=True)
def demo_person(context: Any) -> services.DemoPerson | None:
    """The demo person who is signing in or signed in here, if it is one of them."""
    request = context["request"]
    stage = getattr(request, "_login_stage", None)  # allauth's: between the password and the second factor
    user = stage.login.user if stage else request.user
    mail = user.email if isinstance(user, User) else ""
    return next((person for person in services.demo_people() if person.email == mail), None)


@register.filter
def in_fours(secret: str) -> str:
    """{{ form.secret|in_fours }}: ABCD EFGH …, as it is read from a screen and typed elsewhere."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
