"""A resident's whole stories, through the pages as they are served and the messages as they arrive.

Every form is sent with the fields that its page holds, as a browser without JavaScript would.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from recycling.notifications.domain import sending
from recycling.notifications.models import DemoMessage
from reservations.domain import booking, handover
from reservations.models import PickupSlot, Reservation
from tests.factories import NOW, booked, counters, first_slot, make_item, make_site, make_worker, open_site
from tests.reservations.visiting import refusal_in, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock():
    """It is NOW, until a story moves on."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def warehouse():
    return open_site()


class Forms(HTMLParser):
    """The forms of a page: where each leads, what it carries, and the values of its buttons."""

    def __init__(self, answer):
        super().__init__()
        self.forms = []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "fields": {}, "buttons": []})
        elif self.forms and tag == "input" and "name" in attrs:
            ticked = attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs
            if ticked:
                self.forms[-1]["fields"].setdefault(attrs["name"], []).append(attrs.get("value", "on"))
        elif self.forms and tag == "button" and "name" in attrs:
            self.forms[-1]["buttons"].append((attrs["name"], attrs["value"]))


class Browser:
    """A browser without JavaScript: it follows links, fills in and sends the forms of the page that it shows."""

    def __init__(self, path="/en/"):
        self.client = Client(enforce_csrf_checks=True)
        self.go(path)

    def go(self, path):
        self._show(self.client.get(path, follow=True))
        return self

    def _show(self, answer):
        self.answer = answer
        self.path = answer.request["PATH_INFO"]
        self.status = answer.status_code
        self.words = text_of(answer)

    def send(self, ending, press=None, **typed):
        """Send the form whose address ends like this ("" is the page's own), with ``typed`` written over its fields."""
        form = next(
            form
            for form in Forms(self.answer).forms
            if (form["action"] or self.path).endswith(ending) and self._has(form, typed, press)
        )
        fields = form["fields"] | typed | ({press[0]: press[1]} if press else {})
        self._show(self.client.post(form["action"] or self.path, fields, follow=True))
        return self

    @staticmethod
    def _has(form, typed, press):
        names = set(form["fields"]) | {name for name, _value in form["buttons"]}
        return set(typed) <= names and (not press or press in form["buttons"])

    def times(self):
        """The times that are offered, as the buttons carry them."""
        return [
            button for form in Forms(self.answer).forms for button in form["buttons"] if button[0] == "slot"
        ]

    @property
    def token(self):
        return re.search(r"/r/(\w+)", self.path)[1]


def _newest_mail(*, at):
    sending.send_due(at=at)
    return mail.outbox[-1]


def _code_in(text):
    return re.search(r"\b\d{3} ?\d{3}\b", text)[0]


def _book(browser, item, *, name="Aino Asukas", contact="aino@example.org", at=NOW):
    """From the item's page to the confirmed reservation; the code comes by e-mail."""
    browser.go(item.get_absolute_url().replace("/fi/", "/en/"))
    browser.send("/book")
    browser.send("/time", press=browser.times()[0])
    browser.send("/contact", name=name, contact=contact)
    browser.send("/code", code=_code_in(_newest_mail(at=at).body))
    return browser.send("/confirm")


