"""Settings of the test run: quick, loud, and on the same databases as everybody else's."""

import atexit
import shutil
import tempfile
from pathlib import Path

from .base import *  # noqa: F403  (a settings module extends its base by name)
from .base import DATABASES

SECRET_KEY = "test-key"  # noqa: S105  (not a secret: it signs nothing outside a test run)
DEMO = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "http://testserver"
SMS_CHANNEL = "mailbox"
SIGN_ON = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATA_DIR = Path(tempfile.mkdtemp(prefix="kierto-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = DATA_DIR / "kierto.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
CELERY_BROKER_URL = "memory://"
