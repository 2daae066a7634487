"""The small page that asks whether somebody still comes: what it shows, and that looking changes nothing."""

from datetime import timedelta

import pytest

from recycling.notifications.domain import sending
from reservations.domain import advice, coming
from reservations.models import Reservation
from tests.factories import booked, counters, first_slot, make_item, make_reservation
from tests.reservations.pages.desk import address
from tests.reservations.visiting import refusal_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair():
    return make_item()


@pytest.fixture
def reservation(chair, clock):
    """Booked on Monday for Friday at 9.00; now it is Thursday, the reminder's hour."""
    made = make_reservation({chair: 1}, slot=first_slot(skip=40), language="en")
    clock.move_to(made.slot.starts_at - timedelta(hours=23))
    return made


def row(reservation):
    return Reservation.objects.values().get(pk=reservation.pk)


def test_the_mail_of_the_day_before_asks_and_its_link_leads_to_the_question(aino, reservation, mailoutbox):
    sending.send_due(at=reservation.slot.starts_at - timedelta(hours=23))
    mail = mailoutbox[-1]
    assert mail.subject == "Still coming? Your pickup Fri 20 Nov 09:00"
    assert f"Say yes, choose another time or cancel: {coming.link(reservation)}\n" in mail.body
    answer = aino.client.get(f"/r/{reservation.token}/q")
    assert answer["Location"] == aino.address("coming", reservation.token)


def test_looking_at_every_link_changes_nothing(aino, reservation, chair):
    before, slot = row(reservation), booked(reservation.slot)
    for _time in range(3):
        aino.client.get(f"/r/{reservation.token}/q")
        for page in ("coming", "change", "cancel", "manage"):
            assert aino.get(page, reservation.token).status_code == 200
            aino.client.head(aino.address(page, reservation.token))
    assert (row(reservation), booked(reservation.slot), counters(chair)) == (before, slot, (1, 1))


def test_the_page_has_yes_move_and_cancel_and_no_script_is_needed(aino, reservation):
    page = aino.get("coming", reservation.token)
    words = text_of(page)
    for part in ("Are you still coming?", "Friday 20 November 2026, 09:00-09:30", "Yes, I am coming"):
        assert part in words
    assert f'href="{aino.address("change", reservation.token)}"' in page.content.decode()
    assert f'action="{aino.address("cancel", reservation.token)}"' in page.content.decode()


def test_one_press_says_yes_and_the_page_remembers_it(aino, reservation):
    answer = aino.post("coming", reservation.token)
    assert answer["Location"] == aino.address("manage", reservation.token)
    manage = aino.get("manage", reservation.token)
    assert text_of(manage).startswith("Thank you. We expect you.")
    assert "Are you still coming?" not in text_of(manage)
    words = text_of(aino.get("coming", reservation.token))
    assert "You have said that you are coming." in words
    assert "Yes, I am coming" not in words


def test_the_booking_s_own_page_asks_too(aino, reservation):
    page = aino.get("manage", reservation.token)
    assert "Are you still coming?" in text_of(page)
    assert f'action="{aino.address("coming", reservation.token)}"' in page.content.decode()


def test_one_press_cancels_and_the_thing_is_free_at_once(aino, reservation, chair):
    answer = aino.post("cancel", reservation.token)
    assert answer["Location"] == aino.address("manage", reservation.token)
    assert (row(reservation)["status"], counters(chair), booked(reservation.slot)) == ("cancelled", (1, 0), 0)


def test_before_the_day_and_after_the_start_the_link_leads_to_the_booking(aino, reservation, clock):
    manage = aino.address("manage", reservation.token)
    for at in (reservation.slot.starts_at - timedelta(days=2), reservation.slot.starts_at):
        clock.move_to(at)
        assert aino.get("coming", reservation.token)["Location"] == manage
        answer = aino.post("coming", reservation.token)
        assert answer.status_code == 409
    assert "Call us: 02 000 0000." in refusal_in(answer)
    assert row(reservation)["coming_at"] < reservation.slot.starts_at - timedelta(days=2)


def test_a_time_that_cannot_be_changed_any_more_says_so_instead(aino, reservation):
    Reservation.objects.update(changes=3)
    words = text_of(aino.get("coming", reservation.token))
    assert str(advice.why_not_moved(Reservation.objects.get(), at=reservation.booked_at)) in words
    assert "Choose another time" not in words


def test_the_desks_list_shows_who_said_it(reservation, desk, aino):
    day = reservation.slot.starts_at.date().isoformat()
    listed = f"{address('today')}?day={day}"
    assert "Says that they come" not in desk.get(listed).content.decode()
    aino.post("coming", reservation.token)
    assert "Says that they come" in desk.get(listed).content.decode()