def test_from_the_item_to_the_chair_at_home(clock):
    """R2 to R11: five presses and three fields the first time; then code, message, hand-over, receipt."""
    chair = make_item(quantity=3)
    aino = Browser(chair.get_absolute_url().replace("/fi/", "/en/"))
    assert "Office chair, black" in aino.words

    aino.send("/book", pieces="2")
    assert aino.words.startswith("Held for you until 09:20")
    aino.send("/time", press=aino.times()[0])
    aino.send("/contact", name="Aino Asukas", contact="aino@example.org")
    code_mail = _newest_mail(at=NOW)
    assert code_mail.to == ["aino@example.org"]
    aino.send("/code", code=_code_in(code_mail.body))
    assert aino.words.startswith("Held for you until 09:20 More time Check your booking")
    aino.send("/confirm")
    assert aino.words.startswith("Booking confirmed Pickup code")
    assert counters(chair) == (3, 2)

    confirmation = _newest_mail(at=NOW)
    link = re.search(r"http://testserver(/r/\w+)", confirmation.body)[1]
    somebody = Browser(link)  # the friend with the van
    reservation = Reservation.objects.get()
    assert somebody.path == f"/en/r/{reservation.token}"
    assert _code_in(somebody.words) == f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"

    clock.move_to(reservation.slot.starts_at)
    handover.hand_over(
        reservation,
        given={line.pk: 2 for line in reservation.lines.all()},
        why_not={},
        by=make_worker(),
        at=reservation.slot.starts_at,
    )
    aino.go(aino.path)
    assert aino.words.startswith("Thank you for collecting")
    assert "Office chair, black, 2 pieces" in aino.words
    assert counters(chair) == (1, 0)
    receipt = _newest_mail(at=reservation.slot.starts_at)
    assert receipt.to == ["aino@example.org"]


def test_the_second_time_on_the_same_device_takes_three_presses_and_no_field():
    first, second = make_item(), make_item()
    aino = Browser()
    _book(aino, first)
    aino.go(second.get_absolute_url().replace("/fi/", "/en/"))
    aino.send("/book").send("/time", press=aino.times()[0]).send("/confirm")
    assert aino.words.startswith("Booking confirmed Pickup code")


def test_a_phone_number_gets_its_code_as_a_text_message():
    chair = make_item()
    aino = Browser(chair.get_absolute_url().replace("/fi/", "/en/"))
    aino.send("/book").send("/time", press=aino.times()[0])
    aino.send("/contact", name="Aino", contact="040 123 4567")
    sending.send_due(at=NOW)
    message = DemoMessage.objects.get()
    assert (message.channel, message.to) == ("sms", "+358401234567")
    aino.send("/code", code=_code_in(message.text)).send("/confirm")
    assert aino.words.startswith("Booking confirmed")


def test_two_residents_want_the_last_one_and_the_second_gets_a_way_on():
    chair = make_item()
    page = chair.get_absolute_url().replace("/fi/", "/en/")
    aino, bea = Browser(page), Browser(page)
    aino.send("/book")
    bea.send("/book")
    assert (bea.status, refusal_in(bea.answer)) == (409, "The item has just gone.")
    aino.send("/release")
    bea.go(page).send("/book")
    assert bea.status == 200
    assert bea.path.endswith("/time")


def test_a_time_fills_up_between_two_pages_and_another_one_is_chosen():
    aino = Browser(make_item().get_absolute_url().replace("/fi/", "/en/")).send("/book")
    wanted, other = aino.times()[0], aino.times()[2]
    slot = first_slot()
    PickupSlot.objects.filter(pk=slot.pk).update(booked=slot.capacity)
    aino.send("/time", press=wanted)
    assert (aino.status, refusal_in(aino.answer)) == (409, "That time has just gone. Choose another time.")
    aino.send("/time", press=other)
    assert aino.path.endswith("/contact")


def test_the_hold_is_nearly_over_at_the_contact_and_is_extended_with_nothing_lost(clock):
    aino = Browser(make_item().get_absolute_url().replace("/fi/", "/en/")).send("/book")
    aino.send("/time", press=aino.times()[0])
    clock.shift(timedelta(minutes=18))
    aino.send("/contact", press=("more_time", "1"), name="Aino", contact="aino@example.org")
    assert "Held for you until 09:38" in aino.words
    clock.shift(timedelta(minutes=10))
    aino.send("/contact")
    assert aino.path.endswith("/code")


