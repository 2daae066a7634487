"""Who is told when: at once but not at night and not each minute, at eight, on Monday at eight; each thing once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import alert_news, alerts
from inventory.domain.asked import Asked
from inventory.models import AlertHit
from recycling.policy.models import Policy
from tests.factories import NOW, later, make_item

from .alerting import make_alert, make_alerts, messages_of, send

pytestmark = pytest.mark.django_db

# NOW is Monday 16 November 2026, 9.00 in Finland.
EIGHT_TOMORROW = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def found(*, at=NOW):
    """Something new has come and was compared."""
    item = make_item(at=at)
    alert_news.match_new(at=at)
    return item


def times_told(alert, moments):
    """At which of the moments a message was asked for."""
    told = []
    for at in moments:
        before = len(messages_of(alert))
        alert_news.tell(at=at)
        if len(messages_of(alert)) > before:
            told.append(at)
    return told


def test_at_once_is_the_next_run():
    alert = make_alert()
    found()
    assert alert_news.tell(at=NOW) == 1
    (message,) = messages_of(alert)
    assert (message.send_after, message.context, message.person) == (NOW, {"alert": alert.pk}, None)
    assert alert_news.tell(at=NOW) == 0


def test_at_once_is_one_message_an_hour_with_all_that_came_meanwhile():
    alert = make_alert()
    found()
    alert_news.tell(at=NOW)
    two = [found(at=later(minutes=5)), found(at=later(minutes=20))]
    assert times_told(alert, [later(minutes=20), later(minutes=59), later(hours=1)]) == [later(hours=1)]
    assert set(alert_news.told(alert, at=later(hours=1)).values_list("item", flat=True)) == {
        item.pk for item in two
    }


def test_at_once_is_not_at_night():
    alert = make_alert()
    night = NOW.replace(hour=20)
    found(at=night)
    moments = [night, night + timedelta(hours=9, minutes=59), night + timedelta(hours=10)]
    assert times_told(alert, moments) == [EIGHT_TOMORROW]


@pytest.mark.parametrize(
    ("frequency", "moment"), [("daily", EIGHT_TOMORROW), ("weekly", NEXT_MONDAY)], ids=["daily", "weekly"]
)
def test_a_digest_comes_at_eight(frequency, moment):
    alert = make_alert(frequency=frequency)
    found()
    a_second = timedelta(seconds=1)
    assert times_told(alert, [NOW, later(hours=10), moment - a_second, moment, moment + a_second]) == [moment]


def test_a_digest_tells_all_that_was_found_since_the_last_one():
    alert = make_alert(frequency="daily")
    items = {found().pk, found(at=later(hours=5)).pk}
    alert_news.tell(at=EIGHT_TOMORROW)
    assert set(alert_news.told(alert, at=EIGHT_TOMORROW).values_list("item", flat=True)) == items


def test_what_is_written_down_a_moment_too_late_for_the_digest_still_comes_with_the_next_run():
    alert = make_alert(frequency="daily")
    found()
    alert_news.tell(at=EIGHT_TOMORROW)
    # Found before eight by a run that committed after the digest.
    found(at=EIGHT_TOMORROW - timedelta(seconds=2))
    late = EIGHT_TOMORROW + timedelta(seconds=15)
    assert times_told(alert, [late]) == [late]


@pytest.mark.parametrize(
    ("frequency", "moment"),
    [
        # The clocks are put back on Sunday 25 October 2026 and forward on Sunday 28 March 2027.
        ("daily", datetime(2026, 10, 24, 5, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 10, 26, 6, 0, tzinfo=UTC)),
        ("daily", datetime(2027, 3, 28, 5, 0, tzinfo=UTC)),
        ("weekly", datetime(2027, 3, 29, 5, 0, tzinfo=UTC)),
        ("daily", datetime(2027, 1, 1, 6, 0, tzinfo=UTC)),
    ],
)
def test_it_is_eight_by_the_clock_on_the_wall(frequency, moment):
    before = moment - timedelta(hours=20)
    alert = make_alert(frequency=frequency, at=before)
    found(at=before)
    moments = [before, moment - timedelta(minutes=1), moment]
    assert times_told(alert, moments) == [moment]


@pytest.mark.parametrize("hours", [(0, 7), (0, 0), (13, 14)])
def test_quiet_hours_that_do_not_go_over_midnight_hold_nothing_up_beside_them(hours):
    Policy.objects.update(quiet_from=hours[0], quiet_until=hours[1])
    alert = make_alert(frequency="at_once")
    found()
    assert alert_news.tell(at=NOW) == 1
    assert messages_of(alert, alerts.HITS)[0].send_after == NOW


def test_a_message_that_waited_for_its_sender_does_not_come_at_night_either():
    alert = make_alert(frequency="at_once")
    found()
    alert_news.tell(at=NOW)
    night = NOW.replace(hour=20)  # 22:00 there
    assert send(at=night) == {"later": 1}
    assert messages_of(alert, alerts.HITS)[0].send_after == night + timedelta(hours=10)


def test_a_digest_keeps_the_quiet_hours_of_the_city():
    Policy.objects.update(quiet_until=9)
    alert = make_alert(frequency="daily")
    found()
    alert_news.tell(at=EIGHT_TOMORROW)
    assert messages_of(alert)[0].send_after == EIGHT_TOMORROW + timedelta(hours=1)


def test_nothing_found_is_nothing_said():
    alert = make_alert(colour=("oak",))
    found()
    assert times_told(alert, [NOW, EIGHT_TOMORROW, NEXT_MONDAY]) == []


def test_what_has_ended_or_was_removed_is_told_nothing():
    ended, removed = make_alert(), make_alert("b@example.org")
    found()
    type(ended).objects.filter(pk=ended.pk).update(ends_at=NOW)
    alerts.remove(removed)
    assert alert_news.tell(at=NOW) == 0


def test_what_was_told_long_ago_is_forgotten_and_news_again():
    make_alert()
    found()
    alert_news.tell(at=NOW)
    found(at=later(days=59))
    assert alert_news.forget(at=later(days=60)) == 1
    assert AlertHit.objects.filter(told_at=None).count() == 1


def test_telling_asks_the_same_for_one_and_for_fifty():
    counts = []
    for number in (1, 50):
        make_alerts([Asked()] * number)
        found()
        with CaptureQueriesContext(connection) as asked:
            assert alert_news.tell(at=NOW) == number
        counts.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
        AlertHit.objects.all().delete()
        type(make_alert()).objects.all().delete()
    # SQLite takes fewer rows in one INSERT of messages than PostgreSQL does.
    assert counts[1] - counts[0] <= (connection.vendor == "sqlite")
    assert counts[0] <= 6
