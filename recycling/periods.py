"""Calendar years and months, as reports and summaries ask for them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings

from recycling import clock


@dataclass(frozen=True)
class Period:
    """A calendar year, or one month of it: ``2026`` or ``2026-11``, by the city's clock."""

    year: int
    month: int | None = None

    @classmethod
    def of(cls, text: str, *, otherwise: "Period") -> "Period":
        """The period that an address names; anything else is ``otherwise``."""
        year, _dash, month = text.partition("-")
        plain = year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) < 9999
        if plain and not month:
            return cls(int(year))
        if plain and month.isascii() and month.isdigit() and 1 <= int(month) <= 12:
            return cls(int(year), int(month))
        return otherwise

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, 1)

    @property
    def after(self) -> date:
        """The day after its last."""
        if self.month is None or self.month == 12:
            return date(self.year + 1, 1, 1)
        return date(self.year, self.month + 1, 1)

    @property
    def before(self) -> "Period":
        """The year or month before it."""
        if self.month is None:
            return Period(self.year - 1)
        last = self.first - timedelta(days=1)
        return Period(last.year, last.month)

    @property
    def words(self) -> str:
        """As a page names it, in the reader's language."""
        return clock.month_text(self.first) if self.month else str(self.year)

    def span(self) -> tuple[datetime, datetime]:
        """Its first moment and the first moment after it."""
        tz = settings.TIME_ZONE
        return clock.resolve(self.first, time(0), tz), clock.resolve(self.after, time(0), tz)


def choices(today: date, shown: Period, *, by_month: bool = True) -> list[tuple[str, str, bool]]:
    """(address, words, whether it is shown): this year and month, those before them, and what is shown."""
    month, year = Period(today.year, today.month), Period(today.year)
    months = [month, month.before] if by_month else []
    wanted = dict.fromkeys([year, year.before, *months, shown])
    return [(str(period), period.words, period == shown) for period in wanted]
