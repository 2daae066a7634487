"""The page on which a person chooses how we write to them, and adds a second way."""

import pytest

from recycling.accounts.models import User
from recycling.notifications.domain import failing
from recycling.notifications.models import MessageChoice, Trouble
from reservations.models import Reservation
from tests.factories import NOW, first_slot, make_reservation, make_worker
from tests.reservations.visiting import refusal_in, text_of

pytestmark = pytest.mark.django_db

PHONE = "+358401234567"
CHOICE = {"language": "sv", "channel": "email", "quiet_from": "21", "quiet_until": "9"}


def test_what_is_chosen_is_saved_and_shown(aino):
    reservation = make_reservation(language="en")
    page = aino.get("messages", reservation.token)
    assert "How we write to you" in text_of(page)
    assert "aino" not in page.content.decode()
    answer = aino.post("messages", reservation.token, **CHOICE)
    assert answer["Location"] == f"/sv/r/{reservation.token}"
    reservation.refresh_from_db()
    assert (reservation.language, reservation.wants_reminder) == ("sv", False)
    choice = MessageChoice.objects.get(person=reservation.person)
    assert (choice.quiet_from, choice.quiet_until) == (21, 9)
    assert '<option value="21" selected>' in aino.get("messages", reservation.token).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"channel": "sms"}, {"quiet_from": "24"}, {"quiet_until": "x"}]
)
def test_nonsense_is_refused_and_changes_nothing(aino, wrong):
    reservation = make_reservation(language="en")
    assert aino.post("messages", reservation.token, **(CHOICE | wrong)).status_code == 422
    assert not MessageChoice.objects.exists()


def test_what_is_over_leads_to_the_reservation(aino):
    reservation = make_reservation()
    aino.post("cancel", reservation.token)
    answer = aino.get("messages", reservation.token)
    assert answer["Location"].endswith(f"/r/{reservation.token}")


def test_an_e_mail_is_added_by_a_code_in_the_browser_that_booked(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(contact=PHONE)
    aino.type_code()
    aino.confirm()
    reservation = aino.reservation()
    assert "Add an e-mail" in text_of(aino.get("messages", reservation.token))
    wrong = aino.post("messages", reservation.token, add="1", contact="040 765 4321")
    assert wrong.status_code == 422
    aino.post("messages", reservation.token, add="1", contact="aino@example.org")
    page = text_of(aino.get("messages", reservation.token))
    assert "a…@example.org" in page
    assert aino.post("messages", reservation.token, prove="1", code="000000").status_code == 422
    assert User.objects.get(phone=PHONE).email is None
    aino.post("messages", reservation.token, prove="1", code=aino.code_sent())
    assert User.objects.get(phone=PHONE).email == "aino@example.org"
    page = text_of(aino.get("messages", reservation.token))
    assert "Text message" in page
    assert "Add an e-mail" not in page


def test_another_browser_with_the_link_is_not_asked_for_a_contact(aino):
    reservation = make_reservation(contact=PHONE)
    assert "Add an e-mail" not in text_of(aino.get("messages", reservation.token))
    answer = aino.post("messages", reservation.token, add="1", contact="thief@example.org")
    assert answer.status_code == 422
    assert not User.objects.filter(email="thief@example.org").exists()


# -- a contact at which nothing arrived


def trouble(address):
    Trouble.objects.create(address_mark=failing.mark_of(address), since=NOW, reason="smtp_550")


def test_where_the_last_message_did_not_arrive_the_next_booking_asks_to_check(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    trouble("aino@example.org")
    aino.hold(chair, client_key="again")
    answer = aino.choose(first_slot(skip=4))
    assert answer["Location"].endswith("/code")
    page = text_of(aino.get("code"))
    assert "Our last message to this contact did not arrive." in page
    answer = aino.type_code()
    assert answer["Location"].endswith("/check")
    assert not Trouble.objects.exists()


def test_without_trouble_a_known_device_is_not_asked(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    aino.hold(chair, client_key="again")
    assert aino.choose(first_slot(skip=4))["Location"].endswith("/check")


def test_the_desk_sees_that_messages_do_not_arrive(desk):
    reservation = make_reservation()
    address = f"/en/wh/handover/{reservation.code}"
    words = "Messages to this person do not arrive."
    assert words not in text_of(desk.get(address))
    trouble(Reservation.objects.get().contact)
    page = desk.get(address)
    assert words in text_of(page)
    assert "aino@example.org" not in page.content.decode()


def test_refusals_are_said_on_the_page(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(contact=PHONE)
    aino.type_code()
    aino.confirm()
    make_reservation(contact="bea@example.org", slot=first_slot(skip=3))
    token = aino.reservation().token
    aino.post("messages", token, add="1", contact="bea@example.org")
    answer = aino.post("messages", token, prove="1", code=aino.code_sent())
    assert "You have booked with this contact before." in refusal_in(answer)


def test_of_somebody_of_the_city_the_link_alone_chooses_language_and_reminder(aino):
    reservation = make_reservation(language="en", contact=make_worker().email)
    page = aino.get("messages", reservation.token)
    assert "once they have signed in" in text_of(page)
    assert "quiet_from" not in page.content.decode()
    answer = aino.post("messages", reservation.token, **CHOICE)
    assert "once they have signed in" in text_of(answer)
    answer = aino.post("messages", reservation.token, language="sv")
    assert answer["Location"] == f"/sv/r/{reservation.token}"
    assert not MessageChoice.objects.exists()
