"""Text messages over HTTP, against a gateway that fails, hangs, answers slowly and forgets to answer."""

import logging
from collections import Counter

import pytest

from recycling.notifications.domain import kinds
from recycling.notifications.models import Notification, Trouble
from tests.factories import NOW
from tests.services import free_port

from .posting import minutes, post, send, state

pytestmark = pytest.mark.django_db

NUMBER = "+358401234567"


@pytest.fixture(autouse=True)
def _phone(monkeypatch):
    """A kind of message that goes to a phone, and to a mailbox when that fails."""

    def by_phone(notification, at):
        address = NUMBER if notification.channel == "sms" else "aino@example.org"
        return kinds.Draft(address, {"code": "123 456", "minutes": 10}, words="contact_code")

    monkeypatch.setitem(kinds._drafts, "phoned", by_phone)


def text(recipient="aino", **options):
    return post(recipient, "phoned", channel="sms", **options)


def test_a_message_is_taken_with_the_reference_that_every_try_carries(sms_gateway):
    row = text()
    assert send() == {"sent": 1}
    (taken,) = sms_gateway.asked
    assert taken == {
        "to": NUMBER,
        "from": "Kierto",
        "text": "Your one-time code is 123 456. It is valid for 10 minutes. Do not share it.",
        "reference": row.message_id,
        "receipts": "http://testserver/hooks/sms",
    }


@pytest.mark.parametrize(
    ("answer", "ended", "error"),
    [
        (500, "later", "sms_500"),
        (503, "away", "sms_503"),
        (429, "away", "sms_429"),
        (401, "away", "sms_401"),
        (404, "away", "sms_404"),
        (302, "away", "sms_302"),
        (400, "failed", "sms_400"),
        (422, "failed", "sms_422"),
    ],
)
def test_what_each_answer_of_the_gateway_means(sms_gateway, answer, ended, error):
    row = text()
    sms_gateway.answer = answer
    assert send() == {ended: 1}
    assert state(row) == (("failed", 1, "refused", error) if ended == "failed" else ("due", 1, "", error))
    # Only a number that does not exist says something about the number.
    assert Trouble.objects.exists() == (answer == 422)


def test_a_wrong_token_is_about_us_and_is_tried_again(sms_gateway, settings):
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"token": "an old one"}
    row = text()
    assert send() == {"away": 1}
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"token": sms_gateway.token}
    assert send(minutes(2)) == {"sent": 1}
    assert state(row)[:2] == ("sent", 2)


def test_a_gateway_that_is_away_is_asked_three_times_in_a_round_and_mail_goes_out_meanwhile(
    sms_gateway, smtp_sink, settings
):
    rows = [text(f"p{number}", at=minutes(-10)) for number in range(5)]
    post("bea")
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"url": f"http://127.0.0.1:{free_port()}/messages"}
    assert send() == {"away": 3, "sent": 1}
    assert Counter(state(row)[:2] for row in rows) == {("due", 1): 3, ("due", 0): 2}
    assert state(rows[0])[3] == "ConnectionRefusedError"
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"url": sms_gateway.url}
    assert send(minutes(2)) == {"sent": 5}


def test_a_mail_server_that_is_away_does_not_keep_text_messages_waiting(sms_gateway, smtp_sink, settings):
    for number in range(4):
        post(f"p{number}", at=minutes(-10))
    text()
    settings.EMAIL_PORT = free_port()
    assert send() == {"away": 3, "sent": 1}


def test_a_gateway_that_answers_too_late_has_the_message_and_takes_the_second_copy_as_the_same(
    sms_gateway, settings
):
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"timeout": 0.2}
    sms_gateway.delay = 0.6
    row = text()
    assert send() == {"away": 1}
    assert state(row) == ("due", 1, "", "TimeoutError")
    sms_gateway.delay = 0
    assert send(minutes(2)) == {"sent": 1}
    assert len(sms_gateway.asked) == 2
    assert len(sms_gateway.to(NUMBER)) == 1


def test_a_gateway_that_answers_slowly_but_in_time_is_waited_for(sms_gateway):
    sms_gateway.delay = 0.3
    text()
    assert send() == {"sent": 1}


def test_a_gateway_that_hangs_up_without_a_word_gets_the_same_message_again(sms_gateway):
    row = text()
    sms_gateway.drop = True
    assert send() == {"away": 1}
    sms_gateway.drop = False
    assert send(minutes(2)) == {"sent": 1}
    assert state(row)[:2] == ("sent", 2)
    assert len(sms_gateway.to(NUMBER)) == 1


def test_neither_number_nor_text_nor_token_is_in_the_log(sms_gateway, caplog):
    caplog.set_level(logging.DEBUG)
    text("a")
    text("b")
    sms_gateway.answer_to = lambda _number: 422 if len(sms_gateway.asked) == 1 else None
    assert send() == {"failed": 1, "sent": 1}
    assert [word for word in ("401234567", "123 456", "gateway-token") if word in caplog.text] == []


# -- by mail instead


@pytest.fixture
def _by_mail(monkeypatch):
    monkeypatch.setattr(kinds, "_by_mail_instead", {"phoned"})


@pytest.mark.usefixtures("_by_mail")
def test_a_text_message_that_failed_for_good_goes_out_as_a_mail(sms_gateway, smtp_sink):
    row = text(before=minutes(60), key="7")
    sms_gateway.answer = 422
    assert send() == {"failed": 1, "sent": 1}
    mail = Notification.objects.get(channel="email")
    assert (mail.recipient, mail.kind, mail.dedupe_key, mail.send_before) == (
        row.recipient,
        row.kind,
        "7",
        minutes(60),
    )
    assert [message["To"] for message in smtp_sink.messages] == ["aino@example.org"]


@pytest.mark.usefixtures("_by_mail")
def test_as_long_as_it_may_still_arrive_no_mail_is_written(sms_gateway):
    text()
    sms_gateway.answer = 503
    assert send() == {"away": 1}
    assert not Notification.objects.filter(channel="email").exists()


def test_a_kind_that_is_about_the_phone_itself_is_never_mailed(sms_gateway):
    text()
    sms_gateway.answer = 422
    assert send(NOW) == {"failed": 1}
    assert Notification.objects.count() == 1


@pytest.mark.usefixtures("_by_mail")
@pytest.mark.parametrize("has_mailbox", [True, False])
def test_a_gateway_that_stays_away_is_waited_for_where_no_mail_reaches_the_person(
    sms_gateway, smtp_sink, settings, monkeypatch, has_mailbox
):
    if not has_mailbox:
        by_phone = kinds._drafts["phoned"]

        def only_by_phone(notification, at):
            if notification.channel == "email":
                raise kinds.NotNow("no_other_contact")
            return by_phone(notification, at)

        monkeypatch.setitem(kinds._drafts, "phoned", only_by_phone)
    row = text()
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"url": f"http://127.0.0.1:{free_port()}/messages"}
    for hour in range(10):
        send(minutes(61 * hour))
    assert (state(row)[0], len(smtp_sink.messages)) == (("failed", 1) if has_mailbox else ("due", 0))
    settings.SMS_GATEWAY = settings.SMS_GATEWAY | {"url": sms_gateway.url}
    assert send(minutes(61 * 11)) == ({} if has_mailbox else {"sent": 1})
