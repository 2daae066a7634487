"""A unit's landing page: what waits for whom beside the requests that somebody writes."""

import pytest
from django.test import Client

from inventory.domain import offers
from recycling.accounts.domain import joining
from recycling.accounts.models import Department
from tests.factories import NOW, make_item, make_member, make_user, make_worker
from tests.giving import make_offer, make_school
from tests.inventory.hall import words_of
from tests.reservations.asking import make_waiting
from tests.reservations.wanting import wants

pytestmark = pytest.mark.django_db


def reads(person, page="/en/dept"):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return words_of(client.get(page))


def test_an_approver_is_led_to_what_waits_for_their_answer_and_whoever_asked_is_not():
    risto, helmi = make_member("requester", name="Risto Rinne"), make_member("approver", name="Helmi")
    make_waiting({make_item(quantity=40): 24, make_item(category="desk"): 1}, by=risto)
    told = reads(helmi)
    assert "24 × Office chair, black and 1 other thing" in told
    assert "It waits for your approval. Last day: Mon 23 Nov" in told
    assert "Look and decide" in told
    assert "Look and decide" not in reads(risto)


def test_a_giver_is_told_what_the_warehouse_wants_changed():
    make_school()
    antti = make_member("giver", name="Antti Antaja")
    assert "Nothing waits for you." in reads(antti)
    Department.objects.update(is_trusted_giver=False)
    offers.send_back(make_offer(antti), reason="No legs on the photo.", by=make_worker(), at=NOW)
    assert "The warehouse asks for a change before it takes your offer." in reads(antti)


def test_a_requester_is_told_that_something_has_come_in():
    risto = make_member("requester")
    wants(risto, 10)
    make_item(quantity=6)
    assert "6 pieces that you wait for have come in. Last day to answer: Wed 18 Nov" in reads(risto)


def test_a_lead_and_a_manager_find_who_wants_to_join():
    lead = make_member("lead", name="Reija Rehtori")
    school = lead.memberships.get().department
    joining.ask(make_user(name="Ulla Uusi", chooses_unit=True), school, at=NOW)
    for page in ("/en/dept", "/en/dept/people"):
        assert "Ulla Uusi" in reads(lead, page)
    assert "Ulla Uusi" in reads(make_user(is_manager=True), "/en/manage/units")
    assert "Ulla Uusi" not in reads(make_member("requester"))
    assert "Ulla Uusi" not in reads(
        make_member("lead", code="library", name_fi="Kirjasto"), "/en/dept/people"
    )


@pytest.mark.parametrize(
    ("role", "page"),
    [("giver", "request"), ("giver", "wanted"), ("approver", "needs"), ("requester", "give")],
)
def test_the_menu_names_no_page_that_is_closed(role, page):
    make_school()
    client = Client()
    client.force_login(make_member(role), backend="django.contrib.auth.backends.ModelBackend")
    assert f'href="/en/dept/{page}"' not in client.get("/en/dept/people").content.decode()
