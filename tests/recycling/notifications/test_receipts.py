"""What the gateway says afterwards: signed, once whatever comes how often, and in whichever order."""

import hmac
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from recycling.notifications.domain import failing, kinds, sending
from recycling.notifications.models import Notification, Trouble
from recycling.notifications.receipts import SIGNATURE
from tests.concurrency import race
from tests.factories import NOW

from .posting import minutes, post, send, state

SECRET = "what the gateway and we know, and nobody else"
NUMBER = "+358401234567"


@pytest.fixture(autouse=True)
def _phone(monkeypatch, settings):
    def by_phone(notification, at):
        address = NUMBER if notification.channel == "sms" else "aino@example.org"
        return kinds.Draft(address, {"code": "123 456", "minutes": 10}, words="contact_code")

    monkeypatch.setitem(kinds._drafts, "phoned", by_phone)
    monkeypatch.setattr(kinds, "_by_mail_instead", {"phoned"})
    settings.SMS_RECEIPT_SECRET = SECRET


def text(**options):
    return post("aino", "phoned", channel="sms", **options)


def tell(client, body, *, secret=SECRET):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    answer = client.post(
        reverse("sms_receipt"), body, content_type="application/json", headers={SIGNATURE: signature}
    )
    return answer.status_code


def receipt(client, row, status):
    return tell(client, {"reference": row.message_id, "status": status})


@pytest.mark.django_db
def test_what_arrived_is_written_down_once_and_clears_the_number(client, sms_gateway):
    row = text()
    send()
    Trouble.objects.create(address_mark=failing.mark_of(NUMBER), since=NOW, reason="sms_expired")
    assert receipt(client, row, "delivered") == 204
    row.refresh_from_db()
    assert row.status == "sent"
    first = row.delivered_at
    assert first is not None
    assert not failing.in_trouble(NUMBER)
    assert [receipt(client, row, status) for status in ("delivered", "failed")] == [204, 204]
    row.refresh_from_db()
    assert (row.status, row.delivered_at) == ("sent", first)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["failed", "undelivered", "expired", "rejected"])
def test_what_never_arrives_has_failed_marks_the_number_and_goes_by_mail_once(client, sms_gateway, status):
    row = text()
    send()
    assert [receipt(client, row, status) for _time in range(3)] == [204] * 3
    assert state(row) == ("failed", 1, "undelivered", f"sms_{status}")
    assert failing.in_trouble(NUMBER)
    assert not failing.in_trouble("+358407654321")
    assert Notification.objects.filter(channel="email").count() == 1
    assert receipt(client, row, "delivered") == 204
    assert state(row)[0] == "failed"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["delivered", "failed"])
def test_nothing_is_heard_of_mail_of_what_nobody_tried_and_of_another_services_messages(
    client, sms_gateway, status
):
    mail, untried, tried = post(key="1"), text(at=minutes(60)), text(key="2")
    assert send()["sent"] == 2
    other = tried.message_id.replace("testserver", "staging.example")
    for reference in (mail.message_id, untried.message_id, other):
        assert tell(client, {"reference": reference, "status": status}) == 204
    rows = Notification.objects.order_by("pk").values_list("status", "delivered_at")
    assert list(rows) == [("sent", None), ("due", None), ("sent", None)]
    assert not Trouble.objects.exists()


@pytest.mark.django_db
def test_a_message_on_its_way_is_neither(client, sms_gateway):
    row = text()
    send()
    assert receipt(client, row, "buffered") == 204
    assert (state(row)[0], row.delivered_at) == ("sent", None)


@pytest.mark.django_db
def test_a_receipt_may_come_before_our_own_word(client, sms_gateway):
    row = text()
    claimed = sending.claim(at=NOW)
    assert receipt(client, row, "delivered") == 204
    assert state(row)[0] == "claimed"
    sending._close(claimed, "sent", at=NOW)
    assert state(row)[0] == "sent"


@pytest.mark.django_db
def test_a_message_whose_answer_was_lost_is_not_sent_again_once_it_has_arrived(client, sms_gateway):
    row = text()
    sms_gateway.drop = True
    assert send() == {"away": 1}
    assert receipt(client, row, "delivered") == 204
    assert send(minutes(2)) == {"sent": 1}
    assert len(sms_gateway.asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'"delivered"', 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"{}", 400),
        (b'{"reference": "<kierto-1-phoned@x>"}', 400),
        (b'{"reference": null, "status": "delivered"}', 204),
        (b'{"reference": "somebody else", "status": "delivered"}', 204),
        (b'{"reference": "<kierto-999999-x@y>", "status": "failed"}', 204),
        (b'{"reference": "<kierto-999999-x@y>", "status": []}', 400),
    ],
)
def test_nonsense_changes_nothing(client, body, status):
    row = text()
    assert tell(client, body) == status
    assert state(row) == ("due", 0, "", "")


@pytest.mark.django_db
def test_what_is_not_signed_by_the_gateway_is_not_believed(client, settings, sms_gateway):
    row = text()
    send()
    body = {"reference": row.message_id, "status": "failed"}
    assert tell(client, body, secret="another") == 403
    assert client.post(reverse("sms_receipt"), body, content_type="application/json").status_code == 403
    settings.SMS_RECEIPT_SECRET = ""
    assert tell(client, body, secret="") == 403
    assert state(row)[0] == "sent"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_receipts_at_once_are_one(sms_gateway):
    row, bystander = text(), post("bea", "phoned", channel="sms")
    send()
    race(lambda number: sending.hear(row.pk, arrived=number % 2 == 0, why="sms_failed", at=NOW), runners=8)
    row.refresh_from_db()
    mails = Notification.objects.filter(channel="email").count()
    # Whoever came first was heard, and nobody after it.
    assert (row.status, bool(row.delivered_at), mails) in {("sent", True, 0), ("failed", False, 1)}
    assert state(bystander)[0] == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_repeats_itself_over_http_is_heard_once(live_server, settings, sms_gateway, smtp_sink):
    settings.SITE_URL = live_server.url
    row = text()
    assert send() == {"sent": 1}
    (message,) = sms_gateway.taken.values()
    assert sms_gateway.report(message, "failed", secret=SECRET, times=3) == [204] * 3
    assert sms_gateway.report(message, "delivered", secret=SECRET) == [204]
    assert state(row)[0] == "failed"
    assert send(timezone.now()) == {"sent": 1}
    assert [mail["To"] for mail in smtp_sink.messages] == ["aino@example.org"]
