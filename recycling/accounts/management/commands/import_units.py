from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from recycling.accounts.domain import importing
from recycling.errors import Refused


class Command(BaseCommand):
    help = (
        "Take over the divisions, units and cost centres of a CSV or XLSX. What is gone from the table is closed and kept; "
        "a second run changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", type=Path, help="columns: kind, code, parent, name_fi, name_sv and others"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")

    def handle(self, *_args, file, dry_run, **_options):
        # The rest of the command line speaks English; so do the sentences of the domain here.
        with translation.override("en"):
            try:
                self._import(file, dry_run=dry_run)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal

    def _import(self, file, *, dry_run):
        at = timezone.now()
        kept = importing.keep(file, by=None, at=at)
        plan = importing.plan(kept.rows, at=at)
        for change in plan.differing:
            self.stdout.write(f"{change.what_word}: {change.kind_word} {change.code} {change.name}")
            for label, old, new in change.told:
                if change.what == "changed":
                    self.stdout.write(f"  {label}: “{old}” becomes “{new}”")
        if not dry_run:
            importing.apply(kept, seen=plan.fingerprint, by=None, at=at, origin="command")
        counted = ", ".join(
            f"{importing.WHAT[what].lower()} {number}" for what, number in plan.counts.items()
        )
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {counted}.")
