import random
from datetime import time, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from inventory.models import Item
from recycling.accounts.models import User
from reservations.demo.asking import Asking
from reservations.demo.counting import count_some
from reservations.demo.deliveries import make_van
from reservations.demo.hall import keep_busy
from reservations.demo.history import Year, counts, finish, leave_some_open
from reservations.demo.people import STAFF, make_departments, make_own_places, make_sites, make_staff
from reservations.demo.queues import wait_in_queues
from reservations.demo.stock import Studio, Warehouse, spread
from reservations.demo.units import Units
from reservations.domain import site_code, slots, windows

MOST_ITEMS = 100_000
CHUNK = 200
# When the school hands over what it gives away.
SCHOOL_TIMES = [windows.Window(day, time(13), time(15)) for day in (1, 3)]


def demo_logins():
    """(role, e-mail) of one person for each role, if the demo city is there."""
    known = set(User.objects.filter(is_demo=True).values_list("email", flat=True))
    return [(role, email) for role, _name, email in STAFF if email in known]


class Command(BaseCommand):
    help = (
        "Build the demo city: warehouses, units, people, items with drawn photos and a year of reservations."
    )

    def add_arguments(self, parser):
        parser.add_argument("--items", type=int, default=240, help=f"how many items, up to {MOST_ITEMS}")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same city")

    def handle(self, *_args, items, seed, **_options):
        if not settings.DEMO:
            raise CommandError("The demo city is built only where the demo is on (settings.DEMO).")
        if not 1 <= items <= MOST_ITEMS:
            raise CommandError(f"--items takes a number from 1 to {MOST_ITEMS}.")
        if Item.objects.exists() or User.objects.exists():
            raise CommandError(
                "There is something in the database already. The demo city is built in an empty one."
            )
        now = timezone.now()
        dice = random.Random(seed)  # noqa: S311  (a city that can be made again, not a secret)
        year_ago = now - timedelta(days=365)
        sites, departments = make_sites(), make_departments()
        people = make_staff(sites, departments)
        school, daycare, library = departments[:3]
        make_van(sites[0])
        make_own_places(departments)
        windows.keep(school, SCHOOL_TIMES, by_arrangement=False, by=people["giver"], at=year_ago)
        site_code.set_unattended(school, is_unattended=True, by=people["giver"], at=year_ago)
        warehouse = Warehouse(
            dice, sites=sites, worker=people["worker"], departments=departments, studio=Studio(at=year_ago)
        )
        open_at = [*sites, school.default_site]
        year = Year(dice, sites=open_at, worker=people["worker"], now=now)
        units = {people["requester"]: school, people["library"]: library}
        asking = Asking(year, warehouse, people=people, units=units)
        Units(year, asking, people=people, school=school, daycare=daycare).plan()
        for at in spread(dice, items, start=year_ago, end=now - timedelta(hours=1)):
            year.later(at, year.log, warehouse)
        for at in spread(
            dice, min(items * 2, 600), start=year_ago + timedelta(days=7), end=now - timedelta(minutes=4)
        ):
            year.later(at, year.reserve)
        for at in spread(dice, 30, start=now - timedelta(days=4), end=now - timedelta(hours=1)):
            year.later(at, year.reserve)  # the last days are busy, so that there is something to do today
        while year.events and year.events[0][0] <= now:
            with transaction.atomic():
                year.play(most=CHUNK)
        with transaction.atomic():
            wait_in_queues(dice, lead=people["lead"], now=now)
            finish(now)
            slots.plan_all(at=now)
            leave_some_open(year, now=now)
            keep_busy(warehouse, sites[0], worker=people["worker"], now=now)
            count_some(sites[0], worker=people["worker"], now=now)
        self.stdout.write(f"{Item.objects.count()} items at {len(sites)} warehouses.")
        for state, number in counts().items():
            self.stdout.write(f"{number:6} {state}")
