from collections import Counter, defaultdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from inventory.domain import importing
from recycling.errors import Refused
from recycling.tables import read_table

EXAMPLES = 3


class Command(BaseCommand):
    help = (
        "Log the rows of a CSV or XLSX as items. Columns are found by their headings in Finnish, Swedish or English; "
        "rows that were imported before are left as they are."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the table: .csv or .xlsx as people save them")
        parser.add_argument(
            "--site", metavar="CODE", help="where the things stand; without it, the first warehouse"
        )
        parser.add_argument("--draft", action="store_true", help="log them without publishing")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE", help="JSON of {our field: heading in the table}"
        )
        parser.add_argument("--limit", type=int, metavar="N", help="only the first N rows")

    def handle(self, *_args, **options):
        # The rest of the command line speaks English; so do the sentences of the domain here.
        with translation.override("en"):
            try:
                self._import(**options)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal

    def _import(self, *, file, site, draft, dry_run, mapping, limit, verbosity, **_options):
        at = timezone.now()
        table = read_table(file)
        into = importing.Arrival(
            at=at, site=importing.site_with_code(site) if site else None, publish=not draft
        )
        plan = importing.plan(table, mapping=mapping and importing.load_mapping(mapping), kinds=into.kinds())
        self._columns(plan.columns)
        made: Counter[str] = Counter()
        warnings: defaultdict[str, list] = defaultdict(list)
        errors: list = []
        for outcome in importing.import_plan(plan, into=into, at=at, limit=limit, dry_run=dry_run):
            made[outcome.result] += 1
            for note in outcome.row.warnings:
                warnings[note.kind].append((outcome.row.line, note))
            errors += [(outcome.row.line, note) for note in outcome.row.errors]
            if verbosity and not dry_run and made.total() % 500 == 0:
                self.stderr.write(f"{made.total()} rows ...")
        self._report(made, warnings, errors, dry_run=dry_run, examples=None if verbosity > 1 else EXAMPLES)

    def _columns(self, columns):
        self.stdout.write(
            "Columns: " + ", ".join(f"{name} = “{found.heading}”" for name, found in columns.found.items())
        )
        if columns.ignored:
            self.stdout.write("Ignored columns: " + ", ".join(columns.ignored))
        for note in columns.notes:
            self.stdout.write(f"Note: {note}")

    def _report(self, made, warnings, errors, *, dry_run, examples):
        for kind, found in sorted(warnings.items(), key=lambda pair: -len(pair[1])):
            self.stdout.write(f"Warning ({kind}): {len(found)}")
            for line, note in found[:examples]:
                self.stdout.write(f"  row {line}: {note}")
            if examples and len(found) > examples:
                self.stdout.write(f"  and {len(found) - examples} more; -v 2 lists them all")
        for line, note in errors:
            self.stdout.write(f"Error, row {line}: {note}")
        self.stdout.write(
            f"{'Would make' if dry_run else 'Made'} {made[importing.MADE]}, unchanged {made[importing.UNCHANGED]}, "
            f"left out {made[importing.LEFT_OUT]}."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
