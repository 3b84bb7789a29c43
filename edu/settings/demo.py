"""The demo: what ./dev run starts. Demo people, mail in files, a key that is no secret."""

from edu.settings.base import *  # noqa: F403 - settings modules extend one another this way
from edu.settings.base import VAR, env

DEMO = True
DEBUG = env.bool("BASAL_DEBUG", default=False)
STYLEGUIDE = DEBUG
SECRET_KEY = env.str("BASAL_SECRET_KEY", default="demo-only-" + "basal" * 10)
ALLOWED_HOSTS = env.list("BASAL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
MAIL_DIR = VAR / "mail"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(MAIL_DIR)
# A passkey belongs to an address; the demo's has no TLS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
