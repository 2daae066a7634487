"""What the groups of the sign-on make of somebody here: given, renewed, taken; what was given by hand stays."""

import pytest
from django.db import IntegrityError, transaction

from inventory.models import SiteRole, SiteStaff
from recycling.accounts.domain import sign_on
from recycling.accounts.models import Department, GroupRule, Membership
from recycling.accounts.rules import is_city
from recycling.audit.models import AuditEntry
from tests.factories import NOW, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return Department.objects.create(code="31", name_fi="Puiston koulu", name_sv="Parkskolan")


@pytest.fixture
def library():
    return Department.objects.create(code="41", name_fi="Kirjasto", name_sv="Bibliotek")


@pytest.fixture
def pia():
    return make_user(name="Pia Puisto")


def rule(group, role, **where):
    return GroupRule.objects.create(group=group, role=role, **where)


def renew(person, *groups, unit=""):
    sign_on.renew(person, groups=groups, unit=unit, at=NOW)
    person.refresh_from_db()
    vars(person).pop("_kind", None)


def roles(person):
    return {(row.department.code, row.role) for row in person.memberships.all()}


def test_a_group_gives_a_role_in_its_unit_and_everybody_gets_one_in_the_unit_that_the_sign_on_names(
    pia, school, library
):
    rule("*", "requester")
    rule("approvers", "approver", department=library)
    renew(pia, "approvers", "another group", unit="31")
    assert roles(pia) == {("31", "requester"), ("41", "approver")}
    assert pia.memberships.get(is_primary=True).department == school


def test_what_the_group_gave_ends_with_the_group_and_leaves_a_trace(pia, school, library):
    rule("a", "requester", department=school)
    rule("b", "approver", department=library)
    renew(pia, "a", "b")
    renew(pia, "b")
    assert roles(pia) == {("41", "approver")}
    assert pia.memberships.get().is_primary  # somebody with units always has one of their own
    taken = AuditEntry.objects.get(action="membership_taken")
    assert (taken.target_id, taken.origin, taken.details) == (
        pia.pk,
        "sign-on",
        {"department": school.pk, "role": "requester"},
    )


def test_a_second_sign_in_changes_and_writes_nothing(pia, school):
    rule("a", "requester", department=school)
    rule("w", "site_worker", site=make_site())
    rule("m", "manager")
    renew(pia, "a", "w", "m")
    before = (list(pia.memberships.values()), list(pia.work.values()), AuditEntry.objects.count())
    renew(pia, "a", "w", "m")
    assert (list(pia.memberships.values()), list(pia.work.values()), AuditEntry.objects.count()) == before


def test_what_was_given_by_hand_stays(pia, school):
    site = make_site()
    Membership.objects.create(user=pia, department=school, role="requester", is_deputy=True)
    SiteStaff.objects.create(site=site, user=pia, role=SiteRole.LEAD)
    pia.is_manager = True
    pia.save()
    rule("a", "requester", department=school)
    rule("w", "site_worker", site=site)
    rule("m", "manager")
    renew(pia, "a", "w", "m")
    renew(pia)
    assert (roles(pia), pia.memberships.get().is_deputy) == ({("31", "requester")}, True)
    assert (pia.work.get().role, pia.is_manager) == ("lead", True)


def test_work_at_a_site_and_the_managers_role_come_and_go_with_the_group(pia):
    site = make_site()
    rule("w", "site_worker", site=site)
    rule("l", "site_lead", site=site)
    rule("m", "manager")
    renew(pia, "w", "m")
    assert (pia.work.get().role, pia.is_manager, is_city(pia)) == ("worker", True, True)
    renew(pia, "w", "l")
    assert (pia.work.get().role, pia.is_manager) == ("lead", False)
    renew(pia, "w")
    assert pia.work.get().role == "worker"
    renew(pia)
    assert (pia.work.count(), is_city(pia)) == (0, False)


def test_a_unit_that_is_closed_or_unknown_gives_nothing(pia, school):
    rule("*", "requester")
    rule("a", "approver", department=school)
    renew(pia, "a", unit="31")
    Department.objects.update(is_active=False)
    renew(pia, "a", unit="31")
    assert roles(pia) == set()
    renew(pia, unit="no such unit")
    assert roles(pia) == set()


def test_no_group_makes_an_admin(pia):
    assert "admin" not in sign_on.GroupRole.values
    for group in ("admin", "*"):
        rule(group, "manager")
    renew(pia, "admin")
    assert (pia.is_superuser, pia.is_staff) == (False, False)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"role": "king"}, "role_known"),
        ({"role": "site_worker"}, "site_for_those_who_work_there"),
        ({"role": "requester", "site": True}, "site_for_those_who_work_there"),
        ({"role": "manager", "department": True}, "unit_for_roles_in_units"),
    ],
)
def test_the_database_refuses_a_rule_that_means_nothing(school, fields, name):
    where = {"site": make_site()} if fields.pop("site", None) else {}
    where |= {"department": school} if fields.pop("department", None) else {}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        rule("a", **fields, **where)


def test_a_rule_stands_once(school):
    for where in ({}, {"department": school}):
        rule("a", "requester", **where)
        with pytest.raises(IntegrityError), transaction.atomic():
            rule("a", "requester", **where)


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        (["a", "b"], {"a", "b"}),
        ("a", {"a"}),
        (None, set()),
        ([1, None, {"x": 1}, " a ", ""], {"a"}),
        ({"a": 1}, set()),
    ],
)
def test_groups_are_read_from_whatever_the_directory_writes(settings, claim, groups):
    settings.SIGN_ON = {"groups_claim": "groups", "unit_claim": "", "trust_email": False}
    told = sign_on.told_by({"sub": "1", "email": "A@b.example", "email_verified": True, "groups": claim})
    assert (told.groups, told.email, told.unit) == (groups, "a@b.example", "")
