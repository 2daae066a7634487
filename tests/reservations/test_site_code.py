"""Nobody is there: whoever comes types the four digits of the place, and has taken the things."""

import re
from datetime import timedelta

import pytest

from inventory.domain import photos
from inventory.domain.offer_refusals import NoSiteOfItsOwn, NotAGiver, SayWhatIsWrong
from inventory.models import Item, NotUsable, Photo, SetAside, Site
from recycling.accounts.domain.limits import TooOften
from recycling.accounts.models import Department, Tally
from recycling.audit.models import AuditEntry
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from reservations.domain import booking, handover, site_code
from reservations.domain.giving_refusals import NotYet, SomebodyHandsOver, TimesKeptByAnother, WrongSiteCode
from reservations.domain.refusals import SayWhyNot, WrongState
from reservations.models import Handover, Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    later,
    make_item,
    make_member,
    make_reservation,
    make_worker,
    open_site,
)
from tests.giving import give_weekly, make_offer, make_school, nobody_hands_over
from tests.inventory.hall import picture

pytestmark = pytest.mark.django_db

DEVICE = "d" * 64
# The first of the school's times: Tuesday at 13.
TIME = later(days=1, hours=4)


@pytest.fixture
def school():
    unit = make_school()
    Department.objects.update(is_trusted_giver=True)
    unit.refresh_from_db()
    return unit


@pytest.fixture
def antti(school):
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def site(school, antti):
    give_weekly(school, antti)
    return nobody_hands_over(antti)


@pytest.fixture
def chairs(antti):
    found = make_offer(antti, quantity=12, residents_may_come=True)
    Item.objects.update(public_from=NOW)
    return found


@pytest.fixture
def reserved(site, chairs):
    return make_reservation({chairs: 3})


def come(reservation, typed=None, *, at=None, given=None, why="", said=None, device=DEVICE):
    """At the place, at the time, with the right digits, taking all of the one line, unless said otherwise."""
    reservation = Reservation.objects.select_related("site", "slot").get(pk=reservation.pk)
    line = reservation.lines.get()
    return site_code.collect(
        reservation,
        site_code.digits(reservation.site) if typed is None else typed,
        given={line.pk: line.pieces if given is None else given},
        why_not={line.pk: why},
        said={line.pk: said} if said else {},
        device=device,
        at=at or reservation.slot.starts_at,
    )


def wrong_for(site, number=1):
    return f"{(int(site_code.digits(site)) + number) % 10_000:04d}"


# -- the digits


def test_the_digits_are_four_and_differ_from_place_to_place_and_paper_to_paper(site, antti, school):
    first = site_code.digits(site)
    assert re.fullmatch(r"\d{4}", first)
    site_code.renew(school, paper=1, by=antti, at=NOW)
    papers = {site_code.digits(Site(pk=pk, paper=paper)) for pk in range(1, 6) for paper in range(1, 6)}
    assert (site_code.digits(Site.objects.get(pk=site.pk)) != first, len(papers) > 20) == (True, True)


def test_with_another_secret_key_they_are_others(site, settings):
    first = site_code.digits(site)
    settings.SECRET_KEY = "another-key-of-this-test-alone-0123456789-abcdefghijkl"
    assert site_code.digits(site) != first


def test_no_table_holds_them(site, reserved, antti, school):
    site_code.renew(school, paper=1, by=antti, at=NOW)
    digits = site_code.digits(Site.objects.get(pk=site.pk))
    told = [
        *Site.objects.values_list(),
        *AuditEntry.objects.filter(target_type="site").values_list("details"),
    ]
    assert digits not in str(told)


def test_new_digits_make_the_old_paper_void(site, reserved, antti, school):
    old = site_code.digits(site)
    site_code.renew(school, paper=site.paper, by=antti, at=NOW)
    site_code.renew(school, paper=site.paper, by=antti, at=NOW)  # the second of two taps
    assert Site.objects.get(pk=site.pk).paper == site.paper + 1
    with pytest.raises(WrongSiteCode):
        come(reserved, old)
    assert come(reserved).status == "collected"


