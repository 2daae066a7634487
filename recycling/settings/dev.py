"""The embedded default: what `make run` uses on one machine, with the demo city."""

from .base import *  # noqa: F403  (a settings module extends its base by name)
from .base import INSTALLED_APPS, SIGN_ON, SITE_URL

SECRET_KEY = "demo-key-that-production-refuses"  # noqa: S105  (public on purpose; production.py refuses it)
DEMO = True
ALLOWED_HOSTS = ["*"]
SMS_CHANNEL = "mailbox"
EMAIL_BACKEND = "recycling.notifications.channels.DemoMailbox"
INSTALLED_APPS = [*INSTALLED_APPS]
# The demo's city has a sign-on of its own (recycling.accounts.views.demo_sign_on), unless a real one is named.
SIGN_ON = SIGN_ON or {
    "issuer": f"{SITE_URL}/demo/sign-on",
    "client_id": "kierto-demo",
    "secret": SECRET_KEY,
    "scope": ["openid", "profile", "email"],
    "groups_claim": "groups",
    "unit_claim": "unit",
    "trust_email": False,
    "origins": [],
    "passkeys": True,
}
