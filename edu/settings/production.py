"""Production: refuses to start without its secrets, and with anything meant for tests or the demo."""

from django.core.exceptions import ImproperlyConfigured

from edu.settings.base import *  # noqa: F403 - settings modules extend one another this way
from edu.settings.base import CRASH_AT, env

DEBUG = False
DEMO = False
SECRET_KEY = env.str("BASAL_SECRET_KEY")
ALLOWED_HOSTS = env.list("BASAL_HOSTS")
SITE_URL = env.str("BASAL_SITE_URL")
env.str("DATABASE_URL")
env.str("REDIS_URL")

if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-only-"):
    raise ImproperlyConfigured("BASAL_SECRET_KEY must be a secret of at least 50 characters.")
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
