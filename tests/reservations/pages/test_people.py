"""The people of a unit: one's own absence, and what the lead sees and changes."""

import re
from datetime import date

import pytest
from django.utils import translation

from recycling.accounts.models import Membership
from tests.factories import make_member, make_unit, make_user, make_worker
from tests.reservations.asking import give_role, make_approver

pytestmark = pytest.mark.django_db

PAGE = "/en/dept/people"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def enter(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def leena(client):
    return enter(client, make_member("lead", name="Leena Lead", email="leena@kierto.example"))


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def row_of(person):
    return person.memberships.get()


def test_every_member_says_of_themselves_until_when_they_are_away(client):
    helmi = enter(client, make_approver())
    answer = client.post(PAGE, {"away": "me", "until": "2026-12-24"}, follow=True)
    assert (answer.status_code, row_of(helmi).away_until) == (200, date(2026, 12, 24))
    assert "You are away until Thu 24 Dec." in words(answer)
    client.post(PAGE, {"away": "me", "until": ""})
    assert row_of(helmi).away_until is None


def test_a_day_that_is_none_is_asked_for_again(client):
    helmi = enter(client, make_approver())
    answer = client.post(PAGE, {"away": "me", "until": "tomorrow"})
    assert (answer.status_code, row_of(helmi).away_until) == (422, None)
    assert 'href="#id_me_until"' in answer.content.decode()
    assert 'id="id_me_until"' in answer.content.decode()


def test_who_leads_nothing_sees_nobody_else_and_changes_nobody(client, leena):
    enter(client, make_approver(name="Helmi H"))
    other = make_member("requester", name="Risto Rinne")
    assert "Risto Rinne" not in words(client.get(PAGE))
    for typed in (
        {"give": "1", "email": "x@kierto.example", "role": "lead"},
        {"take": row_of(other).pk},
        {"deputy": row_of(leena).pk, "is_deputy": "1"},
        {"away": row_of(other).pk, "until": "2026-12-24"},
    ):
        assert client.post(PAGE, typed).status_code == 404
    assert list(Membership.objects.filter(is_deputy=True)) == []


def test_a_lead_sees_the_people_of_the_unit_and_of_no_other(client, leena):
    helmi = make_approver(name="Helmi H", is_deputy=True, away_until=date(2099, 1, 1))
    row_of(helmi)
    Membership.objects.filter(user=helmi).update(from_sign_on=True)
    make_approver(unit=make_unit("library", "Kirjasto"), name="Kirsi Kirjala")
    told = words(client.get(PAGE))
    assert "Helmi H" in told
    assert "Away until Thu 1 Jan" in told
    assert "from the city's sign-on" in told.replace("&#x27;", "'")
    assert "Kirsi Kirjala" not in told
    page = client.get(PAGE).content.decode()
    # What the sign-on gave has no button to take it; the lead's own role has.
    assert re.findall(r'name="take" value="(\d+)"', page) == [str(row_of(leena).pk)]


def test_a_lead_gives_and_takes_a_role_and_names_a_deputy(client, leena):
    sari = make_worker(email="sari@kierto.example", name="Sari Sorsa")
    typed = {"give": "1", "email": "sari@kierto.example", "role": "approver", "is_deputy": "on"}
    answer = client.post(PAGE, typed, follow=True)
    assert "The role is given." in words(answer)
    assert (row_of(sari).role, row_of(sari).is_deputy) == ("approver", True)
    client.post(PAGE, {"deputy": row_of(sari).pk, "is_deputy": "0"})
    assert row_of(sari).is_deputy is False
    client.post(PAGE, {"away": row_of(sari).pk, "until": "2026-12-24"})
    assert row_of(sari).away_until == date(2026, 12, 24)
    client.post(PAGE, {"take": row_of(sari).pk})
    assert list(sari.memberships.all()) == []


def test_a_residents_address_and_nobodys_look_alike(client, leena):
    make_user(email="aino@example.org", name="Aino Asukas")
    pages = []
    for email in ("aino@example.org", "nobody@example.org"):
        answer = client.post(PAGE, {"give": "1", "email": email, "role": "approver"})
        assert answer.status_code == 422
        pages.append(words(answer).replace(email, ""))
    assert pages[0] == pages[1]
    assert "Nobody who works for the city is known here by that address." in pages[0]


@pytest.mark.parametrize(
    "typed",
    [
        {"give": "1", "email": "", "role": "approver"},
        {"give": "1", "email": "sari", "role": "approver"},
        {"give": "1", "email": "sari@kierto.example", "role": "admin"},
        {"give": "1", "email": "sari@kierto.example", "role": "giver", "is_deputy": "on"},
    ],
)
def test_a_role_that_cannot_be_given_is_asked_for_again(client, leena, typed):
    make_worker(email="sari@kierto.example")
    assert client.post(PAGE, typed).status_code == 422
    assert Membership.objects.count() == 1


def test_refusals_are_told_on_the_page(client, leena):
    helmi = make_approver()
    Membership.objects.filter(user=helmi).update(from_sign_on=True)
    taken = client.post(PAGE, {"take": row_of(helmi).pk})
    assert (taken.status_code, "Only it can take" in words(taken) or "only it can take" in words(taken)) == (
        409,
        True,
    )
    last = client.post(PAGE, {"take": row_of(leena).pk})
    assert (last.status_code, "A unit keeps one lead." in words(last)) == (409, True)
    assert client.post(PAGE, {"deputy": row_of(make_member("giver")).pk, "is_deputy": "1"}).status_code == 422


def test_rows_of_another_unit_and_of_nobody_are_not_found(client, leena):
    other = make_approver(unit=make_unit("library", "Kirjasto"))
    for key in (row_of(other).pk, "0", "", "x", "9" * 30, "²"):
        for name in ("take", "deputy", "away"):
            assert client.post(PAGE, {name: key}).status_code == 404
    assert client.post(PAGE, {}).status_code == 404
    assert row_of(other).role == "approver"


def test_who_leads_several_units_chooses_one(client, leena):
    give_role(leena, "lead", make_unit("library", "Kirjasto", name_en="Library"))
    kirsi = make_approver(unit=make_unit("library"), name="Kirsi Kirjala")
    library = client.get(f"{PAGE}?unit=library")
    assert "Kirsi Kirjala" in words(library)
    answer = client.post(f"{PAGE}?unit=library", {"take": row_of(kirsi).pk})
    assert answer["Location"] == f"{PAGE}?unit=library"
    assert client.get(f"{PAGE}?unit=nowhere").status_code == 404
    make_unit("other", "Muu")
    assert client.get(f"{PAGE}?unit=other").status_code == 404


def test_one_person_or_many_are_as_many_queries(client, leena, django_assert_num_queries):
    make_approver()
    client.get(PAGE)
    with django_assert_num_queries(9):
        client.get(PAGE)
    for _number in range(3):
        give_role(make_approver(), "giver")
    with django_assert_num_queries(9):
        assert client.get(PAGE).status_code == 200


def test_whoever_gives_up_the_own_role_is_led_away(client, leena):
    make_approver("lead")
    assert client.post(PAGE, {"take": row_of(leena).pk})["Location"] == "/en/home"
