"""An alarm when silence is unusual: what is one, what is none, and what it costs to look."""

import smtplib
from datetime import timedelta

import pytest

from recycling.notifications.domain import silence
from recycling.notifications.models import Notification, Tick
from tests.factories import NOW
from tests.recycling.notifications.posting import minutes, post, send

pytestmark = pytest.mark.django_db


class NobodyThere:
    """A mail server that is away."""

    def __init__(self, **_options):
        pass

    def open(self):
        raise smtplib.SMTPServerDisconnected

    def close(self):
        pass


@pytest.fixture
def away(settings):
    settings.EMAIL_BACKEND = f"{__name__}.NobodyThere"
    return settings


def try_until(number):
    """What is due is tried each minute until minute ``number``: a round that began a moment late is put off by a minute more."""
    for minute in range(number + 1):
        send(minutes(minute))


def test_a_mail_server_that_is_away_is_silence_after_an_hour_of_trying(away):
    post()
    try_until(80)
    assert silence.silent_channels(at=minutes(80)) == ()
    try_until(90)
    assert silence.silent_channels(at=minutes(90)) == ("email",)


def test_it_stays_silence_when_the_last_try_has_failed_and_until_something_is_sent(away, settings):
    row = post()
    Notification.objects.filter(pk=row.pk).update(
        status="failed", why_not="too_many_tries", failed_at=NOW, claimed_at=NOW, attempts=8
    )
    assert silence.silent_channels(at=minutes(300)) == ("email",)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    post(key="later", at=minutes(301))
    assert send(minutes(301)) == {"sent": 1}
    assert silence.silent_channels(at=minutes(302)) == ()


def test_what_was_given_up_the_day_before_yesterday_alarms_nobody():
    row = post()
    Notification.objects.filter(pk=row.pk).update(
        status="failed", why_not="too_many_tries", failed_at=NOW, claimed_at=NOW, attempts=8
    )
    assert silence.silent_channels(at=NOW + timedelta(days=2)) == ()


def test_one_mailbox_that_refuses_is_no_silence_while_others_get_theirs():
    bad = post("bea")
    Notification.objects.filter(pk=bad.pk).update(attempts=5, claimed_at=minutes(82), send_after=minutes(202))
    post(at=minutes(30))
    assert send(minutes(30)) == {"sent": 1}
    assert silence.silent_channels(at=minutes(90)) == ()


def test_each_channel_is_silent_by_itself():
    stuck = post("bea", channel="sms")
    Notification.objects.filter(pk=stuck.pk).update(
        attempts=6, claimed_at=minutes(200), send_after=minutes(320)
    )
    post(at=minutes(150))
    assert send(minutes(150)) == {"sent": 1}
    assert silence.silent_channels(at=minutes(210)) == ("sms",)


def test_nobody_who_sends_is_silence_after_an_hour():
    post()
    assert silence.silent_channels(at=minutes(59)) == ()
    assert silence.silent_channels(at=minutes(61)) == ("email",)


def test_a_quiet_night_with_nothing_due_is_no_silence(django_assert_num_queries):
    post(at=NOW - timedelta(days=1))
    send(NOW - timedelta(days=1))
    post(key="next", at=NOW + timedelta(days=1))
    with django_assert_num_queries(1):
        assert silence.silent_channels(at=NOW) == ()


@pytest.mark.parametrize(("ago", "is_missing"), [(4, False), (6, True)])
def test_the_alarm_says_that_the_workers_clock_is_missing(ago, is_missing):
    Tick.objects.create(name=silence.TICK, at=NOW - timedelta(minutes=ago))
    assert (silence.alarm(at=NOW) is not None) == is_missing


def test_a_service_that_is_being_set_up_has_no_alarm(django_assert_num_queries):
    with django_assert_num_queries(3):
        assert silence.alarm(at=NOW) is None


def test_the_alarm_says_since_when_the_oldest_waits():
    post()
    assert silence.alarm(at=minutes(14)) is None
    assert silence.alarm(at=minutes(16)).oldest == NOW
