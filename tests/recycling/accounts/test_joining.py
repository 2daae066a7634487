"""Finding one's unit: asking gives nothing, the unit's lead decides, and nobody else learns of it."""

from datetime import timedelta

import pytest

from recycling.accounts.domain import joining, limits, sign_on
from recycling.accounts.models import AskOutcome, CostCentre, GroupRule, Membership, UnitAsk
from recycling.audit.models import AuditEntry
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from tests.factories import NOW, make_admin, make_member, make_site, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHEN = {"at": NOW}


@pytest.fixture
def school():
    return make_unit("31", "Puiston koulu", cost_centre="31250")


@pytest.fixture
def lead(school):
    return make_member("lead", code="31", name="Liisa Lehtori", email="liisa@kierto.example", language="en")


@pytest.fixture
def pia():
    """Came by the sign-on, which says that she works in some unit."""
    return make_user(name="Pia Puisto", email="pia@kierto.example", language="en", chooses_unit=True)


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def roles(person):
    return [(row.department.code, row.role, row.is_primary) for row in person.memberships.order_by("pk")]


# -- who may ask


@pytest.mark.parametrize(
    ("rule", "unit", "chooses"),
    [
        ({"group": "*", "role": "requester"}, "", True),
        ({"group": "*", "role": "requester"}, "31", False),
        ({"group": "*", "role": "requester"}, "gone", True),
        ({"group": "others", "role": "requester"}, "", False),
        ({"group": "*", "role": "manager"}, "", False),
    ],
)
def test_staff_of_a_unit_that_the_sign_on_does_not_name_may_choose(school, rule, unit, chooses):
    GroupRule.objects.create(**rule)
    person = make_user()
    sign_on.renew(person, groups=["pupils"], unit=unit, **WHEN)
    person.refresh_from_db()
    assert (person.chooses_unit, joining.may_ask(person)) == (chooses, chooses or unit == "31")


def test_a_rule_that_names_the_unit_leaves_nothing_to_choose(school):
    GroupRule.objects.create(group="*", role="requester", department=school)
    person = make_user(chooses_unit=True)
    sign_on.renew(person, groups=[], unit="", **WHEN)
    person.refresh_from_db()
    assert person.chooses_unit is False


def test_members_of_an_association_do_not_ask_their_way_into_the_city(school):
    member = make_member(code="club", name_fi="Kerho")
    type(school).objects.filter(code="club").update(kind="association")
    assert not joining.may_ask(member)
    with pytest.raises(joining.MayNotAsk):
        joining.ask(member, school, **WHEN)


def test_who_has_no_reason_to_ask_may_not(school):
    with pytest.raises(joining.MayNotAsk):
        joining.ask(make_user(), school, **WHEN)


# -- asking and answering


def test_asking_gives_nothing_and_tells_the_lead(pia, school, lead, mailoutbox):
    asked = joining.ask(pia, school, cost_centre=CostCentre.objects.get(), **WHEN)
    assert roles(pia) == []
    sending.send_due(at=NOW)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["liisa@kierto.example"], "Somebody asks to join your unit")
    assert "Pia Puisto asks to join this unit: Puisto School." in mail.body
    assert f"http://testserver/en/dept/people/ask/{asked.token}" in mail.body


def test_a_yes_makes_a_requester_with_the_usual_cost_centre_and_tells_them(pia, school, lead, mailoutbox):
    asked = joining.ask(pia, school, cost_centre=CostCentre.objects.get(), **WHEN)
    joining.decide(asked, grant=True, by=lead, **WHEN)
    assert roles(pia) == [("31", "requester", True)]
    mine = pia.memberships.get()
    assert (mine.cost_centre.number, mine.from_sign_on) == ("31250", False)
    sending.send_due(at=NOW)
    # The lead's own message is not sent any more: it has been answered.
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["pia@kierto.example"], "You have joined a unit")
    ]
    given = AuditEntry.objects.get(action="membership_given")
    assert (given.actor, given.target_id, given.details) == (
        lead,
        pia.pk,
        {"department": school.pk, "role": "requester"},
    )


