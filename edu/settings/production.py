"""Production: refuses to start without its secrets, and with anything meant for tests or the demo."""

from django.core.exceptions import ImproperlyConfigured

from edu.settings.base import *  # noqa: F403 - settings modules extend one another this way
from edu.settings.base import CRASH_AT, env


def _given(name: str) -> str:
    """A variable that has to be set, and to something."""
    value = str(env.str(name, default="")).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set, and production does not start without it.")
    return value


def _secret(name: str, value: str) -> str:
    if len(value) < 50 or value.startswith("demo-only-"):
        raise ImproperlyConfigured(f"{name} must be a secret of at least 50 characters.")
    return value


DEBUG = False
DEMO = False
SECRET_KEY = _secret("BASAL_SECRET_KEY", _given("BASAL_SECRET_KEY"))
# Keys of before: what they signed stays good until they are taken out again.
SECRET_KEY_FALLBACKS = [
    _secret("BASAL_SECRET_KEY_FALLBACKS", key) for key in env.list("BASAL_SECRET_KEY_FALLBACKS", default=[])
]
ALLOWED_HOSTS = [host.strip() for host in _given("BASAL_HOSTS").split(",") if host.strip()]
SITE_URL = _given("BASAL_SITE_URL").rstrip("/")
for _name in ("DATABASE_URL", "REDIS_URL"):
    _given(_name)

if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("BASAL_HOSTS must name the hosts; * would let anyone's links into our mail.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("BASAL_SITE_URL must begin with https://, as sessions travel by TLS only.")
if env.bool("BASAL_DEBUG", default=False):
    raise ImproperlyConfigured("BASAL_DEBUG shows settings and data to strangers. Unset it in production.")
if CRASH_AT:
    raise ImproperlyConfigured("BASAL_CRASH_AT kills processes on purpose. Unset it in production.")

CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
if not EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
    raise ImproperlyConfigured("EMAIL_URL must lead to a mail server: in a file or a log, codes lie open.")
