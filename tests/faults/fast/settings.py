"""Settings of every process of a fault run: four workers, two beats, and the residents."""

from tests.worker_settings import *  # noqa: F403  (a settings module extends its base by name)
from tests.worker_settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.fast"]
# Of the lease of a fast sender as large a part as ten seconds are of a minute. The gateway's is in the environment.
EMAIL_TIMEOUT = 2.5

# Of the service's jobs those that move reservations and send messages, more often: a minute of the machine is a day here.
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": seconds, "options": {"expires": 15}}
    for name, seconds in {
        "notifications.send_due": 2.0,
        "reservations.expire_overdue": 5.0,
        "reservations.mark_missed": 5.0,
        "operations.tick": 5.0,
    }.items()
}
