"""The outbox: sent once, at the latest possible moment not at all, and never lost without a word."""

import logging
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import User
from recycling.notifications import channels
from recycling.notifications.domain import kinds, outbox, sending
from recycling.notifications.models import DemoMessage, Notification
from tests.concurrency import race
from tests.services import free_port

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    """Kinds of our own, in the words of the one-time code."""

    def plain(notification, at):
        return kinds.Draft(
            f"{notification.recipient}@example.org", {"code": "123 456", "minutes": 10}, words="contact_code"
        )

    def over(notification, at):
        raise kinds.NotNow("cancelled")

    def broken(notification, at):
        raise RuntimeError(f"about {notification.recipient}@example.org")

    def worse(notification, at):
        raise DatabaseError

    for name, says in {"plain": plain, "over": over, "broken": broken, "worse": worse}.items():
        monkeypatch.setitem(kinds._drafts, name, says)


def post(recipient="aino", kind="plain", *, channel="email", at=NOW, before=None, key="", **context):
    outbox.post(
        recipient, kind, channel=channel, language="en", key=key, send_after=at, send_before=before, **context
    )
    return Notification.objects.get(recipient=recipient, kind=kind, dedupe_key=key, channel=channel)


def send(at=NOW, **options):
    return dict(sending.send_due(at=at, **options))


def state(row):
    row.refresh_from_db()
    return row.status, row.attempts, row.why_not, row.last_error


def minutes(number):
    return NOW + timedelta(minutes=number)


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


def test_a_letter_that_is_refused_for_good_has_failed(smtp_sink):
    row = post()
    smtp_sink.refuse = "554 no"
    assert send() == {"failed": 1}
    assert state(row) == ("failed", 1, "refused", "smtp_554")


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


# -- claims


def test_a_claimed_row_is_nobody_elses_until_the_lease_ends(smtp_sink):
    row = post()
    claimed = sending.claim(at=NOW)
    assert (claimed.pk, claimed.status, claimed.attempts) == (row.pk, "claimed", 1)
    assert sending.claim(at=NOW + timedelta(seconds=59)) is None
    assert send(minutes(1)) == {"sent": 1}
    assert state(row)[:2] == ("sent", 2)


def test_a_sender_whose_lease_ran_out_cannot_write_over_the_next_one(smtp_sink, caplog):
    row = post()
    slow = sending.claim(at=NOW)
    assert send(minutes(1)) == {"sent": 1}
    sending._close(slow, "failed", at=minutes(2), why="refused")
    assert state(row)[0] == "sent"
    assert "the lease ran out" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_claiming_inside_a_transaction_is_refused():
    post()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sending.claim(at=NOW)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_row_once(smtp_sink):
    for number in range(60):
        post(f"p{number}")
    bystander = post("later", at=minutes(5))
    rounds = race(lambda _number: sending.send_due(at=NOW), runners=4)
    assert sum(rounds, Counter()) == {"sent": 60}
    assert len({message["Message-ID"] for message in smtp_sink.messages}) == len(smtp_sink.messages) == 60
    assert set(Notification.objects.filter(status="sent").values_list("attempts", flat=True)) == {1}
    assert state(bystander)[:2] == ("due", 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_on_the_claim_rows_would_be_sent_twice():
    """The control: looking first and writing then lets two senders have one row."""
    row = post()
    gate = threading.Barrier(4)

    def careless(_number):
        due = Notification.objects.due(NOW).filter(pk=row.pk).exists()
        gate.wait()
        return due and Notification.objects.filter(pk=row.pk).update(
            status="claimed", claim="x", claimed_until=NOW
        )

    assert sum(race(careless, runners=4)) > 1


# -- secrets and logs


def test_a_sign_in_code_lies_in_the_row_only_until_the_message_is_final(smtp_sink):
    person = User.objects.create_user("sari@kierto.example", name="Sari")
    row = post(f"user:{person.pk}", "sign_in_code", code="ABC123", note=7)
    late = post(f"user:{person.pk}", "sign_in_code", key="2", before=minutes(-1), code="DEF456")
    strange = post(f"user:{person.pk}", "from_the_future", key="3", code="GHI789")
    assert row.context == {"code": "ABC123", "note": 7}
    assert send() == {"sent": 1, "skipped": 1, "failed": 1}
    for one in (row, late, strange):
        one.refresh_from_db()
    assert [row.context, late.context, strange.context] == [{"note": 7}, {}, {}]
    assert "ABC123" in smtp_sink.messages[0].get_body(("plain",)).get_content()


def test_the_log_holds_ids_and_kinds_and_nothing_about_anybody(smtp_sink, caplog):
    caplog.set_level(logging.DEBUG)
    code = contacts.send_code(
        Contact("email", "aino.asukas@example.org"),
        device="d" * 64,
        network="192.0.2.1",
        language="fi",
        at=NOW,
    )
    sms = contacts.send_code(
        Contact("sms", "+358401234567"), device="e" * 64, network="192.0.2.1", language="fi", at=NOW
    )
    person = User.objects.create_user("sari.sorsa@kierto.example", name="Sari")
    post(f"user:{person.pk}", "sign_in_code", code="ABC123")
    post("broken.person", kind="broken")
    post("refused.person")
    smtp_sink.refuse_recipient = lambda address: "550 no" if address.startswith("refused") else None
    assert send() == {"sent": 3, "later": 1, "failed": 1}
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("recycling"))
    secrets = ["aino", "asukas", "401234567", "sari", "ABC123", "broken.person", "refused.person"]
    secrets += [contacts.digits(code), contacts.digits(sms)]
    assert [word for word in secrets if word in ours] == []
    assert "(contact_code): sent" in ours
    assert "(broken) broke: RuntimeError at test_sending.py:" in ours


