"""The desk's pages about messages: every one to a person, and one sent again."""

import pytest

from recycling.audit.models import ViewEntry
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from tests.factories import NOW, make_item, make_reservation
from tests.inventory.hall import words_of
from tests.reservations.pages.desk import address

pytestmark = pytest.mark.django_db

# The session, the person, the reservation, the view that is written down; whose messages, the messages, who waits for an answer.
DESK_MESSAGES = 7


def booked(reservation):
    return Notification.objects.get(recipient=f"reservation:{reservation.pk}", kind="booked", dedupe_key="0")


def test_a_worker_sends_the_confirmation_again_and_the_page_says_so(desk):
    reservation = make_reservation()
    sending.send_due(at=NOW)
    page = desk.get(address("handover", reservation.code))
    assert address("message_again", reservation.code) in page.content.decode()
    answer = desk.post(
        address("message_again", reservation.code), {"message": booked(reservation).pk}, follow=True
    )
    assert "The message is sent again." in words_of(answer)
    assert "Message sent again" in words_of(answer)
    assert "Sent again from the desk" in words_of(answer)


def test_a_refusal_is_said_on_the_page_of_the_reservation(desk):
    reservation = make_reservation()
    answer = desk.post(address("message_again", reservation.code), {"message": booked(reservation).pk})
    assert answer.status_code == 409
    assert "This message is still waiting to be sent." in words_of(answer)


@pytest.mark.parametrize("typed", ["", "x", "9" * 30, "²", "-1"])
def test_nonsense_is_not_found(desk, typed):
    reservation = make_reservation()
    assert desk.post(address("message_again", reservation.code), {"message": typed}).status_code == 404


def test_another_reservations_message_is_not_found(desk):
    reservation = make_reservation()
    other = make_reservation({make_item(): 1}, contact="bea@example.org")
    sending.send_due(at=NOW)
    answer = desk.post(address("message_again", reservation.code), {"message": booked(other).pk})
    assert answer.status_code == 404


def test_every_message_to_a_person_is_shown_without_their_contact_and_the_look_is_logged(desk):
    reservation = make_reservation(name="Aino Asukas", contact="aino@example.org")
    second = make_reservation({make_item(): 1}, contact="aino@example.org")
    page = desk.get(address("desk_messages", reservation.code))
    said = page.content.decode()
    assert [code in said for code in (reservation.code, second.code)] == [True, True]
    assert [word in said for word in ("Asukas", "aino@")] == [False, False]
    look = ViewEntry.objects.get(purpose="messages")
    assert (look.subject, look.target_id) == (reservation.person, reservation.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_for_one_reservation_and_for_three(desk, django_assert_num_queries, rows):
    made = [make_reservation({make_item(): 1}) for _number in range(rows)]
    desk.get(address("desk_messages", made[0].code))
    with django_assert_num_queries(DESK_MESSAGES):
        desk.get(address("desk_messages", made[0].code))
