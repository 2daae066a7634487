"""Search alerts compared and told by several workers at once. The bystander is an alert that looks for something else."""

from datetime import timedelta

import pytest

from inventory.domain import alert_news, alerts, intake, publishing
from inventory.domain.asked import Asked
from inventory.models import Alerted, AlertHit, Item
from recycling.notifications.models import Notification
from tests.concurrency import race, unexpected
from tests.factories import NOW, make_item, make_worker
from tests.inventory.alerts.alerting import make_alert, make_alerts, messages_of

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def bystander():
    other = make_alert("other@example.org", colour=("oak",))
    yield
    assert not AlertHit.objects.filter(alert=other).exists()
    assert messages_of(other) == []


def test_workers_that_compare_at_once_find_everything_once():
    looking = make_alerts([Asked(colour=("black",))] * 20)
    items = [make_item() for _number in range(10)]
    got = race(lambda _number: alert_news.match_new(at=NOW), runners=6)
    assert unexpected(got) == []
    assert sum(got) == AlertHit.objects.count() == len(looking) * len(items)
    assert set(Item.objects.values_list("alerted", flat=True)) == {Alerted.EVERYBODY}


def test_workers_that_tell_at_once_tell_each_thing_once():
    looking = make_alerts([Asked(colour=("black",))] * 20)
    make_item()
    alert_news.match_new(at=NOW)
    got = race(lambda number: alert_news.tell(at=NOW + timedelta(seconds=number)), runners=6)
    assert unexpected(got) == []
    for alert in looking:
        saying = [
            message
            for message in messages_of(alert)
            if alert_news.told(alert, at=message.send_after).exists()
        ]
        assert len(saying) == 1


def test_nothing_is_missed_while_things_are_changed_and_published():
    (alert,) = make_alerts([Asked(colour=("black",))])
    worker = make_worker()
    items = [make_item() for _number in range(6)]
    drafts = [make_item(publish=False) for _number in range(6)]

    def act(number):
        kind, which = number % 3, number // 3
        if kind == 0:
            return alert_news.match_new(at=NOW)
        if kind == 1:
            return publishing.publish(drafts[which], by=worker, at=NOW, public_from=NOW)
        return intake.edit(items[which], by=worker, at=NOW, version=items[which].version, maker="Martela")

    got = race(act, runners=18)
    assert unexpected(got) == []
    alert_news.match_new(at=NOW)
    assert set(AlertHit.objects.filter(alert=alert).values_list("item", flat=True)) == {
        item.pk for item in items + drafts
    }


def test_alerts_that_are_removed_meanwhile_break_nothing():
    going = make_alerts([Asked(colour=("black",))] * 12)
    for _number in range(4):
        make_item()

    def act(number):
        return alerts.remove(going[number]) if number < len(going) else alert_news.match_new(at=NOW)

    got = race(act, runners=len(going) + 4)
    assert unexpected(got) == []
    assert AlertHit.objects.count() == 0
    assert Notification.objects.filter(kind=alerts.HITS).count() == 0
