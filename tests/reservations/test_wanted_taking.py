"""What a unit was offered moves onto its request list: found once that is sent, waited for again if it is not."""

import pytest
from django.core.management import call_command

from inventory.models import Item
from recycling.accounts.models import Membership
from recycling.notifications.models import Notification
from reservations.domain import booking, request_sending, requests, wanted
from reservations.domain.unit_refusals import OtherUnitsList
from reservations.domain.wanted_refusals import OfferOver, StandsOnList
from reservations.models import FurnitureRequest, WantedEntry, WhyDeclined
from tests.factories import NOW, counters, hold, later, make_item, make_unit
from tests.reservations.wanting import TODAY, now, offer_of, offers, requester, send, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def risto():
    return requester()


@pytest.fixture
def kirsi():
    return requester("library", "Kirsi Kirjala")


def test_taking_moves_the_pieces_into_the_request_list_and_waits_for_the_rest(risto):
    entry, chairs = wants(risto, 10), make_item(quantity=6)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    assert request == FurnitureRequest.objects.get(by=risto)
    assert list(request.lines.values_list("item", "pieces")) == [(chairs.pk, 6)]
    assert (counters(chairs), now(entry)) == ((6, 6), ("taken", 10))
    assert offers() == [("school", 6, "cancelled")]
    assert Notification.objects.get(kind="wanted_offer").why_not == "taken"
    send(request, risto)
    assert now(entry) == ("open", 4)
    call_command("check_counters")


def test_while_a_list_for_another_unit_is_written_it_is_not_put_on_that(risto):
    entry = wants(risto, pieces=2)
    make_item(quantity=2)
    library = make_unit("library", "Kirjasto")
    Membership.objects.create(user=risto, department=library, role="requester")
    requests.current(risto, library, NOW)
    with pytest.raises(OtherUnitsList):
        wanted.take(offer_of(entry), by=risto, at=NOW)
    assert (now(entry), offers()) == (("offered", 2), [("school", 2, "held")])


def test_all_of_it_taken_is_found(risto):
    entry = wants(risto, 6)
    make_item(quantity=9)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    assert now(entry) == ("taken", 6)
    send(request, risto, at=later(hours=1))
    assert now(entry) == ("found", 0)
    assert WantedEntry.objects.get().closed_at == later(hours=1)


def test_taking_never_makes_the_time_shorter_for_which_the_pieces_are_held(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    until = offer_of(entry).held_until
    assert until > later(hours=24)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    assert request.reservations.get().held_until == until
    requests.write(request, by=risto, at=later(minutes=1), note="3. krs")
    assert request.reservations.get().held_until == until


def lapse(request, at):
    for one in request.reservations.filter(status="held"):
        booking.expire(one, at=at)


def test_a_list_that_is_not_sent_in_time_leaves_the_unit_waiting(risto, kirsi):
    first, second = wants(risto, 6), wants(kirsi, 6, days=20)
    chairs = make_item(quantity=6)
    request = wanted.take(offer_of(first), by=risto, at=NOW)
    at = request.reservations.get().held_until
    lapse(request, at)
    assert (now(first), now(second), counters(chairs)) == (("open", 6), ("open", 6), (6, 0))
    assert WantedEntry.objects.waiting(TODAY).count() == 2
    # Sent after all, with what is left of it, it is found after all.
    send(request, risto, at=at)
    assert (now(first), now(second)) == (("found", 0), ("open", 6))


@pytest.mark.parametrize("way", ["taken off", "given up"])
def test_what_leaves_the_list_is_waited_for_again(risto, way):
    entry, chairs = wants(risto, 6), make_item(quantity=6)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    if way == "taken off":
        requests.set_pieces(request, chairs, 0, by=risto, at=NOW)
    else:
        request_sending.cancel(request, by=risto, at=NOW)
    assert (now(entry), counters(chairs)) == (("open", 6), (6, 0))


def test_only_what_the_sent_list_asks_for_is_found(risto):
    entry, chairs = wants(risto, 6), make_item(quantity=6)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    requests.set_pieces(request, chairs, 2, by=risto, at=NOW)
    send(request, risto)
    assert now(entry) == ("open", 4)


def test_what_goes_to_another_unit_in_the_end_is_not_found_for_this_one(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    library = make_unit("library", "Kirjasto")
    Membership.objects.create(user=risto, department=library, role="requester")
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    request = requests.write(request, by=risto, at=NOW, department=library)
    send(request, risto)
    assert now(entry) == ("open", 6)


def test_while_it_stands_on_a_list_an_entry_is_ended_and_not_changed(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    request = wanted.take(offer_of(entry), by=risto, at=NOW)
    with pytest.raises(StandsOnList):
        wanted.change(entry, by=risto, at=NOW, note="x")
    wanted.end(entry, by=risto, at=NOW)
    send(request, risto)
    assert now(entry) == ("ended", 6)


def test_what_the_list_lost_does_not_stand_in_the_way_of_an_offer(risto):
    entry, chairs = wants(risto, 6), make_item(quantity=9)
    request = requests.current(risto, entry.department, NOW)
    requests.set_pieces(request, chairs, 3, by=risto, at=NOW)
    lapse(request, later(hours=25))
    hold({chairs: 3}, at=later(hours=25))
    wanted.take(offer_of(entry), by=risto, at=later(hours=25))
    assert (request.lines.get().pieces, requests.missing(request)) == (9, {chairs.pk: 3})
    assert counters(chairs) == (9, 9)


def test_what_was_offered_is_taken_though_others_do_not_see_it_any_more(risto):
    entry, chairs = wants(risto, 6), make_item(quantity=6)
    Item.objects.filter(pk=chairs.pk).update(stage="leaving")
    wanted.take(offer_of(entry), by=risto, at=NOW)
    assert (now(entry), counters(chairs)) == (("taken", 6), (6, 6))


def test_what_is_taken_comes_on_top_of_what_the_list_has(risto):
    entry, chairs = wants(risto, 6), make_item(quantity=9)
    request = requests.current(risto, entry.department, NOW)
    requests.set_pieces(request, chairs, 2, by=risto, at=NOW)
    wanted.take(offer_of(entry), by=risto, at=NOW)
    assert request.lines.get().pieces == 8
    assert counters(chairs) == (9, 8)
    call_command("check_counters")


def test_a_colleague_may_take_it_too(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    colleague = requester(name="Raija Rinne")
    assert wanted.take(offer_of(entry), by=colleague, at=NOW).by == colleague


def test_after_the_deadline_or_twice_it_cannot_be_taken(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    offer = offer_of(entry)
    with pytest.raises(OfferOver):
        wanted.take(offer, by=risto, at=offer.held_until)
    wanted.take(offer, by=risto, at=NOW)
    with pytest.raises(OfferOver):
        wanted.take(offer, by=risto, at=NOW)
    with pytest.raises(OfferOver):
        wanted.decline(offer, reason=WhyDeclined.SIZE, by=risto, at=NOW)
