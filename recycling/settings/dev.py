"""The embedded default: what `make run` uses on one machine, with the demo city."""

from .base import *  # noqa: F403  (a settings module extends its base by name)
from .base import INSTALLED_APPS

SECRET_KEY = "demo-key-that-production-refuses"  # noqa: S105  (public on purpose; production.py refuses it)
DEMO = True
ALLOWED_HOSTS = ["*"]
SMS_CHANNEL = "mailbox"
EMAIL_BACKEND = "recycling.notifications.channels.DemoMailbox"
INSTALLED_APPS = [*INSTALLED_APPS]
