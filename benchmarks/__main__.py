"""``make bench``: the service measured against floors on the same machine. ``--help`` says what can be chosen."""

import argparse
import importlib
import os
import sys
import tempfile

import django

from .database import own_database


def main(arguments):
    """Measure and print; 1 when a goal is missed by more than its margin."""
    chosen = _parser().parse_args(arguments)
    with (
        own_database(sqlite=chosen.sqlite) as url,
        tempfile.TemporaryDirectory(prefix="kierto-bench-") as folder,
    ):
        os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="benchmarks.settings", KIERTO_DATA=folder)
        django.setup()
        # Models can be imported only now.
        measure = importlib.import_module("benchmarks.measure")
        report = importlib.import_module("benchmarks.report")
        figures, about = measure.run(_extent(chosen, measure.Extent))
    print(report.text(figures, about))
    print(f"\nAlso in {report.write(figures, about).relative_to(report.RESULTS.parent.parent)}")
    return report.exit_code(figures)


def _parser():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sqlite",
        action="store_true",
        help="on the embedded default; otherwise PostgreSQL: DATABASE_URL, or one of our own",
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, for continuous integration")
    parser.add_argument("--full", action="store_true", help="also with 100,000 items")
    return parser


def _extent(chosen, extent):
    sizes = (1_000, 10_000, 100_000) if chosen.full else (1_000, 10_000)
    if chosen.quick:
        return extent(sizes=sizes, rounds=40, races=20, photos=3)
    return extent(sizes=sizes, rounds=200, races=200, photos=9)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
