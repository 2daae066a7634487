"""What the demo's units do in their year: the school asks, gives away and waits, and the library takes what it gives."""

from datetime import timedelta

from inventory.domain import not_usable, offers
from inventory.models import Giving, Item
from recycling.accounts.domain import joining
from reservations.domain import need_rows, needs, wanted
from reservations.models import Lift, Reservation, ReservationStatus, WhyBought

# (days ago, kind, pieces, what becomes of it); more than 20 pieces wait for an approval.
SCHOOL_ASKS = [
    (216, "school_chair", 24, "fetched"),
    (171, "bookshelf", 2, "fetched"),
    (128, "desk", 2, "all_but_one"),
    (94, "meeting_chair", 8, "fetched"),
    (61, "locker", 24, "rejected"),
    (47, "stacking_chair", 30, "lowered"),
    (38, "school_desk", 22, "expired"),
    (27, "visitor_chair", 4, "fetched"),
    (20, "cabinet", 2, "cancelled"),
    (1.1, "whiteboard", 1, "booked"),
    (2.2, "bench", 2, "to_choose"),
    (0.9, "stool", 22, "returned"),
    (0.2, "school_chair", 24, "waiting"),
]
# (days ago, kind, pieces, how it gets in)
VAN = [
    (8, "school_desk", 12, {"floor": "2", "lift": Lift.NO, "door_cm": 82, "unloading": "Pihan puoli, keittiön ovi"}),
    (7, "bookshelf", 2, {"floor": "1", "lift": Lift.YES, "unloading": "Pääovi"}),
]  # fmt: skip
ON_THE_LIST = [(0.1, "stacking_chair", 6), (0.09, "bookshelf", 2)]
# (days ago, kind, pieces, days that it stays, pieces that the library asks for, what becomes of that)
SCHOOL_GIVES = [
    (140, "meeting_table", 2, 28, 2, "fetched"),
    (76, "visitor_chair", 10, 28, 6, "fetched"),
    (52, "trolley", 2, 14, 0, ""),
    (25, "coat_rack", 3, 28, 0, ""),
    (13, "meeting_chair", 8, 40, 3, "fetched"),
    (2.6, "desk", 6, 30, 2, "booked"),
    (2.4, "armchair", 4, 21, 2, "booked"),
]
DAYCARE_GIVES = [(3, "stool", 12, 35, 4, "proposed")]
# (days ago, kind, pieces, why the warehouse sends it back)
TO_BE_FETCHED = [
    (4, "sofa", 1, "Kuvista ei näe selkänojaa. Ottaisitko vielä yhden kuvan takaa?"),
    (2, "cabinet", 3, ""),
]
# (days ago, kind, pieces, in how many days they are needed)
SCHOOL_WAITS = [(33, "mirror", 1, 40), (6, "notice_board", 2, 30), (5, "acoustic_panel", 6, 45)]
LIBRARY_WAITS = [(11, "desk_electric", 4, 25), (5, "display_cabinet", 2, 60)]
# (days ago, what is about to be bought, {row: why it is bought all the same})
SCHOOL_NEEDS = (
    4,
    [("pulpetti", 20), ("työtuoli", 4), ("sähköpöytä", 2), ("vesipiste", 1)],
    {3: WhyBought.TOO_FEW},
)
LIBRARY_NEEDS = (
    *(40, [("kirjahylly", 6), ("nojatuoli", 3), ("valkotaulu", 1)]),
    {1: WhyBought.SIZE, 2: WhyBought.LOOKS, 3: WhyBought.CONDITION},
)