def test_what_a_lead_gave_outlives_the_next_sign_on(pia, school, lead):
    joining.decide(joining.ask(pia, school, **WHEN), grant=True, by=lead, **WHEN)
    sign_on.renew(pia, groups=[], unit="", **WHEN)
    assert roles(pia) == [("31", "requester", True)]


def test_a_no_gives_nothing_and_says_so(pia, school, lead, mailoutbox):
    joining.decide(joining.ask(pia, school, **WHEN), grant=False, by=lead, **WHEN)
    sending.send_due(at=NOW)
    assert (roles(pia), [mail.subject for mail in mailoutbox]) == (
        [],
        ["Your wish to join a unit was not granted"],
    )


def test_a_cost_centre_that_was_closed_meanwhile_is_left_open(pia, school, lead):
    asked = joining.ask(pia, school, cost_centre=CostCentre.objects.get(), **WHEN)
    CostCentre.objects.update(open_until="2026-01-01")
    joining.decide(asked, grant=True, by=lead, **WHEN)
    assert pia.memberships.get().cost_centre is None


def test_a_second_unit_does_not_take_the_place_of_ones_own(pia, school, lead):
    Membership.objects.create(
        user=pia, department=make_unit("lib", "Kirjasto"), role="giver", is_primary=True
    )
    joining.decide(joining.ask(pia, school, **WHEN), grant=True, by=lead, **WHEN)
    assert roles(pia) == [("lib", "giver", True), ("31", "requester", False)]


def test_where_a_unit_has_no_lead_those_who_keep_the_units_are_asked(pia, school):
    manager, admin = make_user(is_manager=True), make_admin()
    make_member("approver", code="31")
    assert list(joining.deciders_of(school)) == [manager, admin]
    joining.decide(joining.ask(pia, school, **WHEN), grant=True, by=manager, **WHEN)
    assert roles(pia) == [("31", "requester", True)]


def test_a_lead_who_no_longer_is_one_gets_no_message(pia, school, lead, mailoutbox):
    joining.ask(pia, school, **WHEN)
    lead.memberships.all().delete()
    sending.send_due(at=NOW)
    assert (mailoutbox, Notification.objects.get().why_not) == ([], "no_lead")


# -- refusals


def test_one_asks_one_unit_at_a_time(pia, school, lead):
    joining.ask(pia, school, **WHEN)
    with pytest.raises(joining.AskedAlready):
        joining.ask(pia, make_unit("lib", "Kirjasto"), **WHEN)


def test_nobody_asks_where_they_belong_already(school):
    with pytest.raises(joining.AlreadyThere):
        joining.ask(make_member(code="31"), school, **WHEN)


@pytest.mark.parametrize("how", [{"is_active": False}, {"kind": "association"}])
def test_only_the_citys_open_units_are_joined(pia, school, how):
    type(school).objects.update(**how)
    with pytest.raises(joining.UnitClosed):
        joining.ask(pia, school, **WHEN)


def test_a_unit_that_closed_meanwhile_takes_nobody_in_and_can_still_say_no(pia, school, lead):
    asked = joining.ask(pia, school, **WHEN)
    manager = make_user(is_manager=True)
    type(school).objects.update(is_active=False)
    with pytest.raises(joining.UnitClosed):
        joining.decide(asked, grant=True, by=manager, **WHEN)
    joining.decide(asked, grant=False, by=manager, **WHEN)
    assert roles(pia) == []


def test_the_cost_centre_is_one_of_the_unit(pia, school):
    make_unit("lib", "Kirjasto", cost_centre="999")
    with pytest.raises(joining.NotTheirCostCentre):
        joining.ask(pia, school, cost_centre=CostCentre.objects.get(number="999"), **WHEN)


