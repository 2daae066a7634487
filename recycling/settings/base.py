"""Settings that are safe by default. Everything a city decides comes from the environment; nonsense fails loudly."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .queue import *  # noqa: F403  (the queue's settings are Celery's own names, kept on one page)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()

# Where the embedded default keeps what it must keep: the database, the photos, the queue.
DATA_DIR = env.path("KIERTO_DATA", default=str(BASE_DIR / "var"))()
Path(DATA_DIR).mkdir(parents=True, exist_ok=True)
DATA_DIR = Path(DATA_DIR)

DEBUG = False
# The demo's accounts, mailbox and data exist only where this is on; production refuses to start with it.
DEMO = False
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in messages start here; the Host header of a request never decides where a link leads.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
# How many proxies in front add to X-Forwarded-For; 0 = the connection's own address is the truth.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "reservations",
    "inventory",
    "recycling.notifications",
    "recycling.audit",
    "recycling.policy",
    "recycling.accounts",
    "recycling",
    "django.contrib.admin",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recycling.middleware.SteadyPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # A page is private unless it says that it is public.
    "recycling.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recycling.middleware.CalmRefusals",
]

ROOT_URLCONF = "recycling.urls"
WSGI_APPLICATION = "recycling.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recycling.context.chrome",
            ],
            "builtins": ["django.templatetags.i18n", "recycling.templatetags.kierto"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'kierto.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: the write lock is taken at the start, so that no transaction fails half-way ("database is locked").
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
    }
else:
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "recycling.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A dead host is an error after seconds, so that a page or a health check never hangs on it.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://kierto")}

# Photos: this machine's disk, or any S3-compatible store when a bucket is named.
STORAGES: dict[str, dict] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if env("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("S3_BUCKET"),
            "endpoint_url": env("S3_ENDPOINT", default=None),
            "region_name": env("S3_REGION", default=None),
            "access_key": env("S3_ACCESS_KEY", default=None),
            "secret_key": env("S3_SECRET_KEY", default=None),
            "custom_domain": env("S3_PUBLIC_DOMAIN", default=None),
            "querystring_auth": False,
            "file_overwrite": False,
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        },
    }
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=True)

# A photo is read to a temporary file in pieces; nothing larger than the limit gets that far (see CalmRefusals).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Above the photos that one thing may have, so that one too many is answered by the page and not by the framework.
DATA_UPLOAD_MAX_NUMBER_FILES = 24
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# One request may carry at most this: eight photos of 20 MiB and the form around them.
REQUEST_MAX_BYTES = 165 * 1024 * 1024

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "inventory:front"

# Staff sign in with a code sent to their e-mail; nobody has a password, nobody can sign up.
ACCOUNT_ADAPTER = "recycling.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {
    "request_login_code": "recycling.accounts.forms.SignInForm",
    "confirm_login_code": "recycling.accounts.forms.SignInCodeForm",
}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
# The library's limits live in a cache and take a proxy for the person behind it; ours are rows (accounts.views).
ACCOUNT_RATE_LIMITS = False

# The city's single sign-on (OpenID Connect), where it has one. Who gets which role is decided in the admin, by groups.
SIGN_ON: dict[str, Any] = {}
if env("SSO_ISSUER", default=""):
    SIGN_ON = {
        "issuer": env("SSO_ISSUER"),
        "client_id": env("SSO_CLIENT_ID"),
        "secret": env("SSO_CLIENT_SECRET", default=""),
        "scope": env.list("SSO_SCOPES", default=["openid", "profile", "email"]),
        # Which claims say to which groups and to which unit (by its code) somebody belongs.
        "groups_claim": env("SSO_GROUPS_CLAIM", default="groups"),
        "unit_claim": env("SSO_UNIT_CLAIM", default=""),
        # On where the city's directory itself gives the addresses and says nothing of "email_verified".
        "trust_email": env.bool("SSO_TRUST_EMAIL", default=False),
        # Hosts beside the issuer's own that signing in leads over.
        "origins": env.list("SSO_ORIGINS", default=[]),
        # On where those who come through the sign-on may use a passkey as well. The sign-on renews no role then.
        "passkeys": env.bool("SSO_PASSKEYS", default=False),
    }
SOCIALACCOUNT_ADAPTER = "recycling.accounts.adapter.SignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# Passkeys, of everything that the library's second factors can do. Its own pages have no address here.
MFA_ADAPTER = "recycling.accounts.ceremony.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
# Browsers make passkeys for names, never for numbers: the demo on 127.0.0.1 has them at localhost.
PASSKEY_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL)).replace("//127.0.0.1", "//localhost", 1)

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Kierto <no-reply@kierto.example>")
# A provider of e-mail that is spoken to over HTTP, by django-anymail's name for it, instead of a mail server.
ESP = env("ESP", default="")
if ESP:
    INSTALLED_APPS.append("anymail")
    EMAIL_BACKEND = f"anymail.backends.{ESP}.EmailBackend"
    ANYMAIL = {
        "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
        "WEBHOOK_SECRET": env("ESP_WEBHOOK_SECRET"),
        **env.json("ESP_OPTIONS"),
    }
# SMS is offered as a contact only where a channel is configured; the demo's writes to its mailbox.
SMS_CHANNEL = env("SMS_CHANNEL", default="")
# Anybody may have a code sent to a number: elsewhere somebody earns on each message that the city pays for.
SMS_COUNTRIES = frozenset(
    env.list("SMS_COUNTRIES", default=["FI", "AX", "SE", "NO", "DK", "IS", "EE", "LV", "LT"])
)
SMS_GATEWAY: dict[str, Any] = {}
if SMS_CHANNEL == "http":
    SMS_GATEWAY = {
        "url": env("SMS_GATEWAY_URL"),
        "token": env("SMS_GATEWAY_TOKEN"),
        "sender": env("SMS_SENDER", default="Kierto"),
        # Well below the lease of a message (60 s), and short enough that mail does not wait for a gateway that hangs.
        "timeout": env.float("SMS_GATEWAY_TIMEOUT", default=5.0),
    }
# Signs what the gateway says of messages afterwards. Without it nothing is believed.
SMS_RECEIPT_SECRET = env("SMS_RECEIPT_SECRET", default="")

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *env.list("MEDIA_ORIGINS", default=[])],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY = {
    "accelerometer": [],
    "camera": ["self"],
    "display-capture": [],
    "geolocation": [],
    "gyroscope": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "recycling.logs.Discreet", "format": "{levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Celery's own lines would show arguments; ours are ids, but nothing is logged that need not be.
        "celery.app.trace": {"level": "WARNING"},
        # It would write the number of each new passkey down.
        "fido2": {"level": "WARNING"},
    },
}
