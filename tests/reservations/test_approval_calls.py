"""Nobody answers: reminders on working days, the deputy, the requester, and at last the end of the request."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import translation

from recycling import working_days
from recycling.accounts.models import Membership
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations import tasks
from reservations.domain import approval, approval_calls, lapsing
from reservations.domain.refusals import WrongState
from reservations.models import FurnitureRequest
from tests.factories import NOW, counters, hold, later, make_item, make_member, make_worker, open_site
from tests.reservations.asking import make_approver, make_waiting, send, statuses

pytestmark = pytest.mark.django_db

ASKED, REMINDED, DEPUTY = "approval_request", "approval_reminder", "approval_deputy"
ENDS, EXPIRED = "approval_ends", "approval_expired"


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=10)
    with translation.override("en"):
        yield


@pytest.fixture
def risto():
    return make_member("requester", name="Risto Rinne", language="en")


@pytest.fixture
def helmi(risto):
    return make_approver()


@pytest.fixture
def chairs():
    return make_item(quantity=40)


@pytest.fixture
def request_(risto, helmi, chairs):
    """Sent on Monday 16 November at 9.00 in Finland."""
    return make_waiting({chairs: 24}, by=risto)


def finnish(day, hour=9, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Helsinki"))


def job(*moments):
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            tasks.call_for_approval()


def said():
    return list(Notification.objects.order_by("pk").values_list("kind", "person__name"))


def test_the_calls_of_a_request_that_nobody_decides_day_by_day(request_, risto, helmi, chairs):
    make_approver(is_deputy=True, name="Dora Sijainen")
    ours, days = [(ASKED, helmi.name)], []
    for day in (16, 17, 18, 19, 20, 21, 22, 23, 24):
        job(finnish(day, 12))
        news = said()[len(ours) :]
        ours += news
        days.append([kind for kind, _who in news])
    assert days == [[], [REMINDED], [REMINDED], [DEPUTY], [ENDS], [], [], [], [EXPIRED]]
    assert [who for _kind, who in ours] == [
        *(helmi.name, helmi.name, helmi.name, "Dora Sijainen"),
        *(risto.name, risto.name),
    ]
    assert statuses(request_) == ("expired", ["expired"])
    assert counters(chairs) == (40, 0)
    call_command("check_counters")


def test_a_call_is_made_once_by_however_many_beats(request_):
    job(*[finnish(17, 9, minute) for minute in (0, 0, 1, 30)])
    assert [kind for kind, _who in said()] == [ASKED, REMINDED]


def test_nothing_is_due_before_its_hour(request_):
    job(finnish(17, 8, 59))
    assert [kind for kind, _who in said()] == [ASKED]
    with pytest.raises(WrongState):
        approval_calls.call(request_, at=finnish(17, 8, 59))


def test_a_job_that_stood_still_reminds_once_and_not_of_each_day(request_):
    job(finnish(18, 12))
    assert [kind for kind, _who in said()] == [ASKED, REMINDED]


def test_a_job_that_comes_after_the_end_only_ends_it(request_, chairs):
    job(finnish(30, 12))
    assert [kind for kind, _who in said()] == [ASKED, EXPIRED]
    assert (statuses(request_)[0], counters(chairs)) == ("expired", (40, 0))


def test_weekends_and_public_holidays_are_no_working_days(risto, helmi, chairs):
    """Friday 4 December; Monday 7 is the next working day, for Independence Day is a Sunday."""
    request = make_waiting({chairs: 2}, by=risto, at=finnish(4, 15, month=12))
    job(finnish(5, 16, month=12), finnish(7, 14, 59, month=12))
    assert [kind for kind, _who in said()] == [ASKED]
    job(finnish(7, 15, month=12))
    assert [kind for kind, _who in said()] == [ASKED, REMINDED]
    assert working_days.after(date(2026, 12, 4), 5) == date(2026, 12, 11)
    assert request.waiting_until == finnish(12, 0, month=12)


def test_what_falls_due_at_night_waits_for_the_morning(risto, helmi, chairs):
    make_waiting({chairs: 2}, by=risto, at=finnish(16, 22))
    job(finnish(17, 22))
    reminder = Notification.objects.get(kind=REMINDED)
    assert reminder.send_after == finnish(18, 8)


def test_of_what_is_decided_nobody_is_reminded(request_, helmi):
    approval.decide(request_, "approve", by=helmi, at=NOW)
    job(finnish(17), finnish(18), finnish(19), finnish(20), finnish(24))
    assert [kind for kind, _who in said()] == [ASKED, "decision_approved"]
    for verb in (approval_calls.call, approval_calls.expire):
        with pytest.raises(WrongState):
            verb(request_, at=finnish(24))


def test_what_is_sent_again_is_called_for_anew(request_, helmi):
    job(finnish(17))
    approval.decide(request_, "return", by=helmi, at=finnish(17, 10), reason="Fewer.")
    send(request_, at=finnish(18, 9))
    job(finnish(18, 12), finnish(19, 9))
    assert [kind for kind, _who in said()] == [ASKED, REMINDED, "decision_returned", ASKED, REMINDED]


def test_when_the_approver_has_left_the_next_one_is_asked_by_itself(request_, helmi):
    lead = make_approver("lead", name="Leena Lead")
    type(helmi).objects.filter(pk=helmi.pk).update(is_active=False)
    job(finnish(17), finnish(18))
    request_.refresh_from_db()
    assert request_.approver == lead
    assert said()[1:] == [(ASKED, "Leena Lead"), (REMINDED, "Leena Lead")]
    entry = AuditEntry.objects.get(action="request_reassigned")
    assert (entry.actor, entry.details) == (None, {"before": helmi.pk, "approver": lead.pk})


def test_when_nobody_is_left_the_requester_is_still_told_and_it_ends(request_, helmi):
    Membership.objects.filter(user=helmi).delete()
    for day in (17, 18, 19, 20, 24):
        job(finnish(day, 12))
    assert [kind for kind, _who in said()] == [ASKED, ENDS, EXPIRED]


def test_of_an_approver_who_went_away_the_deputy_is_asked_at_the_first_reminder(request_, helmi):
    make_approver(is_deputy=True, name="Dora Sijainen")
    Membership.objects.filter(user=helmi).update(away_until=date(2026, 12, 31))
    job(finnish(17), finnish(18), finnish(19))
    assert said()[1:] == [(REMINDED, helmi.name), (DEPUTY, "Dora Sijainen"), (REMINDED, helmi.name)]


def test_without_a_deputy_another_approver_or_the_lead_is_asked_too(request_):
    make_approver("lead", name="Leena Lead")
    job(finnish(19))
    assert (DEPUTY, "Leena Lead") in said()


def test_a_unit_with_one_approver_has_no_deputy_to_ask(request_):
    job(finnish(19))
    assert [kind for kind, _who in said()] == [ASKED, REMINDED]


def test_the_city_sets_the_days(risto, helmi, chairs):
    Policy.objects.update(approval_first_days=2, approval_second_days=9, approval_expires_days=3)
    make_approver(is_deputy=True)
    request = make_waiting({chairs: 2}, by=risto)
    for day in (17, 18, 19, 20):
        job(finnish(day, 12))
    # Asked on Monday, so it ends with Thursday: told on Wednesday. A reminder of the ninth day is never due.
    assert [kind for kind, _who in said()] == [ASKED, REMINDED, ENDS, DEPUTY, EXPIRED]
    assert statuses(request)[0] == "expired"


def test_whoever_presses_first_does_not_wait_for_the_job(request_, chairs):
    over = request_.waiting_until
    lapsing.hold(
        {chairs: 20},
        device="a" * 64,
        network="192.0.2.1",
        language="fi",
        client_key="k",
        by=make_worker(),
        at=over,
    )
    assert (statuses(request_)[0], counters(chairs)) == ("expired", (40, 20))


def test_the_job_of_holds_leaves_a_waiting_request_whole(request_, chairs):
    """Both deadlines are the same moment: only the request's own verb ends it, all of it at once."""
    hold({chairs: 1}, at=NOW)
    with time_machine.travel(request_.waiting_until, tick=False):
        tasks.expire_overdue()
    assert (statuses(request_), counters(chairs)) == (("waiting", ["awaiting_approval"]), (40, 24))


def test_a_row_that_breaks_does_not_stop_the_others(request_, chairs, caplog):
    other = make_waiting({make_item(): 1}, by=make_member())
    type(chairs).objects.filter(pk=chairs.pk).update(reserved=0)
    job(later(days=30))
    assert statuses(other)[0] == "expired"
    assert "reservations.call_for_approval: furniturerequest" in caplog.text
    assert FurnitureRequest.objects.get(pk=request_.pk).status == "waiting"