def test_only_who_gives_for_a_unit_with_a_site_of_its_own_says_so(school, antti):
    library = make_member("giver", code="library", name_fi="Kirjasto")
    for verb in (
        lambda unit, by: site_code.set_unattended(unit, True, by=by, at=NOW),
        lambda unit, by: site_code.renew(unit, paper=1, by=by, at=NOW),
    ):
        for by in (library, make_member("requester"), make_worker()):
            with pytest.raises(NotAGiver):
                verb(school, by)
        with pytest.raises(NoSiteOfItsOwn):
            verb(library.memberships.get().department, library)


def test_of_units_that_share_a_site_who_keeps_its_times_says_so(school, antti, site):
    library = make_member("giver", code="library", name_fi="Kirjasto")
    unit = library.memberships.get().department
    Department.objects.filter(pk=unit.pk).update(default_site=site)
    unit.refresh_from_db()
    for verb in (
        lambda: site_code.set_unattended(unit, False, by=library, at=NOW),
        lambda: site_code.renew(unit, paper=1, by=library, at=NOW),
    ):
        with pytest.raises(TimesKeptByAnother):
            verb()


def test_each_change_is_written_down_once(school, antti):
    for unattended in (True, True, False):
        site_code.set_unattended(school, unattended, by=antti, at=NOW)
    rows = AuditEntry.objects.filter(action="site_unattended")
    assert [row.details["is_unattended"] for row in rows.order_by("pk")] == [True, False]


# -- taking the things


def test_the_right_digits_hand_everything_over(site, reserved, chairs):
    assert come(reserved).status == "collected"
    done = Handover.objects.get()
    line = done.lines.get()
    assert (done.by, done.signed, line.given, counters(chairs)) == (None, "site", 3, (9, 0))
    step = AuditEntry.objects.get(action="reservation_collected")
    assert (step.actor, Notification.objects.filter(kind="receipt").count()) == (None, 1)


@pytest.mark.parametrize("typed", ["{0} {1} {2} {3}", "{0}{1}-{2}{3}"])
def test_they_may_be_typed_as_people_type(reserved, site, typed):
    assert come(reserved, typed.format(*site_code.digits(site))).status == "collected"


def test_the_same_tap_twice_takes_once(reserved, chairs):
    line = reserved.lines.get()
    come(reserved)
    again = {"given": {line.pk: 3}, "why_not": {line.pk: ""}, "by": None, "at": TIME, "signed": "site"}
    assert handover.hand_over(reserved, **again).status == "collected"
    assert counters(chairs) == (9, 0)


@pytest.mark.parametrize("typed", ["", "12", "kolme", "123456789", "\N{CHAIR}"])
def test_what_are_no_four_digits_opens_nothing(reserved, typed):
    with pytest.raises(WrongSiteCode):
        come(reserved, typed)
    reserved.refresh_from_db()
    assert reserved.status == "booked"


def test_five_tries_an_hour_and_the_right_one_is_refused_too(reserved, site):
    for number in range(1, 6):
        with pytest.raises(WrongSiteCode):
            come(reserved, wrong_for(site, number))
    with pytest.raises(TooOften):
        come(reserved)
    assert come(reserved, at=TIME + timedelta(hours=1)).status == "collected"


def test_a_device_that_tries_for_several_is_stopped_as_well(site, chairs):
    rows = [make_reservation({chairs: 1}, contact=f"a{number}@example.org") for number in range(3)]
    starts = max(Reservation.objects.get(pk=row.pk).slot.starts_at for row in rows)
    for number in range(10):
        with pytest.raises(WrongSiteCode):
            come(rows[number % 2], wrong_for(site), at=starts)
    with pytest.raises(TooOften):
        come(rows[2], at=starts)
    assert come(rows[2], at=starts, device="another").status == "collected"


def test_the_counters_hold_neither_the_digits_nor_the_device(reserved, site):
    come(reserved)
    rows = list(Tally.objects.filter(what__startswith="site_code").values_list("what", "who"))
    assert {what for what, _who in rows} == {"site_code", "site_code_device"}
    assert site_code.digits(site) not in {who for _what, who in rows} | {DEVICE}


def test_not_before_the_time_begins(reserved):
    with pytest.raises(NotYet):
        come(reserved, at=TIME - timedelta(seconds=1))
    assert Tally.objects.filter(what__startswith="site_code").count() == 0