def test_an_ask_is_answered_once(pia, school, lead):
    asked = joining.ask(pia, school, **WHEN)
    joining.decide(asked, grant=False, by=lead, **WHEN)
    with pytest.raises(joining.AskOver):
        joining.decide(asked, grant=True, by=lead, **WHEN)
    with pytest.raises(joining.AskOver):
        joining.withdraw(asked, **WHEN)
    assert roles(pia) == []


def test_only_the_lead_of_this_unit_answers_and_nobody_for_themselves(pia, school, lead):
    asked = joining.ask(pia, school, **WHEN)
    others = [
        *(pia, make_user(), make_member("approver", code="31"), make_member("requester", code="31")),
        make_member("lead", code="lib", name_fi="Kirjasto"),
    ]
    for other in others:
        with pytest.raises(joining.NotYoursToAnswer):
            joining.decide(asked, grant=True, by=other, **WHEN)
    pia.is_manager = True
    pia.save()
    with pytest.raises(joining.NotYoursToAnswer):
        joining.decide(asked, grant=True, by=pia, **WHEN)


def test_nobody_asks_more_than_five_times_a_day(pia, school):
    for _number in range(5):
        joining.withdraw(joining.ask(pia, school, **WHEN), **WHEN)
    with pytest.raises(limits.TooOften):
        joining.ask(pia, school, **WHEN)


def test_what_nobody_answered_is_forgotten_after_a_month_and_answers_after_three(pia, school, lead):
    first = joining.ask(pia, school, **WHEN)
    assert joining.forget(at=NOW + timedelta(days=30)) == 0
    assert joining.forget(at=NOW + timedelta(days=31)) == 1
    with pytest.raises(joining.AskOver):
        joining.decide(first, grant=True, by=lead, **WHEN)
    joining.withdraw(joining.ask(pia, school, **WHEN), **WHEN)
    assert joining.forget(at=NOW + timedelta(days=89)) == 0
    assert joining.forget(at=NOW + timedelta(days=91)) == 1


# -- one's own unit


def test_one_of_several_units_is_ones_own_with_a_usual_cost_centre(school):
    person = make_member(code="lib", name_fi="Kirjasto")
    Membership.objects.create(user=person, department=school, role="requester")
    joining.choose_own(person, school, cost_centre=CostCentre.objects.get(), **WHEN)
    assert roles(person) == [("lib", "requester", False), ("31", "requester", True)]
    assert person.memberships.get(department=school).cost_centre.number == "31250"


def test_another_unit_is_not_made_ones_own(pia, school):
    make_member(code="lib", name_fi="Kirjasto")
    with pytest.raises(joining.NotYourUnit):
        joining.choose_own(pia, school, cost_centre=None, **WHEN)


# -- searching


def test_units_are_found_by_their_names_in_each_language_code_and_street(school):
    site = make_site("map-1", street_fi="Äijälänkuja 3", street_sv="Gubbgränden 3")
    type(school).objects.update(default_site=site)
    for text in ("puisto", "PARKSKOLAN", "school", "31", "äijälänkuja", "Gubbgr", "koulu puiston"):
        assert joining.search(text) == [school], text
    assert joining.search("") == joining.search("   ") == joining.search("päiväkoti") == []


def test_closed_units_and_associations_are_not_found(school):
    make_unit("club", "Puiston kerho", kind="association")
    make_unit("old", "Puiston vanha koulu", is_active=False)
    assert joining.search("puiston") == [school]


def test_what_begins_so_comes_first_and_the_list_has_an_end(school):
    for number in range(25):
        make_unit(f"u{number}", f"Alapuisto {number:02}", name_sv="Dalen", name_en="")
    found = joining.search("puisto")
    assert (found[0], len(found)) == (school, joining.SHOWN)


# -- the pages


