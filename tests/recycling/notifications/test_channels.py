"""What leaves the house, and what does not: no secret in row or log, the letter, text messages, the demo's mailbox."""

import logging
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import User
from recycling.notifications import channels
from recycling.notifications.models import DemoMessage
from tests.factories import NOW

from .posting import minutes, post, send, state

pytestmark = pytest.mark.django_db


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
    assert "(broken) broke: RuntimeError at conftest.py:" in ours


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
    settings.SMS_CHANNEL = "tests.recycling.notifications.test_channels.TownSms"
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
