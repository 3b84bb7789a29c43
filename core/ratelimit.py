"""Rate limits counted in the database: atomic over all processes, and working while Redis is down."""

import hashlib
import hmac
import ipaddress
import time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest

from core.models import RateCounter

MINUTE = 60


@transaction.atomic
def allow(scope: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one more act of `who`; False once there were more than `limit` in the current window.

    One transaction: the row stays locked from counting to reading, so each caller reads its own number.
    """
    key = {"scope": scope, "who": _blind(who), "window": (int(time.time()) // seconds + 1) * seconds}
    rows = RateCounter.objects.filter(**key)
    if not rows.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                RateCounter.objects.create(**key, count=1)
        except IntegrityError:  # another process opened the window in between
            rows.update(count=F("count") + 1)
    return rows.values_list("count", flat=True).get() <= limit


def seconds_left(seconds: int) -> int:
    """How long until the current window ends and everyone may go on."""
    return seconds - int(time.time()) % seconds


def address(request: HttpRequest) -> str:
    """The client's address: the peer's, or what the outermost proxy of ours saw. Of IPv6 the first half: one customer
    of a provider has the whole second half to choose from."""
    return _network(_address(request))


def _network(text: str) -> str:
    # Some proxies add the port, which is another one for each connection: 192.0.2.1:4711, [2001:db8::1]:4711.
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    # A socket for both kinds writes IPv4 as ::ffff:192.0.2.1; by its first half that were everyone in one.
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def _address(request: HttpRequest) -> str:
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return str(hops[-settings.TRUSTED_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def forget_before(at: float) -> int:
    """Drop the counters of windows that ended before `at` (seconds since 1970). Returns how many."""
    return RateCounter.objects.filter(window__lt=int(at)).delete()[0]


def _blind(who: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), who.encode(), hashlib.sha256).hexdigest()
