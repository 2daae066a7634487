"""The manager's page of places: upload, look at the differences, make them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.models import Site
from recycling.accounts.models import UnitImport
from recycling.audit.models import AuditEntry
from tests.factories import NOW, make_item, make_site, make_user, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SCHOOL = {"id": 8215, "name_fi": "Puiston koulu", "street_address_fi": "Puistokatu 1", "latitude": 60.1}
LIBRARY = {"id": 8300, "name_fi": "Kirjasto", "street_address_fi": "Kirjastonkuja 2"}
PAGE = "/en/manage/sites"


@pytest.fixture
def meri(client, clock):
    person = make_user(name="Meri Mäki", is_manager=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def upload(client, *places, text=None):
    content = (text if text is not None else json.dumps(places)).encode()
    return client.post(PAGE, {"table": SimpleUploadedFile("places.json", content)})


def confirm(client, answer):
    page = client.get(answer["Location"])
    return client.post(answer["Location"], {"seen": page.context["plan"].fingerprint}, follow=True)


def test_a_manager_uploads_looks_and_confirms(client, meri):
    answer = upload(client, SCHOOL, LIBRARY)
    page = client.get(answer["Location"])
    assert Site.objects.count() == 0
    assert (page.context["plan"].counts["new"], "Puiston koulu" in page.content.decode()) == (2, True)
    done = confirm(client, answer)
    assert "The places are up to date. New: 2, changed: 0, closed: 0." in done.content.decode()
    school = Site.objects.get(register_id="8215")
    assert (school.is_active, str(school.latitude)) == (False, "60.100000")
    entry = AuditEntry.objects.get(action="sites_imported")
    assert (entry.actor, entry.details) == (meri, {"new": 2, "changed": 0, "closed": 0, "unchanged": 0})


@pytest.mark.usefixtures("meri")
def test_a_second_time_changes_nothing(client):
    confirm(client, upload(client, SCHOOL))
    page = client.get(upload(client, SCHOOL)["Location"])
    assert page.context["changes"] == []
    assert "Nothing: the list says what is here already." in page.content.decode()


@pytest.mark.usefixtures("meri")
def test_a_changed_address_is_told_with_both_words(client):
    confirm(client, upload(client, SCHOOL))
    page = client.get(upload(client, SCHOOL | {"street_address_fi": "Puistokatu 3"})["Location"])
    assert "Street address in Finnish: from “Puistokatu 1” to “Puistokatu 3”" in page.content.decode()


@pytest.mark.usefixtures("meri")
def test_what_is_gone_is_closed_and_kept_unless_things_stand_there(client):
    confirm(client, upload(client, SCHOOL, LIBRARY))
    Site.objects.update(is_active=True)
    make_item(site=Site.objects.get(register_id="8300"))
    confirm(client, upload(client, SCHOOL | {"id": 1}))
    assert dict(Site.objects.exclude(register_id=None).values_list("register_id", "is_active")) == {
        "8215": False,
        "8300": True,
        "1": False,
    }


@pytest.mark.usefixtures("meri")
def test_who_confirms_what_they_did_not_see_is_shown_the_differences_again(client):
    address = upload(client, SCHOOL)["Location"]
    seen = client.get(address).context["plan"].fingerprint
    make_site("map-8215", register_id="8215", name_fi="Toinen")
    answer = client.post(address, {"seen": seen})
    assert (answer.status_code, Site.objects.get().name_fi) == (409, "Toinen")
    assert "The places have changed since you looked." in answer.content.decode()


@pytest.mark.usefixtures("meri")
def test_a_place_whose_code_is_taken_is_refused_and_nothing_is_half_done(client):
    make_site("map-8215")
    address = upload(client, LIBRARY, SCHOOL)["Location"]
    answer = client.post(address, {"seen": client.get(address).context["plan"].fingerprint})
    assert (answer.status_code, Site.objects.count()) == (409, 1)


@pytest.mark.usefixtures("meri")
def test_a_page_that_was_done_leads_back(client):
    answer = upload(client, SCHOOL)
    confirm(client, answer)
    for again in (client.get(answer["Location"]), client.post(answer["Location"], {"seen": ""})):
        assert (again.status_code, again["Location"]) == (302, PAGE)


@pytest.mark.usefixtures("meri")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "This is neither a list of places as JSON nor a table of them."),
        ('[{"id": 1}]', "Place 1: it has no name in Finnish."),
        ("", "The file is empty."),
    ],
)
def test_a_list_with_a_mistake_is_one_sentence_on_the_page(client, text, sentence):
    answer = upload(client, text=text)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert UnitImport.objects.count() == 0


@pytest.mark.usefixtures("meri")
def test_a_list_of_places_is_no_table_of_units_and_the_other_way_round(client):
    places = upload(client, SCHOOL)["Location"]
    units = UnitImport.objects.create(token="units", at=NOW, rows=[])
    assert client.get(places.replace("/sites/", "/units/")).status_code == 404
    assert client.get(f"{PAGE}/{units.token}").status_code == 404


def test_a_worker_may_not(client):
    client.force_login(make_worker(), backend="django.contrib.auth.backends.ModelBackend")
    assert (client.get(PAGE).status_code, upload(client, SCHOOL).status_code) == (403, 403)


@pytest.mark.usefixtures("meri")
@pytest.mark.parametrize("places", [1, 3])
def test_the_pages_take_a_constant_number_of_questions(client, django_assert_num_queries, places):
    for number in range(places):
        make_site(f"s{number}")
    address = upload(client, *[LIBRARY | {"id": number} for number in range(places)])["Location"]
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(address)