def test_from_the_search_to_the_answer_on_the_pages(client, pia, school, lead):
    browser = signed_in(client, pia)
    page = browser.get("/en/accounts/unit?find=parksk")
    assert 'href="?unit=31"' in page.content.decode()
    page = browser.get("/en/accounts/unit?unit=31").content.decode()
    assert "31250" in page
    browser.post("/en/accounts/unit/ask", {"unit": "31", "cost_centre": "31250"})
    page = browser.get("/en/accounts/unit").content.decode()
    assert "Waiting for your unit" in page
    asked = UnitAsk.objects.get()
    address = f"/en/dept/people/ask/{asked.token}"
    assert (browser.get(address).status_code, browser.post(address, {"answer": "yes"}).status_code) == (
        404,
        404,
    )
    browser = signed_in(client, lead)
    assert "pia@kierto.example" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 422
    assert browser.post(address, {"answer": "yes"}).status_code == 302
    assert browser.post(address, {"answer": "no"}).status_code == 409
    assert (roles(pia), UnitAsk.objects.get().outcome) == ([("31", "requester", True)], AskOutcome.GRANTED)
    assert signed_in(client, pia).get("/en/dept").status_code == 200


def test_a_lead_of_another_unit_does_not_find_the_ask(client, pia, school, lead):
    asked = joining.ask(pia, school, **WHEN)
    browser = signed_in(client, make_member("lead", code="lib", name_fi="Kirjasto"))
    address = f"/en/dept/people/ask/{asked.token}"
    assert (browser.get(address).status_code, browser.post(address, {"answer": "yes"}).status_code) == (
        404,
        404,
    )


def test_one_withdraws_and_asks_another(client, pia, school):
    browser = signed_in(client, pia)
    browser.post("/en/accounts/unit/ask", {"unit": "31"})
    browser.post("/en/accounts/unit/withdraw")
    assert "Which is your unit?" in browser.get("/en/accounts/unit").content.decode()
    assert browser.post("/en/accounts/unit/withdraw").status_code == 404


@pytest.mark.parametrize(
    "typed", [{"unit": "31", "cost_centre": "999"}, {"unit": "31", "cost_centre": "x" * 200}]
)
def test_a_wrong_cost_centre_is_a_mistake_at_its_field(client, pia, school, typed):
    make_unit("lib", "Kirjasto", cost_centre="999")
    answer = signed_in(client, pia).post("/en/accounts/unit/ask", typed)
    assert (answer.status_code, UnitAsk.objects.count()) == (422, 0)
    assert "Choose an open cost centre of this unit." in answer.content.decode()


@pytest.mark.parametrize("unit", ["", "nobody", "club"])
def test_a_unit_that_is_not_to_be_joined_is_not_found(client, pia, school, unit):
    make_unit("club", "Kerho", kind="association")
    assert signed_in(client, pia).post("/en/accounts/unit/ask", {"unit": unit}).status_code == 404


def test_ones_own_unit_on_the_page(client, school):
    person = make_member(code="lib", name_fi="Kirjasto")
    Membership.objects.create(user=person, department=school, role="requester")
    make_unit("else", "Muu")
    browser = signed_in(client, person)
    assert browser.post("/en/accounts/unit/own", {"unit": "else"}).status_code == 422
    assert browser.post("/en/accounts/unit/own", {}).status_code == 422
    mixed = browser.post("/en/accounts/unit/own", {"unit": "lib", "cost_centre": "31250"})
    assert mixed.status_code == 422
    browser.post("/en/accounts/unit/own", {"unit": "31", "cost_centre": "31250"})
    assert roles(person) == [("lib", "requester", False), ("31", "requester", True)]
    assert 'value="31250" selected' in browser.get("/en/accounts/unit").content.decode()


@pytest.mark.parametrize("units", [1, 3])
def test_the_search_takes_a_constant_number_of_questions(client, pia, django_assert_num_queries, units):
    for number in range(units):
        make_unit(f"u{number}", f"Koulu {number}", default_site=make_site(f"map-{number}"))
    browser = signed_in(client, pia)
    browser.get("/en/accounts/unit?find=koulu")
    with django_assert_num_queries(8):
        page = browser.get("/en/accounts/unit?find=koulu")
    assert len(page.context["found"]) == units
