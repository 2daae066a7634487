"""Units and people at the same moment: an import confirmed twice, a first sign-in in two tabs, a role in a unit that changes."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, OperationalError, transaction

from inventory.domain import site_importing
from inventory.models import Site
from recycling.accounts.domain import importing, joining, passkeys, sign_on
from recycling.accounts.domain.sign_on import PROVIDER, Told
from recycling.accounts.models import (
    CostCentre,
    Department,
    Division,
    GroupRule,
    Membership,
    UnitAsk,
    UnitImport,
    User,
)
from recycling.audit.models import AuditEntry
from tests.concurrency import race, unexpected
from tests.factories import NOW, make_member, make_site, make_unit, make_user

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 12
WHEN = {"at": NOW}


@pytest.fixture
def meri():
    return make_user(name="Meri Mäki", is_manager=True)


@pytest.fixture
def bystander():
    """Somebody with a role given by hand, in a unit that every table of these tests names."""
    return make_member("approver", code="safe", name_fi="Turvala")


def untouched(person):
    return list(person.memberships.values_list("department__code", "role", "is_primary")) == [
        ("safe", "approver", True)
    ]


def table(*codes, name="Koulu"):
    return [
        {
            "line": 1,
            "kind": "division",
            "code": "3",
            "parent": "",
            "name_fi": "Kasvatus",
            "name_sv": "Fostran",
        },
        *(
            {"line": 2, "kind": "unit", "code": code, "parent": "3", "name_fi": name, "name_sv": name}
            for code in ("safe", *codes)
        ),
        *(
            {
                "line": 3,
                "kind": "cost_centre",
                "code": f"c{code}",
                "parent": code,
                "name_fi": "",
                "name_sv": "",
            }
            for code in codes
        ),
    ]


def kept(by, token, *codes, **more):
    return UnitImport.objects.create(token=token, by=by, rows=table(*codes, **more), **WHEN)


def confirm(found, by):
    return importing.apply(found, seen=importing.plan(found.rows, **WHEN).fingerprint, by=by, **WHEN)


def empty_the_city():
    """Where there is no row yet, there is none that two imports could wait for."""
    CostCentre.objects.all().delete()
    Department.objects.exclude(code="safe").delete()
    Department.objects.update(division=None)
    Division.objects.all().delete()


def told(number="1", unit="31", groups=frozenset()):
    return Told(f"u-{number}", f"u{number}@kaupunki.example", f"Pia {number}", "fi", groups, unit)


# -- importing twice


def test_one_table_that_is_confirmed_in_two_windows_is_taken_over_once(meri, bystander):
    found = kept(meri, "one", "31", "32")
    seen = importing.plan(found.rows, **WHEN).fingerprint
    results = race(lambda _n: importing.apply(found, seen=seen, by=meri, **WHEN), runners=12)
    assert unexpected(results) == []
    assert sorted(len(one.changes) > 0 for one in results) == [False] * 11 + [True]
    assert AuditEntry.objects.filter(action="units_imported").count() == 1
    assert (Department.objects.count(), CostCentre.objects.count()) == (3, 2)
    assert untouched(bystander)


def test_of_two_tables_with_the_same_new_unit_one_is_done_and_the_other_is_to_be_looked_at_again(
    meri, bystander
):
    for number in range(ROUNDS):
        empty_the_city()
        codes = (f"a{number}", f"b{number}")
        tables = [kept(meri, f"{number}-{one}", *codes, name=f"Koulu {one}") for one in "xy"]
        # What each of them has looked at, before either is done.
        seen = [importing.plan(one.rows, **WHEN).fingerprint for one in tables]
        results = race(
            lambda n, tables=tables, seen=seen: importing.apply(tables[n], seen=seen[n], by=meri, **WHEN),
            runners=2,
        )
        assert unexpected(results, importing.ChangedMeanwhile) == []
        (winner,) = (n for n in (0, 1) if isinstance(results[n], importing.Plan))
        names = set(Department.objects.filter(code__in=codes).values_list("name_fi", flat=True))
        assert names == {f"Koulu {'xy'[winner]}"}  # whole, never half of each
    assert untouched(bystander)


def test_a_list_of_places_that_is_confirmed_in_two_windows_is_taken_over_once(meri):
    make_site("warehouse")
    rows = [
        {"register_id": str(number), "latitude": "60.100000", "longitude": None, "postal_code": ""}
        | {f"{what}_{one}": "Koulu" for what in ("name", "street") for one in ("fi", "sv", "en")}
        for number in range(5)
    ]
    tables = [UnitImport.objects.create(kind="sites", token=one, by=meri, rows=rows, **WHEN) for one in "xy"]
    seen = site_importing.plan(tables[0]).fingerprint
    results = race(lambda n: site_importing.apply(tables[n % 2], seen=seen, by=meri, **WHEN), runners=12)
    assert unexpected(results, site_importing.PlacesChanged) == []
    assert Site.objects.filter(register_id__isnull=False).count() == 5
    assert AuditEntry.objects.filter(action="sites_imported").count() == 1
    assert Site.objects.get(code="warehouse").is_active


# -- first sign-ins


@pytest.fixture
def school():
    GroupRule.objects.create(group="*", role="requester")
    return make_unit("31", "Puiston koulu")


def test_two_first_sign_ins_of_one_person_make_one_person(school, bystander):
    for number in range(ROUNDS):
        results = race(lambda _n, number=number: sign_on.arrive(told(number), **WHEN), runners=4)
        assert unexpected(results) == []
    assert User.objects.filter(email__endswith="@kaupunki.example").count() == ROUNDS
    assert SocialAccount.objects.count() == ROUNDS
    assert Membership.objects.filter(department=school).count() == ROUNDS
    assert untouched(bystander)


def test_without_the_lock_on_the_person_a_first_sign_in_breaks_on_the_account(school):
    """The control: looking for the account and then making it, with nothing held in between."""

    def careless(_number):
        with transaction.atomic():
            if not SocialAccount.objects.filter(provider=PROVIDER, uid="u-1").exists():
                SocialAccount.objects.create(provider=PROVIDER, uid="u-1", user=person)

    person = make_user()
    broken = []
    for _round in range(5):
        SocialAccount.objects.all().delete()
        broken += [one for one in race(careless, runners=12) if isinstance(one, IntegrityError)]
    assert broken


# -- an import and a sign-in that mean the same unit


def test_a_sign_in_and_an_import_that_mean_the_same_unit_do_not_wait_in_a_circle(meri, school, bystander):
    """Also when whoever signs in is the one who confirms: the import points to their row, the sign-in to the unit."""
    SocialAccount.objects.create(provider=PROVIDER, uid="u-meri", user=meri)
    GroupRule.objects.create(group="managers", role="manager")
    meri_again = told("meri", groups=frozenset({"managers"}))
    for number in range(ROUNDS):
        closing = number % 2
        found = kept(meri, f"r{number}", *(() if closing else ("31",)), name=f"Koulu {number}")
        seen = importing.plan(found.rows, **WHEN).fingerprint
        acts = [
            lambda found=found, seen=seen: importing.apply(found, seen=seen, by=meri, **WHEN),
            lambda: sign_on.arrive(meri_again, **WHEN),
            lambda number=number: sign_on.arrive(told(f"new{number}"), **WHEN),
        ]
        results = race(lambda n, acts=acts: acts[n](), runners=3)
        assert unexpected(results) == []
        assert Department.objects.get(code="31").is_active is not bool(closing)
    assert untouched(bystander)
    # Whoever became a member of a unit at the moment it was closed has no right in it, and loses the row when they come again.
    assert list(Department.objects.filter(is_active=False).with_role(meri, "requester")) == []
    for one in (meri_again, *(told(f"new{number}") for number in range(ROUNDS))):
        sign_on.arrive(one, **WHEN)
    assert not Membership.objects.filter(department__is_active=False).exists()


def test_with_whole_rows_locked_the_two_do_wait_in_a_circle(meri, school):
    """The control: an import and a sign-in that lock rows with their keys, as a plain lock does."""

    def act(number):
        with transaction.atomic():
            if number % 2:
                list(Department.objects.select_for_update().filter(pk=school.pk))
                AuditEntry.objects.create(
                    at=NOW, actor=meri, origin="x", action="x", target_type="x", target_id=1, details={}
                )
            else:
                User.objects.select_for_update().get(pk=meri.pk)
                CostCentre.objects.create(department=school, number=f"n{number}")

    results = race(act, runners=40)
    assert any(isinstance(one, OperationalError) and "deadlock" in str(one) for one in results)


# -- joining and passkeys


def test_of_many_answers_to_one_ask_one_counts(meri, school, bystander):
    for number in range(ROUNDS):
        pia = make_user(chooses_unit=True)
        asked = joining.ask(pia, school, **WHEN)
        results = race(
            lambda n, asked=asked: joining.decide(asked, grant=bool(n % 2), by=meri, **WHEN), runners=4
        )
        assert unexpected(results, joining.AskOver) == []
        assert sum(one is None for one in results) == 1
        granted = UnitAsk.objects.get(pk=asked.pk).outcome == "granted"
        assert pia.memberships.count() == int(granted), number
    assert untouched(bystander)


def test_a_question_from_several_tabs_is_asked_once(school):
    pia = make_user(chooses_unit=True)
    results = race(lambda _n: joining.ask(pia, school, **WHEN), runners=8)
    assert unexpected(results, joining.AskedAlready) == []
    assert UnitAsk.objects.count() == 1


def test_a_yes_and_a_sign_in_at_once_give_one_own_unit(meri, school):
    library = make_unit("lib", "Kirjasto")
    for number in range(ROUNDS):
        person, _account = sign_on.arrive(told(number, unit=""), **WHEN)
        asked = joining.ask(person, library, **WHEN)
        acts = [
            lambda asked=asked: joining.decide(asked, grant=True, by=meri, **WHEN),
            lambda number=number: sign_on.arrive(told(number), **WHEN),
        ]
        assert unexpected(race(lambda n, acts=acts: acts[n](), runners=2)) == []
        rows = person.memberships.order_by("department__code")
        assert [row.department.code for row in rows] == ["31", "lib"]
        assert sum(row.is_primary for row in rows) == 1


def test_nobody_gets_an_eleventh_passkey_from_a_second_tab(bystander):
    person = make_member(code="31")
    for number in range(passkeys.MOST - 1):
        passkeys.add(person, name="", credential={"id": f"k{number}"}, **WHEN)
    results = race(lambda n: passkeys.add(person, name="", credential={"id": f"new{n}"}, **WHEN), runners=8)
    assert unexpected(results, passkeys.TooManyPasskeys) == []
    assert Authenticator.objects.filter(user=person).count() == passkeys.MOST
