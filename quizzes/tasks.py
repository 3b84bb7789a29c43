"""What the clock does for attempts: those whose time is over are handed in."""

from django.utils import timezone

from core import outbox
from quizzes.services import closing


@outbox.every(15)
def close_attempts() -> None:
    closing.close_over(now=timezone.now())
