"""The Celery app: the background jobs, and where they are told from."""

import os

from celery import Celery

from recycling import localqueue

# Loaded before everything else, also by the web server: whoever forgets to name the settings gets the ones that refuse.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recycling.settings.production")

localqueue.register()

app = Celery("kierto")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