def test_the_hold_ends_and_the_same_things_are_held_again(clock):
    chair = make_item(quantity=2)
    aino = Browser(chair.get_absolute_url().replace("/fi/", "/en/")).send("/book", pieces="2")
    clock.shift(timedelta(minutes=21))
    aino.go(aino.path)
    assert (aino.status, aino.words.startswith("The time has ended")) == (410, True)
    for held in Reservation.objects.overdue(NOW + timedelta(minutes=21)):
        booking.expire(held, at=NOW + timedelta(minutes=21))
    aino.send("/book")
    assert aino.path.endswith("/time")
    assert counters(chair) == (2, 2)


def test_five_wrong_codes_and_then_a_new_one(clock):
    aino = Browser(make_item().get_absolute_url().replace("/fi/", "/en/")).send("/book")
    aino.send("/time", press=aino.times()[0]).send("/contact", name="Aino", contact="aino@example.org")
    right = _code_in(_newest_mail(at=NOW).body).replace(" ", "")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _number in range(5):
        aino.send("/code", code=wrong)
    assert refusal_in(aino.answer) == "One-time code: This code is no longer valid. Ask for a new one."
    clock.shift(timedelta(seconds=31))
    aino.send("/resend")
    aino.send("/code", code=_code_in(_newest_mail(at=NOW + timedelta(seconds=31)).body))
    assert aino.path.endswith("/check")


def test_saved_items_at_two_sites_become_two_reservations_with_one_code_by_mail():
    other = open_site(make_site("second", name_en="Warehouse 2"))
    chair, desk = make_item(), make_item(category="desk", site=other)
    aino = Browser(chair.get_absolute_url().replace("/fi/", "/en/")).send("/save")
    aino.go(desk.get_absolute_url().replace("/fi/", "/en/")).send("/save")
    aino.go("/en/items/saved").send("/book")
    assert "When will you collect? Warehouse 1" in aino.words
    aino.send("/time", press=aino.times()[0])
    assert "When will you collect? Warehouse 2" in aino.words
    aino.send("/time", press=aino.times()[0])
    aino.send("/contact", name="Aino", contact="aino@example.org")
    aino.send("/code", code=_code_in(_newest_mail(at=NOW).body)).send("/confirm")
    assert "You booked these too" in aino.words
    assert [one.status for one in Reservation.objects.all()] == ["booked", "booked"]
    assert (counters(chair), counters(desk)) == ((1, 1), (1, 1))


def test_from_the_message_a_new_time_takes_two_presses_and_cancelling_two():
    chair = make_item()
    aino = _book(Browser(), chair)
    link = f"/r/{aino.token}"
    old = Reservation.objects.get().slot

    anywhere = Browser(link)
    anywhere.go(f"/en{link}/change")
    anywhere.send("/change", press=anywhere.times()[5])
    assert anywhere.words.startswith("The new time is confirmed. Booking confirmed")
    assert booked(old) == 0

    anywhere.go(f"/en{link}/cancel").send("/cancel")
    assert anywhere.words.startswith("This booking was cancelled")
    assert counters(chair) == (1, 0)


def test_a_missed_pickup_is_booked_again_from_its_message(clock):
    aino = _book(Browser(), make_item())
    reservation = Reservation.objects.get()
    at = reservation.slot.ends_at + timedelta(hours=1)
    clock.move_to(at)
    booking.mark_missed(reservation, at=at)
    missed = _newest_mail(at=at)
    aino.go(re.search(r"http://testserver(/r/\w+)", missed.body)[1])
    assert aino.words.startswith("You did not collect this")
    aino.go(f"{aino.path}/change")
    aino.send("/change", press=aino.times()[0])
    reservation.refresh_from_db()
    assert (reservation.status, aino.words.startswith("The new time is confirmed.")) == ("booked", True)


def test_a_lost_link_comes_again():
    aino = _book(Browser(), make_item())
    elsewhere = Browser("/en/my").send("/my", contact="aino@example.org")
    assert elsewhere.path == "/en/my"
    message = _newest_mail(at=NOW)
    assert message.to == ["aino@example.org"]
    assert f"http://testserver/r/{aino.token}" in message.body
