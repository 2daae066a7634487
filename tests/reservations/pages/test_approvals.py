"""The approver's pages: what waits, the three answers, and the way there from the link in a mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from inventory.models import ImpactFactor
from recycling.accounts.models import Membership
from recycling.notifications.domain import sending
from reservations.domain import approval
from reservations.models import Delivery
from tests.factories import NOW, counters, later, make_item, make_member, make_site, make_unit
from tests.reservations.asking import give_role, make_approver, make_waiting, send, statuses, write_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def enter(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def risto():
    return make_member("requester", name="Risto Rinne")


@pytest.fixture
def helmi(client, risto):
    return enter(client, make_approver(email="helmi@kierto.example"))


@pytest.fixture
def chairs():
    return make_item(quantity=40)


@pytest.fixture
def request_(risto, helmi, chairs):
    return make_waiting({chairs: 24}, by=risto)


def page_of(request):
    return reverse("reservations:approve", args=[request.code])


LIST = "/en/dept/approvals"


def typed(request, verdict, count=24, **more):
    line = request.lines.get()
    return {"verdict": verdict, f"pieces-{line.pk}": count, "seen": request.sent_at.isoformat()} | more


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


# -- the list


def test_the_list_shows_what_waits_oldest_first_with_its_last_day(client, risto, helmi, chairs, clock):
    later_one = make_waiting({chairs: 1}, by=make_member(name="Toinen Tarina"), at=later(minutes=5))
    first = make_waiting({chairs: 24, make_item(category="desk"): 1}, by=risto)
    page = client.get(LIST).content.decode()
    assert page.index(first.code) < page.index(later_one.code)
    told = words(client.get(LIST))
    assert "24 × Office chair, black and 1 other thing" in told
    assert "Risto Rinne" in told
    assert "Decide by Mon 23 Nov , needed by Wed 16 Dec" in told


def test_one_request_or_three_are_as_many_queries(client, risto, helmi, chairs, django_assert_num_queries):
    make_waiting({chairs: 1}, by=risto)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)
    for _number in range(2):
        make_waiting({chairs: 1, make_item(category="desk"): 1}, by=make_member())
    with django_assert_num_queries(9):
        assert client.get(LIST).status_code == 200


def test_own_requests_and_those_of_other_units_do_not_wait_for_one(client, helmi, chairs):
    give_role(helmi, "requester")
    make_approver("lead")
    own = make_waiting({chairs: 1}, by=helmi)
    library = make_unit("library", "Kirjasto")
    make_approver(unit=library)
    other = make_waiting({chairs: 1}, by=make_member("requester", "library", "Kirjasto"), unit=library)
    page = client.get(LIST).content.decode()
    assert (own.code in page, other.code in page) == (False, False)
    assert "Nothing waits for you" in page


def test_what_was_decided_lately_stays_for_a_month(client, request_, helmi, clock):
    approval.decide(request_, "approve", by=helmi, at=NOW)
    told = words(client.get(LIST))
    assert "Decided lately" in told
    assert request_.code in told
    clock.move_to(later(days=29))
    enter(client, helmi)
    assert request_.code in words(client.get(LIST))
    clock.move_to(later(days=30))
    enter(client, helmi)
    assert request_.code not in words(client.get(LIST))


def test_what_is_over_but_not_yet_swept_waits_no_more(client, request_, helmi, clock):
    clock.move_to(request_.waiting_until - timedelta(seconds=1))
    enter(client, helmi)
    assert request_.code in words(client.get(LIST))
    clock.move_to(request_.waiting_until)
    assert request_.code not in words(client.get(LIST))


@pytest.mark.parametrize("role", ["requester", "giver"])
def test_other_roles_have_no_such_list(client, role):
    enter(client, make_member(role))
    assert client.get(LIST).status_code == 403
    assert "/dept/approvals" not in client.get("/en/dept/people").content.decode()


# -- the page


def test_everything_that_is_needed_to_decide_is_on_the_page(client, request_):
    ImpactFactor.objects.filter(key="office_chair").update(price_low=150, price_high=250)
    Delivery.objects.create(
        request=request_, site=make_site("koulu", name_en="Puisto School", street_en="Puistotie 1"), price=35
    )
    type(request_).objects.update(fulfilment="delivery", note="Third floor.")
    told = words(client.get(page_of(request_)))
    for said in (
        "Risto Rinne, Puisto School: 24 pieces",
        "24 pieces: more than 20 need an approval.",
        "About 4,800 € as new: more than 2,000 € needs an approval.",
        "The delivery costs 35 €.",
        "24 × Office chair, black",
        "Decide by Mon 23 Nov",
        "Needed by Wednesday 16 December 2026",
        request_.cost_centre.number,
        "Instead of a purchase",
        "Delivery, Puisto School, Puistotie 1, €35",
        "€3,600 to €6,000",
        "288 kg (estimate)",
        "about 840 to 2,160 kg CO2e",
        "Third floor.",
        "Asked: Helmi Hyväksyjä",
    ):
        assert said in told


def test_without_prices_nothing_is_said_of_them(client, request_):
    assert "as new" not in words(client.get(page_of(request_)))


def test_one_press_approves(client, request_, chairs):
    answer = client.post(page_of(request_), typed(request_, "approve"), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Approved. Whoever asked is told." in words(answer)
    assert (statuses(request_)[0], counters(chairs)) == ("accepted", (40, 24))


def test_fewer_are_approved_and_the_rest_is_free(client, request_, chairs):
    client.post(page_of(request_), typed(request_, "approve", 10))
    assert (statuses(request_)[0], counters(chairs)) == ("accepted", (40, 10))
    assert "Asked for: 24" in words(client.get(page_of(request_)))


@pytest.mark.parametrize(("verdict", "status"), [("return", "returned"), ("reject", "rejected")])
def test_a_no_asks_for_its_reason_and_keeps_what_was_typed(client, request_, verdict, status):
    answer = client.post(page_of(request_), typed(request_, verdict, 10))
    assert answer.status_code == 422
    assert "Reason: Say why, so that whoever asked knows what to do." in words(answer)
    assert 'value="10"' in answer.content.decode()
    answer = client.post(page_of(request_), typed(request_, verdict, reason="Wrong cost centre."))
    assert (answer.status_code, statuses(request_)[0]) == (302, status)
    assert "Wrong cost centre." in words(client.get(page_of(request_)))


@pytest.mark.parametrize("count", ["25", "-1", "", "x", "9" * 30])
def test_a_number_that_makes_no_sense_is_asked_for_again(client, request_, count):
    assert client.post(page_of(request_), typed(request_, "approve", count)).status_code == 422
    assert statuses(request_)[0] == "waiting"


@pytest.mark.parametrize("verdict", ["", "accepted", "\0"])
def test_another_button_than_the_three_is_none(client, request_, verdict):
    assert client.post(page_of(request_), typed(request_, verdict)).status_code == 422
    assert statuses(request_)[0] == "waiting"


def test_everything_to_nothing_is_refused_with_a_way_on(client, request_):
    answer = client.post(page_of(request_), typed(request_, "approve", 0))
    assert (answer.status_code, statuses(request_)[0]) == (422, "waiting")
    assert "Leave at least one piece." in words(answer)


def test_a_double_tap_is_one_answer(client, request_, chairs):
    data = typed(request_, "approve", 10)
    codes = [client.post(page_of(request_), data).status_code for _tap in range(2)]
    assert (codes, counters(chairs)) == ([302, 302], (40, 10))


def test_who_comes_second_reads_who_was_first(client, request_):
    data = typed(request_, "reject", reason="No.")
    approval.decide(request_, "approve", by=make_approver(name="Dora Deputy"), at=NOW)
    answer = client.post(page_of(request_), data)
    assert answer.status_code == 409
    assert "What: Approved. Who: Dora Deputy." in words(answer)
    assert 'name="verdict"' not in answer.content.decode()


def test_a_list_that_was_sent_again_is_shown_anew_before_it_is_decided(client, request_, clock):
    data = typed(request_, "approve")
    approval.decide(request_, "return", by=make_approver(), at=NOW, reason="Fewer.")
    send(request_, at=later(hours=1))
    clock.move_to(later(hours=2))
    answer = client.post(page_of(request_), data)
    assert (answer.status_code, statuses(request_)[0]) == (409, "waiting")
    assert "sent again since you opened the page" in words(answer)


def test_after_its_time_the_page_says_so(client, request_, helmi, clock):
    clock.move_to(request_.waiting_until)
    enter(client, helmi)
    assert "The time to decide this request has ended" in words(client.get(page_of(request_)))
    assert client.post(page_of(request_), typed(request_, "approve")).status_code == 410


def test_ones_own_request_has_no_buttons_and_is_not_decided(client, helmi, chairs):
    give_role(helmi, "requester")
    make_approver("lead")
    own = make_waiting({chairs: 1}, by=helmi)
    answer = client.get(page_of(own))
    assert "This is your own request." in words(answer)
    assert 'name="verdict"' not in answer.content.decode()
    assert client.post(page_of(own), typed(own, "approve", 1)).status_code == 403
    assert statuses(own)[0] == "waiting"


def test_a_list_that_is_still_written_and_one_of_another_unit_are_not_found(client, risto, helmi, chairs):
    library = make_unit("library", "Kirjasto")
    make_approver(unit=library)
    other = make_waiting({chairs: 1}, by=make_member("requester", "library", "Kirjasto"), unit=library)
    for one in (write_request({chairs: 1}, by=risto), other):
        assert client.get(page_of(one)).status_code == 404
        assert client.post(page_of(one), {"verdict": "approve"}).status_code == 404


def test_the_role_counts_when_the_button_is_pressed(client, request_, helmi):
    data = typed(request_, "approve")
    Membership.objects.filter(user=helmi).update(role="requester")
    assert client.post(page_of(request_), data).status_code == 403
    assert statuses(request_)[0] == "waiting"


# -- somebody else


def test_the_lead_asks_somebody_else_from_the_page(client, request_):
    lead, other = make_approver("lead", name="Leena Lead"), make_approver(name="Onni Other")
    page = page_of(request_)
    assert "Ask somebody else" not in words(client.get(page))
    assert client.post(page, {"reassign": "1", "approver": other.pk}).status_code == 404
    enter(client, lead)
    assert "Onni Other" in client.get(page).content.decode()
    assert client.post(page, {"reassign": "1", "approver": "999999"}).status_code == 422
    answer = client.post(page, {"reassign": "1", "approver": other.pk}, follow=True)
    request_.refresh_from_db()
    assert (answer.status_code, request_.approver) == (200, other)


# -- from the link in the mail


def code_sent():
    sending.send_due(at=timezone.now())
    return re.search(r"\b(\d{3}) ?(\d{3})\b", mail.outbox[-1].body).expand(r"\1\2")


def test_the_link_in_the_mail_leads_through_the_code_to_the_page_and_one_press_decides(request_, settings):
    sending.send_due(at=NOW)
    link = re.search(r"https?://\S+/decision", mail.outbox[-1].body).group()
    assert link == settings.SITE_URL + page_of(request_)
    browser, way = Client(), link.removeprefix(settings.SITE_URL)
    door = browser.get(way)["Location"]
    assert door == f"/en/accounts/login?next={way}"
    hidden = f'name="next" value="{way}"'
    assert hidden in browser.get(door).content.decode()
    asked = browser.post(door, {"email": "helmi@kierto.example", "next": way})
    assert hidden in browser.get(asked["Location"]).content.decode()
    code = code_sent()
    entered = browser.post(asked["Location"], {"code": code, "action": "verify", "next": way})
    assert entered["Location"] == way
    assert browser.post(way, typed(request_, "approve")).status_code == 302
    assert statuses(request_)[0] == "accepted"
