"""The clock of the background jobs."""

from datetime import UTC, datetime

from celery.beat import Scheduler

LONG_AGO = datetime.fromtimestamp(0, tz=UTC)


class AtOnceThenByInterval(Scheduler):
    """Every job at the start, then each at its own interval.

    Keeps nothing on the disk: a job asks the database what is due, so one that runs too often changes
    nothing, and the start is when there is most to catch up with.
    """

    def setup_schedule(self):
        """Read the schedule from the settings, as if nothing had ever run."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = LONG_AGO
