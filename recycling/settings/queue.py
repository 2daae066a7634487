"""Celery's settings: the broker, how jobs are delivered, and the clock.

A job is a reminder to look: it asks the database what is due. One that is lost costs an interval, one that
comes twice changes nothing, and one that comes late is dropped (``expires``): a newer one is already there.
"""

import os
from pathlib import Path

_BASE_DIR = Path(__file__).resolve().parent.parent.parent
_DATA_DIR = Path(os.environ.get("KIERTO_DATA") or _BASE_DIR / "var").resolve()

# A broker that needs no server unless the environment names one, for example redis://127.0.0.1:6379/0.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "localqueue://"

# A message taken by a worker that died is seen again after this, on a broker that has the option.
# Longer than any job may run (CELERY_TASK_TIME_LIMIT).
_SEEN_AGAIN_AFTER_SECONDS = 300
CELERY_VISIBILITY_TIMEOUT = _SEEN_AGAIN_AFTER_SECONDS

if CELERY_BROKER_URL.startswith("localqueue:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(_DATA_DIR / "queue"), "polling_interval": 0.5}
elif CELERY_BROKER_URL.startswith(("redis:", "rediss:", "sentinel:")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": _SEEN_AGAIN_AFTER_SECONDS,
        # A frozen server is an error after seconds, not a wait without end.
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {}

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away comes back; the worker waits for it

# A job is done when it has ended, not when it was taken, and a worker that dies gives its job to the next.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB; a leak ends with the child that has it
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # the settings' LOGGING says what is logged, and how
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

CELERY_BEAT_SCHEDULER = "recycling.beat:AtOnceThenByInterval"

_EVERY_SECONDS = {
    "notifications.send_due": 5,
    "reservations.expire_overdue": 15,
    "reservations.call_for_approval": 60,
    "reservations.mark_missed": 60,
    "reservations.plan_slots": 3600,
    "reservations.tell_the_month": 3600,
    "reservations.match_wanted": 60,
    "reservations.end_wanted": 3600,
    "reservations.end_queues": 300,
    "reservations.hold_draws": 60,
    "inventory.match_alerts": 15,
    "inventory.tell_alerts": 15,
    "inventory.forget_alerts": 3600,
    "inventory.make_renditions": 3,
    "inventory.move_stages": 60,
    "inventory.sweep_photos": 3600,
    "inventory.forget_errands": 3600,
    "inventory.end_offers": 300,
    "operations.tick": 10,
    "accounts.forget_expired": 3600,
}

CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": float(seconds), "options": {"expires": max(15, 3 * seconds)}}
    for name, seconds in _EVERY_SECONDS.items()
}