def test_late_is_better_than_never_until_it_is_let_go(reserved):
    booking.mark_missed(reserved, at=TIME + timedelta(hours=2))
    reserved.refresh_from_db()
    with pytest.raises(WrongState):
        come(reserved, at=reserved.held_until)
    assert come(reserved, at=reserved.held_until - timedelta(minutes=1)).status == "collected"


def test_not_when_it_is_over(reserved):
    booking.cancel(reserved, at=NOW)
    with pytest.raises(WrongState):
        come(reserved)


def test_not_where_somebody_hands_over(reserved, antti, school):
    site_code.set_unattended(school, False, by=antti, at=NOW)
    with pytest.raises(SomebodyHandsOver):
        come(reserved)


def test_never_in_a_warehouse():
    """Whatever its row says."""
    warehouse = open_site()
    row = make_reservation({make_item(): 1})
    Site.objects.filter(pk=warehouse.pk).update(is_unattended=True)
    with pytest.raises(SomebodyHandsOver):
        come(row)


def test_the_giver_may_hand_it_over_all_the_same(reserved, antti):
    line = reserved.lines.get()
    handover.hand_over(reserved, given={line.pk: 3}, why_not={}, by=antti, at=TIME)
    assert Handover.objects.get().by == antti


# -- some of it stays


def test_what_is_not_usable_is_set_aside_and_the_unit_is_told(reserved, chairs, mailoutbox):
    come(reserved, given=2, why="broken", said=("Jalka on irti.", picture()))
    row = NotUsable.objects.get()
    assert (row.aside.pieces, row.aside.reason, row.aside.by, row.words) == (
        1,
        "repair",
        None,
        "Jalka on irti.",
    )
    assert (counters(chairs), row.photo.item) == ((10, 1), None)
    sending.send_due(at=TIME)
    (told,) = [mail for mail in mailoutbox if mail.to == ["antti@kierto.example"]]
    assert f"/dept/give/not-usable/{row.aside.token}" in told.body
    assert "Jalka" not in told.body


@pytest.mark.parametrize(("said", "refusal"), [(None, SayWhatIsWrong), (("Rikki", None), photos.NoPhoto)])
def test_not_usable_needs_words_and_a_photo(reserved, said, refusal):
    with pytest.raises(refusal):
        come(reserved, given=2, why="broken", said=said)
    reserved.refresh_from_db()
    assert (reserved.status, SetAside.objects.count()) == ("booked", 0)


def test_a_wrong_code_stores_no_photo(reserved, site):
    with pytest.raises(WrongSiteCode):
        come(reserved, wrong_for(site), given=2, why="broken", said=("Rikki", picture()))
    assert Photo.objects.filter(item=None).count() == 0


def test_who_can_use_nothing_of_it_takes_nothing(reserved, chairs, mailoutbox):
    done = come(reserved, given=0, why="broken", said=("Kaikki rikki", picture()))
    assert (done.status, counters(chairs), Handover.objects.count()) == ("cancelled", (12, 3), 0)
    assert (NotUsable.objects.get().aside.pieces, booked(reserved.slot)) == (3, 1)
    sending.send_due(at=TIME)
    cancelled = [mail.to for mail in mailoutbox if "cancelled" in mail.body or "peruttu" in mail.body]
    assert cancelled == [["aino@example.org"]]


def test_who_wants_nothing_of_it_leaves_it_for_others(reserved, chairs):
    assert come(reserved, given=0, why="not_wanted").status == "cancelled"
    assert (counters(chairs), SetAside.objects.count()) == ((12, 0), 0)


@pytest.mark.parametrize("why", ["", "later"])
def test_taking_nothing_needs_a_reason_that_ends_it(reserved, why):
    with pytest.raises(SayWhyNot):
        come(reserved, given=0, why=why)


def test_what_is_over_is_not_ended_once_more(reserved):
    come(reserved)
    line = reserved.lines.get()
    with pytest.raises(WrongState):
        handover.take_nothing(reserved, why_not={line.pk: "not_wanted"}, by=None, at=TIME)


def test_what_is_left_to_others_before_its_time_frees_its_place(reserved, antti):
    line = reserved.lines.get()
    handover.take_nothing(reserved, why_not={line.pk: "not_wanted"}, by=antti, at=NOW)
    assert booked(reserved.slot) == 0
