"""A small town for the tests of who may do what: two warehouses, two residents with secrets, a person of every role."""

from dataclasses import dataclass
from datetime import time

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from inventory.domain import alerts, aliases, intake, loads, stock, stocktake
from inventory.domain.asked import Asked
from inventory.models import SiteRole
from recycling.accounts import device
from recycling.accounts.domain import joining, passkeys
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import Department, Division, GroupRule, UnitImport
from recycling.audit.domain import viewed
from recycling.notifications.models import DemoMessage
from recycling.policy.models import Policy
from reservations.domain import (
    booking,
    feed,
    handover,
    holding,
    need_rows,
    needs,
    requests,
    slots,
    wanted,
    windows,
)
from reservations.models import ClosedDay, QueueEntry, Reservation
from tests.factories import (
    NOW,
    category,
    first_slot,
    later,
    make_admin,
    make_association_member,
    make_item,
    make_member,
    make_photo,
    make_reservation,
    make_shelf,
    make_site,
    make_unit,
    make_user,
    make_worker,
    open_site,
)
from tests.giving import make_not_usable, make_offer, make_school, nobody_hands_over
from tests.reservations.asking import make_waiting
from tests.reservations.driving import make_delivery, open_van

# own: the resident whose things are asked for. stranger: another resident, with things of their own at the other site.
VISITORS = ("anonymous", "own", "stranger", "disabled")
SIGNED_IN = (
    *(
        "nobody",
        "requester",
        "approver",
        "other_unit",
        "giver",
        "worker",
        "elsewhere",
        "lead",
        "manager",
        "association",
        "admin",
    ),
)
ROLES = VISITORS + SIGNED_IN
PICTURE = "photos/town/320.jpg"


@dataclass
class Resident:
    """Somebody with a device, a reservation that is booked, and one booking in progress for each step."""

    first: str
    last: str
    contact: str

    def __post_init__(self):
        self.secret, self.key = device.new()

    def start(self, item, step, *, at=NOW, key=""):
        """A booking of theirs that waits at ``step``."""
        (held,) = holding.hold(
            {item: 1},
            device=self.key,
            network="192.0.2.1",
            language="fi",
            client_key=f"{self.first}-{key or step}",
            by=AnonymousUser(),
            at=at,
        )
        if step != "time":
            holding.choose_time(held, first_slot(held.site, at=at, skip=2), at=at)
        if step in {"code", "check"}:
            contact = Contact("email", self.contact)
            holding.set_contact(
                [held],
                contact,
                name=f"{self.first} {self.last}",
                wants_reminder=True,
                language="fi",
                device="",
                at=at,
            )
        if step == "check":
            type(held).objects.filter(pk=held.pk).update(contact_proved_at=at)
        return held

    def settle(self, item):
        self.bundles = {step: self.start(item, step).bundle for step in ("time", "contact", "code", "check")}
        (self.reservation,) = booking.confirm([self.start(item, "check", key="booked")], at=NOW)

    @property
    def secrets(self):
        """kind: what must not be shown to others."""
        booked = self.reservation
        return {
            "first": [self.first],
            "last": [self.last],
            "contact": [self.contact],
            "token": [booked.token],
            "pickup": [booked.pickup_code, f"{booked.pickup_code[:3]} {booked.pickup_code[3:]}"],
            "code": [booked.code],
            "bundle": list(self.bundles.values()),
        }


