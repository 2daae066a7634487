"""``manage.py drain``: every background job in this process, without any broker."""

import time
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import close_old_connections

from recycling import sweeping


class Command(BaseCommand):
    help = "Does what the worker would do: every job once, or with --loop each at its interval until Ctrl-C."

    def add_arguments(self, parser):
        """Which jobs, and how often."""
        parser.add_argument("jobs", nargs="*", help="names of jobs; without any, all of them")
        parser.add_argument("--loop", action="store_true", help="go on, each job at its own interval")

    def handle(self, *, jobs, loop, **_options):
        """Run them."""
        # Celery looks for the tasks of the apps when a worker starts; this process is none.
        current_app.loader.import_default_modules()
        entries = settings.CELERY_BEAT_SCHEDULE.values()
        schedule: dict[str, Any] = {str(entry["task"]): entry["schedule"] for entry in entries}
        if unknown := set(jobs) - set(schedule):
            raise CommandError(
                f"No such job: {', '.join(sorted(unknown))}. Jobs: {', '.join(sorted(schedule))}"
            )
        chosen = {name: every for name, every in schedule.items() if not jobs or name in jobs}
        broken = []
        try:
            broken = [name for name in chosen if not self.run(name)]
            if loop:
                self.go_on(chosen)
        except KeyboardInterrupt:  # also in the first round of the loop
            if not loop:
                raise
            self.stdout.write("Ended.")
        if broken:
            raise CommandError(f"Not done: {', '.join(broken)}")

    def go_on(self, chosen):
        """Each job again when its interval has passed, until Ctrl-C."""
        next_time = {name: time.monotonic() + every for name, every in chosen.items()}
        while True:
            name = min(next_time, key=next_time.__getitem__)
            time.sleep(max(0, next_time[name] - time.monotonic()))
            close_old_connections()
            self.run(name)
            next_time[name] = time.monotonic() + chosen[name]

    def run(self, name):
        """One job; whether it came to its end. One that breaks does not stop the others."""
        task = current_app.tasks.get(name)
        if task is None:
            self.stderr.write(f"{name}: this service has no such job")
            return False
        try:
            task()
        except Exception as error:  # noqa: BLE001  (the other jobs must go on; it is told, without the values it was about)
            self.stderr.write(f"{name}: {sweeping.where(error)}")
            return False
        return True
