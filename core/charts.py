from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe


def step_line(minutes: Sequence[int], done: int, here: float | None, *, width: int, height: int) -> SafeString:
    return mark_safe("<svg></svg>")


def certificate_band(width: int, height: int) -> SafeString:
    return mark_safe("<svg></svg>")
