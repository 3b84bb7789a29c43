"""The tests: the demo's doors, no manifest of static files, cheap password hashes, quick outbox."""

import os
import tempfile
from pathlib import Path

# Each worker of pytest has a folder of its own: the certificates one deletes are never another's.
os.environ.setdefault("BASAL_VAR", tempfile.mkdtemp(prefix="basal-test-"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["BASAL_VAR"] += f"/{worker}"

from edu.settings.demo import *  # noqa: F403 - settings modules extend one another this way
from edu.settings.demo import CACHES, DATABASES, ROOT, STORAGES, VAR
from tests.curriculum import first

DEMO = True
STYLEGUIDE = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ASSETS = ROOT / "var" / "assets"
ASSETS.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [ASSETS]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = VAR / "static"
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as it runs: in memory, two threads meet table locks that wait for nobody. Nothing here outlives a test.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
CACHES = CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
OUTBOX_LATE_S = float(os.environ.get("OUTBOX_LATE_S", "0.5"))
OUTBOX_LEASE_S = float(os.environ.get("OUTBOX_LEASE_S", "2"))
OUTBOX_POLL_S = 0.2
LOGGING = {"level": "WARNING"}
# No broker in ordinary tests: a nudge fails at once and the reconciler's function is called by hand.
REDIS_URL = CELERY_BROKER_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")
# Tests walk the first course (tests/curriculum.py says why). Links, so that a text that changes is read anew.
CURRICULUM_DIR = first(VAR / "curriculum")
