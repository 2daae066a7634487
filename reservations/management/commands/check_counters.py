from django.core.management.base import BaseCommand, CommandError

from reservations.domain.counters import drifts


class Command(BaseCommand):
    help = "Recompute what is promised of each item and booked of each pickup time, and report any drift. Changes nothing."

    def handle(self, *_args, **_options):
        found = drifts()
        for drift in found:
            self.stderr.write(f"{drift.what} {drift.which}: counter {drift.counter}, counted {drift.counted}")
        if found:
            raise CommandError(f"{len(found)} counters have drifted.")
        self.stdout.write("All counters agree with their rows.")
