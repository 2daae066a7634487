"""The messages about an approval: what they say, to whom, and that they are silent when it is not true any more."""

import pytest
from django.utils import translation

from inventory.models import ImpactFactor
from recycling.accounts.models import Membership
from recycling.notifications.models import Notification
from reservations.domain import approval, approval_calls, request_states
from reservations.models import Delivery
from tests.factories import NOW, later, make_item, make_member
from tests.recycling.messages.writing import send
from tests.reservations.asking import make_approver, make_waiting
from tests.reservations.asking import send as send_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def risto():
    return make_member("requester", name="Risto Rinne", email="risto@kierto.example")


@pytest.fixture
def helmi(risto):
    return make_approver(email="helmi@kierto.example")


@pytest.fixture
def request_(risto, helmi):
    return make_waiting({make_item(quantity=40): 24}, by=risto)


def decide(request, verdict, helmi, **more):
    return approval.decide(request, verdict, by=helmi, at=NOW, **more)


def not_said():
    return list(Notification.objects.exclude(why_not="").values_list("kind", "why_not"))


def test_the_approver_gets_everything_that_is_needed_to_decide(request_, mailoutbox):
    ImpactFactor.objects.filter(key="office_chair").update(price_low=40, price_high=60)
    Delivery.objects.create(request=request_, street="Koulukuja 1", price=35)
    type(request_).objects.update(fulfilment="delivery")
    assert send() == {"sent": 1}
    mail = mailoutbox[0]
    item = request_.lines.get().item
    assert mail.to == ["helmi@kierto.example"]
    assert mail.subject == f"Approve furniture request {request_.code}: 24 pieces, Puisto School"
    for line in (
        "Asked for by: Risto Rinne",
        f"24 x Office chair, black ({item.shown_code})",
        "Unit: Puisto School",
        f"Cost centre: {request_.cost_centre.number}",
        "Needed by: Wed 16 Dec",
        "How it gets there: delivery, €35",
        "Estimated price as new: €960 to €1,440",
        "The items are held until Mon 23 Nov. If nobody has decided by then, they are free for others.",
        f"Approve, return or reject: https://kierto.example.fi/en/dept/requests/{request_.code}/decision",
    ):
        assert f"\n{line}\n" in mail.body


@pytest.mark.parametrize(
    ("verdict", "subject", "told"),
    [
        ("approve", "approved", "Choose a time, or see when it is: "),
        ("return", "returned to you", "Reason: Wrong cost centre."),
        ("reject", "not approved", "Reason: Wrong cost centre."),
    ],
)
def test_the_requester_is_told_what_was_decided_by_whom_and_why(
    request_, helmi, mailoutbox, verdict, subject, told
):
    decide(request_, verdict, helmi, reason="" if verdict == "approve" else "Wrong cost centre.")
    assert send() == {"sent": 1}
    mail = mailoutbox[0]
    assert (mail.to, mail.subject) == (["risto@kierto.example"], f"Request {request_.code} {subject}")
    assert told in mail.body
    assert "Decided by: Helmi Hyväksyjä\n" in mail.body
    assert f"https://kierto.example.fi/en/dept/requests/{request_.code}\n" in mail.body
    # The approver was not asked any more: somebody had decided before the mail went out.
    assert not_said() == [("approval_request", "decided")]


def test_of_lowered_pieces_both_numbers_are_told(request_, helmi, mailoutbox):
    decide(request_, "approve", helmi, pieces={request_.lines.get().pk: 10})
    send()
    assert mailoutbox[0].subject == f"Request {request_.code} approved with fewer pieces"
    assert "10 x Office chair, black" in mailoutbox[0].body
    assert ", 24 were asked for\n" in mailoutbox[0].body


def test_reminders_the_deputy_the_warning_and_the_end(request_, mailoutbox):
    make_approver(is_deputy=True, email="dora@kierto.example")
    send()
    for day in (1, 2, 3, 4, 8):
        approval_calls.call(request_, at=later(days=day, hours=3))
        send(later(days=day, hours=3))
    told = [(mail.to[0].partition("@")[0], mail.subject) for mail in mailoutbox]
    code = request_.code
    assert told == [
        ("helmi", f"Approve furniture request {code}: 24 pieces, Puisto School"),
        ("helmi", f"Reminder: approve furniture request {code}, last day Mon 23 Nov"),
        ("helmi", f"Reminder: approve furniture request {code}, last day Mon 23 Nov"),
        ("dora", f"Approve as the deputy: furniture request {code}, Puisto School"),
        ("risto", f"Request {code} is not approved yet, last day Mon 23 Nov"),
        ("risto", f"Request {code} has ended: nobody approved it in time"),
    ]
    assert "Asked to approve: Helmi Hyväksyjä." in mailoutbox[4].body


def test_who_lost_the_role_or_left_is_not_told_about_the_request(request_, helmi, mailoutbox):
    Membership.objects.filter(user=helmi).delete()
    assert send() == {"skipped": 1}
    assert not_said() == [("approval_request", "not_approver")]
    Notification.objects.update(status="due", why_not="")
    type(helmi).objects.filter(pk=helmi.pk).update(is_active=False)
    send()
    assert (not_said(), mailoutbox) == ([("approval_request", "contact_forgotten")], [])


def test_who_was_asked_before_somebody_else_is_not_asked_any_more(request_, risto):
    lead = make_approver("lead")
    type(request_).objects.update(approver=lead)
    assert send() == {"skipped": 1}
    assert not_said() == [("approval_request", "reassigned")]


def test_a_cancelled_request_is_not_to_be_approved(request_, risto):
    request_states.end(request_, "cancelled", by=risto, at=NOW)
    assert send() == {"skipped": 1}
    assert not_said() == [("approval_request", "cancelled")]


def test_what_was_returned_and_sent_again_is_asked_once(request_, helmi, mailoutbox):
    decide(request_, "return", helmi, reason="Fewer.")
    send_request(request_, at=later(minutes=1))
    assert send(later(minutes=1)) == {"sent": 1, "skipped": 1}
    assert [mail.to for mail in mailoutbox] == [["helmi@kierto.example"]]
    assert ("decision_returned", "waiting") in not_said()