class Town:
    """Made once for a test; ``client(role)`` is the browser of each role."""

    def __init__(self):
        Policy.objects.update(holds_per_device=20, pieces_per_person=50)
        here, there = make_site("warehouse"), make_site("other", name_fi="Varasto 2", name_sv="Lager 2")
        for site in (here, there):
            open_site(site, capacity=20)
        self._people(here, there)
        self.shelf = make_shelf(site=here)
        self.item = make_item(quantity=40, site=here, shelf=self.shelf)
        self.draft = intake.log(
            by=self.people["worker"],
            at=NOW,
            category=self.item.category,
            site=here,
            condition="good",
            photos=[make_photo()],
            publish=False,
        )
        self.load = loads.open_load(
            by=self.people["worker"], at=NOW, site=here, kind="clearance", name="Koulu", rooms=["Luokka 1"]
        )
        stock.set_aside(self.item, 1, reason="repair", by=self.people["worker"], at=NOW)
        self.take = stocktake.start(
            here, shelves=[self.shelf], by=self.people["lead"], at=NOW, client_key="town"
        )
        aliases.attach(self.item, "ABC123456", by=self.people["worker"], at=NOW)
        self.blank = aliases.print_blank(3, sheet="town", by=self.people["worker"], at=NOW)[0]
        self._wanted()
        Division.objects.create(code="3", name_fi="Kasvatus", name_sv="Fostran")
        GroupRule.objects.create(group="kierto", role="requester")
        self.units = UnitImport.objects.create(token="town", at=NOW, rows=[])
        self.places = UnitImport.objects.create(kind="sites", token="places", at=NOW, rows=[])
        newcomer = make_user(name="Ulla Uusi", chooses_unit=True)
        library = self.people["other_unit"].memberships.get().department
        self.ask = joining.ask(newcomer, library, at=NOW)
        self.passkey = passkeys.add(
            self.people["requester"], name="Puhelin", credential={"id": "town"}, at=NOW
        )
        self.alert = alerts.ask(
            Contact("email", "vahti@posti.example"),
            Asked(category="sofa"),
            frequency="daily",
            by=AnonymousUser(),
            language="fi",
            network="192.0.2.1",
            at=NOW,
        )
        alerts.confirm(self.alert, at=NOW)
        self.own = Resident("Ansamaija", "Omakuvala", "ansamaija@posti.example")
        self.own.settle(self.item)
        self.stranger = Resident("Beritlotta", "Salaisuus", "beritlotta@brev.example")
        self.stranger.settle(make_item(quantity=40, site=there))
        self._queue(here)
        self.collected = make_reservation(
            {self.item: 1}, contact="valmis@posti.example", name="Valmis Vanamo"
        )
        handover.hand_over(
            self.collected,
            given={line.pk: line.pieces for line in self.collected.lines.all()},
            why_not={},
            by=self.people["worker"],
            at=NOW,
        )
        self.waiting = make_waiting(
            {make_item(quantity=40, site=here): 24},
            by=self.people["requester"],
            approver=self.people["approver"],
        )
        # The school's things come with the van on Wednesday morning.
        open_van(here)
        self.delivery = make_delivery({self.item: 2}, by=self.people["requester"])
        school = make_school()
        windows.keep(
            school,
            [windows.Window(1, time(13), time(15))],
            by_arrangement=False,
            by=self.people["giver"],
            at=NOW,
        )
        Department.objects.filter(pk=school.pk).update(is_trusted_giver=True)
        self.gift = make_offer(self.people["giver"], quantity=9, residents_may_come=True)
        self.given = make_reservation(
            {self.gift: 1}, contact="haku@posti.example", name="Hanna Hakija", by=self.people["worker"]
        )
        nobody_hands_over(self.people["giver"])
        self.not_usable = make_not_usable(self.gift, by=self.people["worker"])
        self.closed = ClosedDay.objects.create(site=here, day=later(days=90).date(), reason_fi="Inventaario")
        slots.plan(here, at=NOW)
        default_storage.save(PICTURE, ContentFile(b"a picture"))
        viewed(self.collected, by=self.people["worker"], at=NOW, purpose="hand-over")
        self.request = requests.current(self.people["requester"], make_unit(), NOW)
        requests.set_pieces(self.request, self.item, 21, by=self.people["requester"], at=NOW)
        self.feed = feed.renew(self.people["worker"], at=NOW)
        self.mail = DemoMessage.objects.create(
            channel="email", to="x@posti.example", subject="Aihe", text="Teksti", message_id="<1@x>"
        )

    def _queue(self, here):
        """The resident waits for one thing, and has yet to prove the contact for another place."""
        chair = make_item(site=here)
        make_reservation({chair: 1}, contact="ensin@posti.example", name="Ensi Ehtinyt")
        theirs = {
            "item": chair,
            "device": self.own.key,
            "contact_name": f"{self.own.first} {self.own.last}",
            "contact_channel": "email",
            "contact": self.own.contact,
            "created_at": NOW,
        }
        self.joining = QueueEntry.objects.create(**theirs)
        self.queued = QueueEntry.objects.create(
            **theirs, status="waiting", person=self.own.reservation.person, joined_at=NOW
        )

    def _wanted(self):
        """The unit waits for two kinds of things, is offered one of them, and has looked before it bought."""
        risto = self.people["requester"]
        asks = {"by": risto, "department": risto.memberships.get().department, "at": NOW}
        wishes = {"pieces": 2, "condition": "worn", "needed_by": later(days=30).date()}
        self.wish = wanted.add(category=category("bookshelf"), **asks, **wishes)
        wanted.add(category=category("whiteboard"), **asks, **wishes)
        make_item(category="whiteboard", quantity=2)
        self.offer = Reservation.objects.get(wanted__isnull=False)
        self.needs = needs.keep([need_rows.Need(1, 2, "kirjahylly")], **asks)

    def _people(self, here, there):
        self.people = {
            "nobody": make_user(name="Nelli Nolla"),
            "requester": make_member("requester", name="Risto Rinne"),
            "approver": make_member("approver", name="Helmi Hyväksyjä"),
            # Asks and approves, in another unit.
            "other_unit": make_member("lead", code="library", name_fi="Kirjasto", name="Kirsi Kirjala"),
            "giver": make_member("giver", name="Antti Antaja"),
            "worker": make_worker(here, name="Sari Sorsa"),
            "elsewhere": make_worker(there, name="Eino Etana"),
            "lead": make_worker(here, SiteRole.LEAD, name="Lasse Laukka"),
            "manager": make_user(name="Meri Mäki", is_manager=True),
            "association": make_association_member(name="Assi Apu"),
            "admin": make_admin(),
            "disabled": make_worker(here, name="Dani Durchgang"),
        }

    def client(self, role, **options):
        """A fresh browser as ``role`` has it."""
        browser = Client(**options)
        if role in {"own", "stranger"}:
            answer = HttpResponse()
            device.remember(answer, getattr(self, role).secret)
            browser.cookies[device.COOKIE] = answer.cookies[device.COOKIE].value
        elif role != "anonymous":
            browser.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        if role == "disabled":
            # The right is taken away while the session lasts.
            type(self.people[role]).objects.filter(pk=self.people[role].pk).update(is_active=False)
        return browser

    picture = PICTURE

    def row_of(self, kind):
        """A row of this kind for the admin: the resident's own, where there is one."""
        own = {
            "reservations_reservation": self.own.reservation,
            "accounts_user": self.own.reservation.person,
            "inventory_item": self.item,
            "reservations_closedday": self.closed,
        }
        return own.get(kind) or apps.get_model(*kind.split("_")).objects.order_by("pk").first()

    def shown_in(self, text, *, besides=""):
        """ "own.first stranger.token": whose secrets stand in ``text``. What stands in ``besides`` is no news."""
        found = [
            f"{who}.{kind}"
            for who in ("own", "stranger")
            for kind, words in getattr(self, who).secrets.items()
            if any(word in text and word not in besides for word in words)
        ]
        return " ".join(found)


def row_counts():
    """How many rows each table of ours has, in one question."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    quoted = [(table, connection.ops.quote_name(table)) for table in tables]
    parts = [f"SELECT '{table}', COUNT(*) FROM {name}" for table, name in quoted]  # noqa: S608  (names of our models)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
