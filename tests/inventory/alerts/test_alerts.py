"""A search alert's life: asked for, confirmed, extended, removed, forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inventory.domain import alerts
from inventory.models import SearchAlert
from recycling.accounts.domain.limits import TooOften
from tests.factories import NOW, later, make_member, make_worker

from .alerting import ask, make_alert, messages_of

pytestmark = pytest.mark.django_db


def state(alert):
    return SearchAlert.objects.values_list("confirmed_at", "ends_at").get(pk=alert.pk)


def test_an_alert_begins_when_its_link_is_opened_and_lasts_six_months():
    alert = ask(category="sofa")
    assert not SearchAlert.objects.live(NOW).exists()
    assert [(row.send_after, row.send_before) for row in messages_of(alert, alerts.CONFIRM)] == [
        (NOW, later(days=2))
    ]
    alerts.confirm(alert, at=later(hours=1))
    # Made on 16 November, it looks through 16 May: until midnight in Finland, where it is summer by then.
    assert state(alert) == (later(hours=1), datetime(2027, 5, 16, 21, tzinfo=UTC))
    assert SearchAlert.objects.live(later(hours=1)).get().asked == {"category": "sofa"}


def test_two_weeks_before_its_end_it_says_so_at_ten():
    alert = make_alert()
    (notice,) = messages_of(alert, alerts.ENDING)
    assert notice.send_after == datetime(2027, 5, 2, 7, tzinfo=UTC)
    assert notice.send_before == alert.ends_at


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 1), date(2026, 12, 1)),
        (date(2028, 2, 29), date(2028, 8, 29)),
    ],
)
def test_half_a_year_ends_within_a_shorter_month(day, last):
    assert alerts._months_after(day, 6) == last


def test_confirming_twice_is_confirming_once():
    alert = make_alert()
    alerts.confirm(alert, at=later(days=3))
    assert state(alert)[0] == NOW
    assert len(messages_of(alert, alerts.ENDING)) == 1


def test_a_link_that_is_too_old_confirms_nothing():
    alert = ask()
    with pytest.raises(alerts.AlertOver):
        alerts.confirm(alert, at=later(days=2))
    assert state(alert) == (None, later(days=2))


def test_what_was_never_confirmed_is_not_extended():
    alert = ask()
    with pytest.raises(alerts.AlertOver):
        alerts.extend(alert, at=NOW)


def test_an_alert_that_was_removed_meanwhile_is_neither_confirmed_nor_extended():
    alert = make_alert()
    alerts.remove(alert)
    alerts.remove(alert)
    for verb in (alerts.confirm, alerts.extend):
        with pytest.raises(alerts.AlertOver):
            verb(alert, at=NOW)


def test_extending_moves_the_end_and_its_notice():
    alert = make_alert()
    extended = alerts.extend(alert, at=later(days=170))
    assert alerts.last_day(extended) == date(2027, 11, 5)
    assert [(row.status, row.why_not) for row in messages_of(alert, alerts.ENDING)] == [
        ("skipped", "alert_extended"),
        ("due", ""),
    ]


@pytest.mark.parametrize("days", [0, 170])
def test_extending_twice_on_one_day_is_extending_once(days):
    alert = make_alert()
    for hours in (1, 2):
        alerts.extend(alert, at=later(days=days, hours=hours))
    alert.refresh_from_db()
    due = [row for row in messages_of(alert, alerts.ENDING) if row.status == "due"]
    assert [(row.dedupe_key, row.send_before) for row in due] == [
        (str(alerts.last_day(alert)), alert.ends_at)
    ]


def test_an_alert_that_has_ended_is_extended_for_two_weeks_more():
    alert = make_alert()
    after = alert.ends_at + timedelta(days=13)
    assert not SearchAlert.objects.live(after).exists()
    assert alerts.forget(at=after) == 0
    alerts.extend(alert, at=after)
    assert SearchAlert.objects.live(after).exists()


def test_what_ended_and_what_nobody_confirmed_is_forgotten():
    ended, unconfirmed, kept = make_alert(), ask("b@example.org"), make_alert("c@example.org")
    SearchAlert.objects.filter(pk=ended.pk).update(ends_at=later(days=-14))
    assert alerts.forget(at=NOW) == 1
    assert alerts.forget(at=later(days=2)) == 1
    assert list(SearchAlert.objects.all()) == [kept]
    assert unconfirmed.pk != kept.pk


def test_removing_takes_the_contact_along_and_silences_what_was_planned():
    alert = make_alert()
    alerts.remove(alert)
    assert not SearchAlert.objects.exists()
    assert {(row.status, row.why_not) for row in messages_of(alert, alerts.ENDING)} == {
        ("skipped", "alert_removed")
    }


def test_whoever_is_signed_in_with_the_address_needs_no_link():
    member = make_member()
    alert = ask(member.email, by=member)
    assert (alert.confirmed_at, alert.person, alert.for_units) == (NOW, member, True)
    assert messages_of(alert, alerts.CONFIRM) == []


def test_another_address_than_ones_own_is_confirmed_by_its_link():
    worker = make_worker()
    alert = ask("someone@example.org", by=worker)
    assert (alert.confirmed_at, alert.person, alert.for_units) == (None, None, False)


def test_the_same_search_of_the_same_contact_is_kept_once():
    first = make_alert(category="sofa", frequency="weekly")
    other = make_alert(category="desk")
    again = make_alert(category="sofa")
    assert set(SearchAlert.objects.all()) == {other, again}
    assert first not in {other, again}


def test_a_contact_has_only_so_many(monkeypatch):
    monkeypatch.setattr(alerts, "MOST_OF_A_CONTACT", 1)
    make_alert(category="sofa")
    with pytest.raises(alerts.TooManyAlerts):
        make_alert(category="desk")


def test_a_phone_has_fewer():
    for category in ("sofa", "desk", "mirror"):
        make_alert("0401234567", category=category)
    with pytest.raises(alerts.TooManyAlerts):
        make_alert("0401234567", category="office_chair")


def test_links_that_somebody_else_has_sent_keep_nobody_from_asking_for_themselves():
    member = make_member()
    for _number in range(alerts.MOST_UNCONFIRMED):
        ask(member.email)
    assert ask(member.email, by=member).confirmed_at == NOW


def test_nobody_is_flooded_with_links():
    for _number in range(alerts.PER_CONTACT):
        ask()
    with pytest.raises(TooOften):
        ask()
    ask("somebody.else@example.org")


def test_whoever_opens_no_link_gets_no_more_of_them_that_day():
    for hours in range(alerts.MOST_UNCONFIRMED):
        alert = ask(at=later(hours=hours))
    with pytest.raises(TooOften):
        ask(at=later(hours=20))
    alerts.confirm(alert, at=later(hours=21))
    assert ask(at=later(hours=22)).confirmed_at is None
