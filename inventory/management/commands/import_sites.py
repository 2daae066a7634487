from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from inventory.domain import site_register
from recycling.errors import Refused


class Command(BaseCommand):
    help = (
        "Take over the city's places from its service map: JSON or a table with id, names, street address and coordinates. "
        "Places are known by their id; new ones arrive not in use, a second run changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="JSON of the service map's units, or CSV or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")

    def handle(self, *_args, file, dry_run, **_options):
        # The rest of the command line speaks English; so do the sentences of the domain here.
        with translation.override("en"):
            try:
                self._import(file, dry_run=dry_run)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal

    def _import(self, file, *, dry_run):
        places = site_register.read(file)
        changes = site_register.plan(places)
        for change in changes:
            if change.what == "unchanged":
                continue
            self.stdout.write(f"{change.what}: {change.register_id} {change.name}")
            if change.what == "changed":
                for field, (old, new) in change.differences.items():
                    self.stdout.write(f"  {field}: “{old}” becomes “{new}”")
        if not dry_run:
            site_register.take_over(places, by=None, at=timezone.now(), origin="command")
        counts = [f"{what} {sum(change.what == what for change in changes)}" for what in site_register.WHAT]
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {', '.join(counts)}.")