# -- the letter


def test_a_letter_carries_what_mail_programs_ask_for(smtp_sink):
    row = post()
    send()
    (letter,) = smtp_sink.messages
    assert letter["Message-ID"] == row.message_id == f"<kierto-{row.pk}-plain@testserver>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert abs(parsedate_to_datetime(letter["Date"]) - timezone.now().replace(tzinfo=None)) < timedelta(
        minutes=1
    )
    assert letter["From"] == "Kierto <no-reply@kierto.example>"
    assert letter["Subject"] == "Your one-time code"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_html_has_the_same_words_as_the_text(smtp_sink):
    post()
    send()
    (letter,) = smtp_sink.messages
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    missing = [line for line in text.splitlines() if line and line not in html]
    assert missing == []


# -- the demo's mailbox and text messages


def test_a_text_message_lies_in_the_demo_mailbox_and_its_reference_in_the_log(caplog):
    caplog.set_level(logging.INFO)
    row = post(channel="sms")
    assert send() == {"sent": 1}
    kept = DemoMessage.objects.get()
    assert (kept.channel, kept.to) == ("sms", "aino@example.org")
    assert kept.text == "Your one-time code is 123 456. It is valid for 10 minutes. Do not share it."
    assert f"text message {row.message_id} is in the demo mailbox" in caplog.text


def test_without_a_channel_for_text_messages_one_has_failed(settings):
    settings.SMS_CHANNEL = ""
    row = post(channel="sms")
    assert send() == {"failed": 1}
    assert state(row) == ("failed", 1, "refused", "no_sms_channel")


def test_a_channel_of_the_citys_own_is_named_by_its_path(settings):
    settings.SMS_CHANNEL = "tests.recycling.test_sending.TownSms"
    post(channel="sms")
    assert send() == {"sent": 1}
    assert [to for to, _text, _reference in TownSms.sent] == ["aino@example.org"]


class TownSms:
    sent = []

    def send(self, to, text, reference):
        self.sent.append((to, text, reference))


def test_the_same_message_again_is_kept_once_and_counted(settings, caplog):
    caplog.set_level(logging.INFO)
    settings.EMAIL_BACKEND = "recycling.notifications.channels.DemoMailbox"
    message = EmailMessage("Subject", "Text", to=["aino@example.org"], headers={"Message-ID": "<1@x>"})
    for _time in range(2):
        assert get_connection().send_messages([message]) == 1
    kept = DemoMessage.objects.get()
    assert (kept.subject, kept.text, kept.to, kept.copies) == ("Subject", "Text", "aino@example.org", 2)
    assert "message <1@x> came again and is kept once" in caplog.text


def test_the_demo_mailbox_does_not_exist_outside_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        channels.DemoMailbox()
    with pytest.raises(ImproperlyConfigured):
        channels.sms_channel()


# -- what the database refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "sent", "sent_at": None},
        {"status": "failed", "failed_at": None},
        {"status": "due", "failed_at": NOW},
        {"status": "claimed", "claim": ""},
        {"status": "lost"},
        {"channel": "owl"},
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(wrong):
    row = post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(**wrong)


def test_finding_what_is_due_reads_an_index():
    query = Notification.objects.due(NOW).order_by("send_after")
    if connection.vendor == "sqlite":
        assert "notification_due" in query.explain()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "notification_due" in query.explain()
