"""A unit's lead gives and takes its roles by hand: in the own unit, to people of the city, and nobody learns who else is here."""

from datetime import date

import pytest
from allauth.socialaccount.models import SocialAccount

from recycling.accounts.domain import unit_roles
from recycling.accounts.domain.limits import TooOften
from recycling.accounts.domain.unit_roles import FromSignOn, LastLead, NoDeputyOf, NotKnown, NotLead
from recycling.accounts.models import Department, Membership, User
from recycling.audit.models import AuditEntry
from tests.factories import NOW, make_member, make_unit, make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def leena():
    return make_member("lead", name="Leena Lead")


@pytest.fixture
def school(leena):
    return leena.memberships.get().department


def give(school, email, role="approver", *, by, **more):
    return unit_roles.give(school, email, role, by=by, at=NOW, **more)


def roles(person):
    return sorted(person.memberships.values_list("department__code", "role"))


def done():
    rows = AuditEntry.objects.filter(action__startswith="membership").order_by("pk")
    return list(rows.values_list("action", "details"))


def test_somebody_of_the_city_gets_a_role_once(school, leena):
    sari = make_worker(email="sari@kierto.example")
    for _time in range(2):
        row = give(school, " Sari@Kierto.example", by=leena)
    assert (roles(sari), row.is_primary, row.from_sign_on) == ([("school", "approver")], True, False)
    assert done() == [("membership_given", {"department": school.pk, "role": "approver"})]


def test_who_has_come_through_the_sign_on_is_of_the_city_without_any_role(school, leena):
    pia = make_user(email="pia@kaupunki.example")
    SocialAccount.objects.create(provider="city", uid="1", user=pia)
    assert give(school, pia.email, by=leena).user == pia


def test_a_second_role_leaves_the_own_unit_alone_and_knows_who_is_away(school, leena):
    risto = make_member("requester")
    risto.memberships.update(away_until=date(2026, 12, 1))
    row = give(school, risto.email, is_deputy=True, by=leena)
    assert (row.is_primary, row.is_deputy, row.away_until) == (False, True, date(2026, 12, 1))
    elsewhere = give(school, make_member("giver", "library", "Kirjasto").email, by=leena)
    assert elsewhere.is_primary is False


def test_a_residents_address_and_nobodys_get_the_same_answer_and_make_nobody(school, leena, settings):
    settings.DEMO = False
    resident = make_user(email="aino@example.org")
    gone = make_worker(email="gone@kierto.example", is_active=False)
    demo = make_worker(email="demo@kierto.example", is_demo=True)
    people, answers = User.objects.count(), set()
    for email in (resident.email, gone.email, demo.email, "nobody@example.org", ""):
        with pytest.raises(NotKnown) as refused:
            give(school, email, by=leena)
        answers.add(str(refused.value))
    assert (len(answers), User.objects.count(), resident.memberships.count()) == (1, people, 0)


def test_tries_are_counted_so_that_addresses_cannot_be_tried_out(school, leena):
    for number in range(unit_roles.TRIES_AN_HOUR):
        with pytest.raises(NotKnown):
            give(school, f"p{number}@example.org", by=leena)
    with pytest.raises(TooOften):
        give(school, make_worker().email, by=leena)


@pytest.mark.parametrize("role", ["requester", "approver", "giver"])
def test_nobody_but_the_lead_of_the_unit_gives_or_takes(school, leena, role):
    member, other = make_member(role), make_member("lead", "library", "Kirjasto")
    row = member.memberships.get()
    for person in (member, other):
        for verb in (
            lambda person=person: give(school, member.email, "lead", by=person),
            lambda person=person: unit_roles.take(row, by=person, at=NOW),
            lambda person=person: unit_roles.set_deputy(row, is_deputy=True, by=person, at=NOW),
            lambda person=person: unit_roles.set_away(
                leena, date(2026, 12, 1), by=person, at=NOW, department=school
            ),
        ):
            with pytest.raises(NotLead):
                verb()
    assert roles(member) == [("school", role)]


def test_the_lead_of_a_closed_unit_leads_nothing(school, leena):
    Department.objects.update(is_active=False)
    with pytest.raises(NotLead):
        give(school, make_worker().email, by=leena)


def test_a_role_is_taken_and_its_person_keeps_an_own_unit(school, leena):
    risto = make_member("requester")
    give(school, risto.email, "giver", by=leena)
    Membership.objects.create(user=risto, department=make_unit("library", "Kirjasto"), role="giver")
    row = risto.memberships.get(role="requester")
    for _time in range(2):
        unit_roles.take(row, by=leena, at=NOW)
    assert roles(risto) == [("library", "giver"), ("school", "giver")]
    assert risto.memberships.get(is_primary=True).department == school
    assert [action for action, _details in done()] == ["membership_given", "membership_taken"]


def test_what_the_sign_on_gave_is_not_taken_but_its_deputies_are_named_here(school, leena):
    helmi = make_member("approver")
    helmi.memberships.update(from_sign_on=True)
    row = helmi.memberships.get()
    with pytest.raises(FromSignOn):
        unit_roles.take(row, by=leena, at=NOW)
    unit_roles.set_deputy(row, is_deputy=True, by=leena, at=NOW)
    row.refresh_from_db()
    assert (row.is_deputy, row.from_sign_on) == (True, True)
    unit_roles.set_deputy(row, is_deputy=True, by=leena, at=NOW)
    assert len(done()) == 1


def test_a_unit_keeps_one_lead(school, leena):
    row = leena.memberships.get()
    with pytest.raises(LastLead):
        unit_roles.take(row, by=leena, at=NOW)
    former = make_member("lead")
    User.objects.filter(pk=former.pk).update(is_active=False)
    with pytest.raises(LastLead):
        unit_roles.take(row, by=leena, at=NOW)
    User.objects.filter(pk=former.pk).update(is_active=True)
    unit_roles.take(row, by=leena, at=NOW)
    assert roles(leena) == []


@pytest.mark.parametrize("role", ["requester", "giver"])
def test_a_deputy_is_one_of_those_who_approve(school, leena, role):
    with pytest.raises(NoDeputyOf):
        give(school, make_worker().email, role, is_deputy=True, by=leena)
    with pytest.raises(NoDeputyOf):
        unit_roles.set_deputy(make_member(role).memberships.get(), is_deputy=True, by=leena, at=NOW)


def test_one_is_away_in_all_ones_units_by_ones_own_word(school):
    helmi = make_member("approver")
    Membership.objects.create(user=helmi, department=make_unit("library", "Kirjasto"), role="giver")
    unit_roles.set_away(helmi, date(2026, 12, 1), by=helmi, at=NOW)
    assert set(helmi.memberships.values_list("away_until", flat=True)) == {date(2026, 12, 1)}
    unit_roles.set_away(helmi, None, by=helmi, at=NOW)
    assert set(helmi.memberships.values_list("away_until", flat=True)) == {None}
    # The log says that, never until when.
    assert [details for _action, details in done()] == [{"is_away": True}, {"is_away": False}]


def test_a_lead_says_it_of_others_in_the_own_unit_alone(school, leena):
    helmi = make_member("approver")
    Membership.objects.create(user=helmi, department=make_unit("library", "Kirjasto"), role="giver")
    unit_roles.set_away(helmi, date(2026, 12, 1), by=leena, at=NOW, department=school)
    away = dict(helmi.memberships.values_list("department__code", "away_until"))
    assert away == {"school": date(2026, 12, 1), "library": None}
