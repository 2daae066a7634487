"""What a unit received, gave and saved; and the month's summary."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from inventory.models import ImpactFactor
from recycling import clock, working_days
from recycling.accounts.models import Membership
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.periods import Period
from reservations.domain import monthly, returning, walkin
from reservations.models import HandoverLine
from reservations.reports import units
from tests.factories import NOW, make_item, make_member, make_shelf, make_unit

pytestmark = pytest.mark.django_db

NOVEMBER = Period(2026, 11)


def give(item, pieces, unit, by, at=NOW):
    return walkin.give(
        {item: pieces}, department=unit, language="fi", by=by, at=at, client_key=f"{item.pk}-{pieces}-{at}"
    )


def test_a_unit_sees_what_it_received_and_what_it_gave_and_nobody_elses(sari):
    school, library = make_unit(), make_unit("library", "Kirjasto")
    chairs = make_item(quantity=40, weight_kg=Decimal(6))
    give(chairs, 24, school, sari)
    lamps = make_item(quantity=3, weight_kg=Decimal(2), owner=school)
    give(lamps, 2, library, sari)
    give(lamps, 1, school, sari)
    year = Period(NOW.year)
    had = units.totals(units.received(school, year))
    assert (had.pieces, had.weight_kg, had.weight_is_estimate) == (25, Decimal(146), False)
    gave = units.totals(units.given(school, year))
    assert (gave.pieces, gave.weight_kg) == (2, Decimal(4))
    assert units.totals(units.given(library, year)).pieces == 0


def test_the_saved_share_is_that_of_the_day_and_what_came_back_is_taken_off(sari):
    school, chairs = make_unit(), make_item(quantity=4)
    give(chairs, 4, school, sari)
    line = HandoverLine.objects.get()
    HandoverLine.objects.update(displacement_percent=80)
    before = units.totals(units.received(school, Period(NOW.year)))
    assert before.saved_high == pytest.approx(line.co2e_high * Decimal("0.8"))
    returning.take_back(
        line, 1, condition="good", shelf=make_shelf(), by=sari, at=NOW + timedelta(days=1), client_key="back"
    )
    after = units.totals(units.received(school, Period(NOW.year)))
    assert (after.pieces, after.weight_kg) == (3, before.weight_kg * 3 / 4)
    assert after.saved_high == pytest.approx(before.saved_high * 3 / 4)


def test_there_are_no_euros_until_the_city_has_prices(sari):
    school, chairs = make_unit(), make_item(quantity=4)
    give(chairs, 4, school, sari)
    year = Period(NOW.year)
    assert units.totals(units.received(school, year)).price_high == 0
    ImpactFactor.objects.update(price_low=40, price_high=90)
    with_prices = units.totals(units.received(school, year))
    assert (with_prices.price_low, with_prices.price_high) == (160, 360)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        *(
            (wrong, "2026-11-01", "2026-12-01")
            for wrong in ("", "20x6", "2026-13", "1999", "٢٠٢٦", "2026-1-1")
        ),
    ],
)
def test_a_period_is_a_year_or_a_month_and_nonsense_is_neither(text, first, after):
    period = Period.of(text, otherwise=NOVEMBER)
    assert (str(period.first), str(period.after)) == (first, after)


def test_the_totals_are_as_many_questions_for_one_line_as_for_many(sari, django_assert_num_queries):
    school, chairs = make_unit(), make_item(quantity=90)
    for number in range(3):
        give(chairs, number + 1, school, sari)
    with django_assert_num_queries(2):
        assert units.totals(units.received(school, Period(NOW.year))).pieces == 6


# -- the month's summary


def first_of_next_month(hour=8):
    """The first working day of the month after ``NOW``, at this hour of the city's clock."""
    first = Period(NOW.year, NOW.month).after
    day = first if working_days.is_working(first) else working_days.after(first, 1)
    return clock.resolve(day, time(hour), "Europe/Helsinki")


def test_the_summary_comes_once_to_each_who_wants_it(sari):
    risto = make_member(email="risto@kierto.example")
    helmi = make_member("approver", email="helmi@kierto.example")
    make_member(code="library", name_fi="Kirjasto")
    Membership.objects.filter(user=helmi).update(gets_summary=False)
    give(make_item(quantity=3), 3, risto.memberships.get().department, sari)
    assert monthly.post(at=first_of_next_month(hour=7)) == 0
    for _twice in range(2):
        monthly.post(at=first_of_next_month())
    message = Notification.objects.get(kind=monthly.KIND)
    assert (message.recipient, message.language) == (f"user:{risto.pk}", risto.language)
    assert "@" not in str(message.context)


def test_a_summary_that_nobody_sent_in_time_is_old_news():
    assert monthly.last_month(first_of_next_month() + timedelta(days=monthly.DAYS_LATE + 1)) is None


def test_the_mail_tells_the_figures_and_how_to_stop_it(sari):
    risto = make_member(email="risto@kierto.example", language="en")
    give(make_item(quantity=24, weight_kg=Decimal(6)), 24, risto.memberships.get().department, sari)
    monthly.post(at=first_of_next_month())
    sending.send_due(at=first_of_next_month())
    (letter,) = mail.outbox
    assert letter.to == ["risto@kierto.example"]
    assert "You received 24 pieces. That keeps 144 kg of furniture in use." in letter.body
    assert "You can stop it on the page above." in letter.body


def test_a_member_who_left_hears_nothing(sari):
    risto = make_member(email="risto@kierto.example")
    give(make_item(), 1, risto.memberships.get().department, sari)
    monthly.post(at=first_of_next_month())
    risto.memberships.all().delete()
    sending.send_due(at=first_of_next_month())
    assert (mail.outbox, Notification.objects.get(kind=monthly.KIND).why_not) == ([], "not_wanted")


def test_the_page_has_the_figures_and_turns_the_summary_off(sari):
    risto = make_member()
    give(make_item(quantity=24, weight_kg=Decimal(6)), 24, risto.memberships.get().department, sari)
    browser = Client()
    browser.force_login(risto, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/en/dept/impact?period={NOW.year}").content.decode()
    assert ("144 kg" in page, "Stop the summary" in page) == (True, True)
    browser.post("/en/dept/impact", {"unit": "school"})
    assert not Membership.objects.get().gets_summary
    assert "Send me the summary" in browser.get("/en/dept/impact").content.decode()
