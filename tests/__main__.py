"""Every test of a commit, on every database it needs: ``python -m tests [arguments of pytest]``.

With a PostgreSQL ``DATABASE_URL`` everything runs there. Without one the suite runs on SQLite, and then what
only PostgreSQL can show runs on a server of the test run's own.
"""

import os
import subprocess
import sys

PYTEST = [sys.executable, "-m", "pytest"]
NOTHING_COLLECTED = 5


def main(arguments):
    """Run it all; the exit code is that of the first round that failed."""
    # Whoever has nothing left takes of the others' tests: the slowest come last.
    workers = ["-n", os.environ.get("KIERTO_TEST_WORKERS", "3"), "--dist", "worksteal"]
    if os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql")):
        rounds = [
            (
                "all tests, on the PostgreSQL server of DATABASE_URL",
                [*PYTEST, *workers, "-m", "not thorough", *arguments],
            )
        ]
    else:
        rounds = [
            (
                "all tests but the races, on SQLite",
                [*PYTEST, *workers, "-m", "not race and not thorough", *arguments],
            ),
            (
                "the races, on a PostgreSQL server of our own",
                [sys.executable, "-m", "tests.services", *PYTEST, *workers, "-m", "race", *arguments],
            ),
        ]
    codes = []
    for title, command in rounds:
        print(f"\n=== {title} ===", flush=True)  # noqa: T201  (the heading of the report)
        codes.append(subprocess.run(command, check=False).returncode)
    if arguments:  # a selection may leave a round without tests, but not all of them
        codes = [code for code in codes if code != NOTHING_COLLECTED] or codes
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
