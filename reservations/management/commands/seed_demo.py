import random
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from inventory.models import Item
from recycling.accounts.models import User
from reservations.demo.counting import count_some
from reservations.demo.deliveries import drive, make_school_place, make_van
from reservations.demo.hall import keep_busy
from reservations.demo.history import Year, counts, finish, leave_some_open
from reservations.demo.people import STAFF, make_departments, make_sites, make_staff
from reservations.demo.stock import Studio, Warehouse, spread
from reservations.domain import slots

MOST_ITEMS = 100_000
CHUNK = 200


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
        make_van(sites[0])
        make_school_place(departments[0])
        warehouse = Warehouse(
            dice, sites=sites, worker=people["worker"], departments=departments, studio=Studio(at=year_ago)
        )
        year = Year(dice, sites=sites, worker=people["worker"], now=now)
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
            finish(now)
            slots.plan_all(at=now)
            leave_some_open(year, now=now)
            drive(
                sites[0],
                departments[0],
                requester=people["requester"],
                approver=people["approver"],
                worker=people["worker"],
                at=now,
            )
            keep_busy(warehouse, sites[0], worker=people["worker"], now=now)
            count_some(sites[0], worker=people["worker"], now=now)
        self.stdout.write(f"{Item.objects.count()} items at {len(sites)} warehouses.")
        for state, number in counts().items():
            self.stdout.write(f"{number:6} {state}")
