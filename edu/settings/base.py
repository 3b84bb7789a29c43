"""What demo, test and production share. Nothing here is a secret and nothing here opens a door."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.str("BASAL_VAR", default=str(ROOT / "var")))

INSTALLED_APPS = [
    "edu.apps.EduConfig",
    "core.apps.CoreConfig",
    "accounts.apps.AccountsConfig",
    "courses.apps.CoursesConfig",
    "quizzes.apps.QuizzesConfig",
    "simulator.apps.SimulatorConfig",
    "certificates.apps.CertificatesConfig",
    "edu.apps.BasalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PrivateMiddleware",
    "core.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "edu.second_factor.SecondFactorMiddleware",
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "edu.urls"
WSGI_APPLICATION = "edu.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.house",
                "edu.rooms.rooms",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.templatetags.basal"],
        },
    }
]

SQLITE_OPTIONS = {
    # IMMEDIATE: two writers queue up instead of failing with "database is locked" half-way.
    # FULL: an acknowledged answer survives a power cut, which NORMAL does not promise under WAL.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", "").strip() or f"sqlite:///{VAR / 'basal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = dict(SQLITE_OPTIONS)
else:
    # A new PostgreSQL connection costs about 8 ms of CPU.
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if env.bool("BASAL_PGBOUNCER", default=False):
        # PgBouncer in transaction mode knows no start-up options and no cursor that outlives a statement.
        DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        # Nobody waits for ever: for a statement, for another's lock, for a process that died inside a transaction.
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
            "options",
            f"-c statement_timeout={env.int('BASAL_STATEMENT_TIMEOUT_S', default=15)}s -c lock_timeout=5s "
            "-c idle_in_transaction_session_timeout=30s",
        )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# allauth counts its rate limits here. Not Redis: sign-in has to work while Redis is down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Django's 300 would throw out a third of the counters whenever strangers fill it: a way round every limit.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    # Parts of pages that are the same for everyone ({% cache %}); nothing that needs to be seen by another process.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"core.passwords.{name}"} for name in ("UnlikeTheAccount", "LongEnough", "NotCommon")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Basal: "
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth's one code in ten seconds tells someone who signs in right after signing up of "failed attempts".
ACCOUNT_RATE_LIMITS = {"confirm_email": "5/m/key"}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_ADAPTER = "accounts.forms.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
# An unlocked computer is not enough to move an account to another address.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Basal"
MFA_ADAPTER = "accounts.forms.SecondFactorAdapter"
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.passwords.ChangePasswordForm",
    "set_password": "accounts.forms.passwords.SetPasswordForm",
    "reset_password_from_key": "accounts.forms.passwords.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
}
# Whoever's password or second factor is changed hears of it by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# Who runs this, as the legal pages say it, and where letters to the office are announced.
OPERATOR = env.str("BASAL_OPERATOR", default="Basal (demo)")
OPERATOR_ADDRESS = env.str("BASAL_OPERATOR_ADDRESS", default="")
OFFICE_EMAIL = env.str("BASAL_OFFICE_EMAIL", default="office@basal.example")
# A mail server that does not answer keeps nobody waiting for ever.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("BASAL_MAIL_FROM", default="Basal <office@basal.example>")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["edu.formats"]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [VAR / "assets"]


def _certificates(place: str) -> dict[str, object]:
    """Where printed certificates lie: "" is a folder, "s3://bucket/prefix" an object storage that machines share."""
    if not place:
        return {"BACKEND": "core.files.DurableFolder", "OPTIONS": {"location": VAR / "certificates"}}
    bucket, _slash, prefix = place.removeprefix("s3://").partition("/")
    if not place.startswith("s3://") or not bucket:
        raise ImproperlyConfigured('BASAL_FILES is empty (a folder) or "s3://bucket/prefix".')
    options: dict[str, object] = {"bucket_name": bucket, "location": prefix}
    if endpoint := env.str("BASAL_S3_ENDPOINT", default=""):
        # Not Amazon's: the bucket's name goes into the path, as it seldom has a host of its own.
        options |= {"endpoint_url": endpoint, "addressing_style": "path"}
    return {"BACKEND": "core.object_storage.ObjectStorage", "OPTIONS": options}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    "certificates": _certificates(env.str("BASAL_FILES", default="")),
}

STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "edu.staticfiles.LeanFinder"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 220  # the editor's largest question
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["core.uploads.Capped"]

# For an upgrade: every page answers 503 but /healthz. A file does it without a restart: `touch var/maintenance`.
MAINTENANCE = env.bool("BASAL_MAINTENANCE", default=False)
MAINTENANCE_FILE = VAR / "maintenance"
RETRY_AFTER_S = 120
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.doors.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.doors.Throttle"],
    "DEFAULT_PARSER_CLASSES": ["core.api.doors.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "core.api.answers.refuse",
    "NON_FIELD_ERRORS_KEY": "body",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Basal",
    "VERSION": "1",
    "DESCRIPTION": (
        "A learner's own courses, tests and certificates, by the same rules as the pages. JSON in and out; times carry "
        "their offset (RFC 3339). Sign in on the pages: the session cookie is the key. Every refusal is "
        "{code, message, fields}."
    ),
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "LessonState": ["done", "here", "locked"],
        "OpenLessonState": ["done", "here"],
        "AttemptState": "quizzes.models.Attempt.State",
        "CertificateState": ["valid", "superseded", "revoked"],
        "Language": "django.conf.settings.LANGUAGES",
    },
    "SORT_OPERATIONS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # No validator: it would tell a foreign server of every visit.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "validatorUrl": None,
        "docExpansion": "list",
        "defaultModelsExpandDepth": 0,
    },
}
# How many requests a minute: of one person, of one address without sign-in, of one address asking for certificates.
RATES_A_MINUTE = {
    "api": env.int("BASAL_API_A_MINUTE", default=240),
    "api_stranger": env.int("BASAL_API_STRANGER_A_MINUTE", default=60),
    "verify": 30,
}

# How many reverse proxies of ours stand in front; 0 means the address is the peer's own.
TRUSTED_PROXIES = env.int("BASAL_TRUSTED_PROXIES", default=0)

OUTBOX_LATE_S = env.float("OUTBOX_LATE_S", default=10)
OUTBOX_LEASE_S = env.float("OUTBOX_LEASE_S", default=60)
OUTBOX_POLL_S = env.float("OUTBOX_POLL_S", default=2)
OUTBOX_MAX_ATTEMPTS = 3
# A named point at which the process kills itself, for the fault tests. Refused in production.
CRASH_AT = env.str("BASAL_CRASH_AT", default="")

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A lost message is no lost job: the reconciler finds the row. So no late acks, no redelivery, no visibility
# timeout to tune, and a poison row ends in quarantine instead of a loop.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 50
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 0.2, "socket_timeout": 5, "max_retries": 0}

CURRICULUM_DIR = ROOT / "courses" / "curriculum"
SITE_URL = env.str("BASAL_SITE_URL", default="http://127.0.0.1:8000")
DEMO = False
STYLEGUIDE = False  # the page at /styleguide/, for developers
MAIL_DIR: Path | None = None

LOG_LEVEL = env.str("BASAL_LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "core.logs.configure"
LOGGING = {"level": LOG_LEVEL}
