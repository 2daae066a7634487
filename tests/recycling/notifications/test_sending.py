"""The outbox: sent once, at the latest possible moment not at all, and never lost without a word."""

from collections import Counter
from datetime import timedelta

import pytest

from recycling.notifications.domain import failing, kinds, sending
from recycling.notifications.models import Notification
from tests.factories import NOW
from tests.services import free_port

from .posting import minutes, post, send, state

pytestmark = pytest.mark.django_db


# -- what is due


def test_what_is_due_is_sent_once(smtp_sink):
    row = post()
    assert send() == {"sent": 1}
    assert send() == {}
    assert state(row) == ("sent", 1, "", "")
    assert row.sent_at - NOW < timedelta(seconds=10)
    assert [message["To"] for message in smtp_sink.messages] == ["aino@example.org"]


def test_what_is_said_twice_is_one_row():
    post(key="1")
    post(key="1")
    assert Notification.objects.count() == 1


def test_nothing_is_sent_before_its_time(smtp_sink):
    post(at=minutes(1))
    assert send() == {}
    assert send(minutes(1)) == {"sent": 1}


def test_what_ends_soonest_goes_first(smtp_sink):
    post("news")
    post("reminder", before=minutes(600), at=minutes(-10))
    post("code", before=minutes(10))
    send(limit=2)
    assert [message["To"].partition("@")[0] for message in smtp_sink.messages] == ["code", "reminder"]


def test_a_round_ends_after_its_time_and_the_next_one_goes_on(smtp_sink):
    for number in range(3):
        post(f"p{number}")
    smtp_sink.delay = 0.3
    assert send(seconds=0.2) == {"sent": 1}
    assert send() == {"sent": 2}


# -- what is not sent


def test_after_its_last_moment_it_is_skipped_and_says_so(smtp_sink):
    row = post(before=minutes(10))
    assert send(minutes(10)) == {"skipped": 1}
    assert state(row) == ("skipped", 1, "too_late", "")


def test_after_days_of_standstill_old_news_is_not_sent(smtp_sink):
    old, recent = post("old", at=NOW - timedelta(days=3)), post("recent", at=NOW - timedelta(days=2))
    assert send() == {"skipped": 1, "sent": 1}
    assert (state(old)[2], state(recent)[0]) == ("too_late", "sent")


def test_what_is_no_longer_true_is_skipped_with_its_reason(smtp_sink):
    row = post(kind="over")
    assert send() == {"skipped": 1}
    assert state(row) == ("skipped", 1, "cancelled", "")
    assert smtp_sink.messages == []


def test_a_kind_that_nobody_knows_has_failed(smtp_sink):
    row = post(kind="from_the_future")
    assert send() == {"failed": 1}
    assert state(row) == ("failed", 1, "unknown_kind", "")
    assert row.failed_at


def test_a_row_that_breaks_does_not_stop_the_others(smtp_sink):
    row = post(kind="broken", before=minutes(5))
    post("bea")
    assert send() == {"later": 1, "sent": 1}
    assert state(row) == ("due", 1, "", "RuntimeError")


def test_a_kind_is_said_by_one_function_only():
    with pytest.raises(ValueError, match="plain is already said by"):
        kinds.says("plain")(lambda *_row: None)


# -- when sending fails


def test_a_row_that_always_breaks_has_failed_after_eight_tries(smtp_sink):
    row = post(kind="broken")
    waits, at = [], NOW
    while state(row)[0] == "due":
        waits.append(round((row.send_after - at).total_seconds() / 60))
        at = row.send_after
        send(at)
    assert waits == [0, 1, 5, 15, 60, 120, 120, 120]
    assert state(row) == ("failed", 8, "too_many_tries", "RuntimeError")


def test_a_row_that_kills_its_sender_is_given_up_after_eight_tries(smtp_sink):
    row = post()
    for number in range(8):
        assert sending.claim(at=minutes(number)).pk == row.pk
    assert send(minutes(8)) == {"failed": 1}
    assert state(row)[2] == "too_many_tries"
    assert smtp_sink.messages == []