class Units:
    """Puts what the units do into the year."""

    def __init__(self, year, asking, *, people, school, daycare):
        self.year, self.asking, self.warehouse, self.people = year, asking, asking.warehouse, people
        self.school, self.daycare = school, daycare

    def plan(self):
        """Each at its own moment, so many days ago."""
        risto, kirsi = self.people["requester"], self.people["library"]
        for days, *asked in SCHOOL_ASKS:
            self._ago(days, self.asking.ask, risto, *asked)
        for days, *asked in VAN:
            self._ago(days, self.asking.ask_for_van, risto, *asked)
        for days, *listed in ON_THE_LIST:
            self._ago(days, self.asking.put_on_list, risto, *listed)
        for unit, giver, gives in (
            (self.school, self.people["giver"], SCHOOL_GIVES),
            (self.daycare, self.people["unit lead"], DAYCARE_GIVES),
        ):
            for days, *given in gives:
                self._ago(days, self.give, unit, giver, *given)
        for days, *offered in TO_BE_FETCHED:
            self._ago(days, self.ask_to_fetch, *offered)
        for person, waits, looked in (
            (risto, SCHOOL_WAITS, SCHOOL_NEEDS),
            (kirsi, LIBRARY_WAITS, LIBRARY_NEEDS),
        ):
            for days, *wish in waits:
                self._ago(days, self.wait, person, *wish)
            self._ago(looked[0], self.look_first, person, *looked[1:])
        # What the school waited for comes in: taken the first time, to be answered the second.
        self._ago(32.9, self.come_in, "mirror", 1)
        self._ago(32.8, self.take_offer)
        self._ago(1, self.come_in, "notice_board", 2)
        self._ago(0.8, self.find_broken, "desk")
        self._ago(1.5, self.newcomer)

    def _ago(self, days, what, *details):
        self.year.later(self.year.now - timedelta(days=days), what, *details)

    # -- giving away

    def give(self, unit, giver, kind, pieces, days, wanted_pieces, becomes, *, at):
        """It stays where it is; the library asks for some of it the next day."""
        self.year.plan(at)
        until = (at + timedelta(days=days)).date()
        item = self._offer(unit, giver, kind, pieces, at=at, available_until=until)
        if wanted_pieces:
            later = at + timedelta(days=1)
            self.year.later(later, self.library_asks, item, wanted_pieces, becomes)

    def library_asks(self, item, pieces, becomes, *, at):
        self.asking.ask(self.people["library"], "", pieces, becomes, at=at, item=item)

    def ask_to_fetch(self, kind, pieces, why_not, *, at):
        """The warehouse is asked to fetch it, and asks back where something is amiss."""
        giver = self.people["giver"]
        item = self._offer(self.school, giver, kind, pieces, at=at, giving=Giving.TRANSPORT)
        if why_not:
            offers.send_back(item, reason=why_not, by=self.people["lead"], at=at + timedelta(hours=4))

    def _offer(self, unit, giver, kind, pieces, *, at, **how):
        colour = self.warehouse.colours[kind][0]
        return offers.offer(
            unit,
            by=giver,
            at=at,
            photos=[self.warehouse.photo(kind, colour)],
            category=self.warehouse.categories[kind],
            colour=colour,
            condition="good",
            quantity=pieces,
            place="Varasto, portaikko B",
            access="Sisäpiha, luiska",
            given_by=giver,
            **how,
        )

    # -- waiting, and looking before one buys

    def wait(self, by, kind, pieces, days, *, at):
        """Something is wanted that is not there."""
        wanted.add(
            by=by,
            department=self.asking.units[by],
            at=at,
            category=self.warehouse.categories[kind],
            pieces=pieces,
            condition="worn",
            needed_by=(at + timedelta(days=days)).date(),
        )

    def come_in(self, kind, pieces, *, at):
        self.warehouse.log(at=at, kind=kind, pieces=pieces)

    def take_offer(self, *, at):
        """The school says yes to what it was offered, and asks for it."""
        risto = self.people["requester"]
        offer = Reservation.objects.filter(wanted__by=risto, status=ReservationStatus.HELD).first()
        if offer:
            wanted.take(offer, by=risto, at=at)

    def look_first(self, by, rows, bought, *, at):
        """A list of what is about to be bought, and why some of it is bought all the same."""
        wishes = [need_rows.Need(number, pieces, words) for number, (words, pieces) in enumerate(rows, 1)]
        kept = needs.keep(wishes, by=by, department=self.asking.units[by], at=at)
        for line in kept.lines.filter(number__in=bought):
            needs.bought(line, why=bought[line.number], by=by, at=at)

    def find_broken(self, kind, *, at):
        """One of the things that the school gives away turns out not to be usable."""
        item = Item.objects.filter(owner=self.school, giving=Giving.STAYS, category__key=kind).latest("pk")
        found = not_usable.Found("Yhden pöydän jalka on poikki.", self.warehouse.photo(kind, item.colour))
        not_usable.set_aside(item, 1, found, by=self.people["library"], at=at)

    def newcomer(self, *, at):
        """Somebody asks to join the school."""
        joining.ask(self.people["newcomer"], self.school, at=at)
