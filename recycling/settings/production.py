"""Production: everything comes from the environment, and what is unsafe refuses to start."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403  (a settings module extends its base by name)
from .base import (
    ALLOWED_HOSTS,
    DEBUG,
    EMAIL_CONFIG,
    ESP,
    SECRET_KEY,
    SECRET_KEY_FALLBACKS,
    SIGN_ON,
    SITE_URL,
    SMS_GATEWAY,
    SMS_RECEIPT_SECRET,
    env,
)

DEMO_KEY = "demo-key-that-production-refuses"

# An earlier key still opens what it signed, so it is held to the same.
for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    if len(key) < 50 or len(set(key)) < 5 or DEMO_KEY in key:
        raise ImproperlyConfigured(
            "SECRET_KEY (and each of SECRET_KEY_FALLBACKS) must be a secret of at least 50 characters, never the demo's."
        )
if DEBUG or env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG must be off in production.")
if env.bool("DEMO", default=False):
    raise ImproperlyConfigured("The demo does not run in production.")
# A name that begins with a point stands for every name below it, also those that the city gives to others.
if not ALLOWED_HOSTS or any(host.strip(".* ") != host or not host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the service's own hosts, each in full.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must be the service's https address.")
if env("SMS_CHANNEL", default="") == "mailbox":
    raise ImproperlyConfigured("The demo mailbox is not an SMS channel for production.")
if SMS_GATEWAY and not SMS_GATEWAY["url"].startswith("https://"):
    raise ImproperlyConfigured("SMS_GATEWAY_URL must be an https address.")
if SMS_RECEIPT_SECRET and len(SMS_RECEIPT_SECRET) < 32:
    raise ImproperlyConfigured("SMS_RECEIPT_SECRET must be a secret of at least 32 characters.")
if not ESP and "smtp" not in EMAIL_CONFIG["EMAIL_BACKEND"]:
    raise ImproperlyConfigured(
        "EMAIL_URL must name a mail server, for example smtp+tls://user:password@host:587, or ESP a provider."
    )
if ESP and len(env("ESP_WEBHOOK_SECRET").partition(":")[2]) < 16:
    raise ImproperlyConfigured(
        "ESP_WEBHOOK_SECRET must be a name and a secret of at least 16 characters: name:secret."
    )
if SIGN_ON and not SIGN_ON["issuer"].startswith("https://"):
    raise ImproperlyConfigured("SSO_ISSUER must be the https address of the city's sign-on.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

STORAGES["staticfiles"] = {"BACKEND": "recycling.assets.HashedAssets"}  # noqa: F405  (from base)
WHITENOISE_USE_FINDERS = False