def test_a_mail_server_that_asks_to_wait_is_asked_again_with_the_same_message_id(smtp_sink):
    row = post()
    smtp_sink.refuse = "451 greylisted"
    assert send() == {"later": 1}
    assert state(row) == ("due", 1, "", "smtp_451")
    assert send(minutes(0.9)) == {}
    smtp_sink.refuse = None
    assert send(minutes(1.1)) == {"sent": 1}
    assert state(row) == ("sent", 2, "", "")
    assert [message["Message-ID"] for message in smtp_sink.messages] == [row.message_id]


def test_an_address_that_is_refused_for_good_has_failed(smtp_sink):
    row, other = post(), post("bea")
    smtp_sink.refuse_recipient = lambda address: "550 no such user" if address.startswith("aino") else None
    assert send() == {"failed": 1, "sent": 1}
    assert state(row) == ("failed", 1, "refused", "smtp_550")
    assert state(other)[0] == "sent"
    assert failing.in_trouble("aino@example.org")
    assert not failing.in_trouble("bea@example.org")


def test_an_address_that_is_taken_again_is_in_no_trouble_any_more(smtp_sink):
    post()
    smtp_sink.refuse_recipient = lambda _address: "550 no such user"
    send()
    smtp_sink.refuse_recipient = None
    post(key="again")
    assert send() == {"sent": 1}
    assert not failing.in_trouble("aino@example.org")


def test_a_letter_that_is_refused_for_good_has_failed(smtp_sink):
    row = post()
    smtp_sink.refuse = "554 no"
    assert send() == {"failed": 1}
    assert state(row) == ("failed", 1, "refused", "smtp_554")
    # That was about the letter: the address is as good as before.
    assert not failing.in_trouble("aino@example.org")


def test_a_mail_server_that_is_away_is_asked_three_times_in_a_round_and_later_gets_everything(
    smtp_sink, settings
):
    rows = [post(f"p{number}") for number in range(5)]
    settings.EMAIL_PORT = free_port()
    assert send() == {"away": 3}
    assert Counter(state(row)[:2] for row in rows) == {("due", 1): 3, ("due", 0): 2}
    assert state(rows[0])[3] == "ConnectionRefusedError"
    settings.EMAIL_PORT = smtp_sink.port
    assert send(minutes(2)) == {"sent": 5}
    assert len(smtp_sink.messages) == 5


def test_a_mail_server_that_is_away_all_day_costs_no_message(smtp_sink, settings):
    row = post()
    settings.EMAIL_PORT = free_port()
    for hour in range(24):
        send(minutes(61 * hour))
    assert state(row)[0] == "due"
    settings.EMAIL_PORT = smtp_sink.port
    # Back again it takes nobody for the first time; that is a try like the first.
    smtp_sink.refuse_recipient = lambda _address: "450 try again"
    assert send(minutes(61 * 24)) == {"later": 1}
    smtp_sink.refuse_recipient = None
    assert send(minutes(61 * 27)) == {"sent": 1}


def test_a_server_that_may_have_taken_it_each_time_gets_it_eight_times(smtp_sink):
    row = post()
    smtp_sink.drop = True
    for hour in range(40):
        send(minutes(61 * hour))
    assert state(row)[:3] == ("failed", 8, "too_many_tries")
    assert len(smtp_sink.messages) == 8


@pytest.mark.usefixtures("smtp_sink")
def test_after_three_days_of_nobody_there_it_has_failed(settings):
    row = post()
    settings.EMAIL_PORT = free_port()
    for hour in range(80):
        send(minutes(61 * hour))
    assert state(row)[::2] == ("failed", "too_many_tries")
    assert (
        timedelta(days=3) <= Notification.objects.get(pk=row.pk).failed_at - NOW <= timedelta(days=3, hours=5)
    )


def test_a_server_that_hangs_up_after_the_data_gets_a_second_copy_that_can_be_recognised(smtp_sink):
    row = post()
    smtp_sink.drop = True
    assert send() == {"away": 1}
    smtp_sink.drop = False
    assert send(minutes(2)) == {"sent": 1}
    assert state(row)[:2] == ("sent", 2)
    assert [message["Message-ID"] for message in smtp_sink.messages] == [row.message_id] * 2


def test_a_new_conversation_begins_after_one_that_broke(smtp_sink):
    post("aino", at=minutes(-2))
    post("bea", at=minutes(-1))
    smtp_sink.refuse_recipient = lambda address: "421 closing" if address.startswith("aino") else None
    assert send() == {"later": 1, "sent": 1}
