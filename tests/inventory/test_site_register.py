"""The city's places from its service map: known by their number, taken over again and again."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from inventory.domain import site_register
from inventory.models import Site
from recycling.audit.models import AuditEntry
from recycling.errors import Refused
from tests.factories import NOW, make_item, make_site

pytestmark = pytest.mark.django_db

SCHOOL = {
    "id": 8215,
    "name": {"fi": "Puiston koulu", "sv": "Parkskolan", "en": "Puisto School"},
    "street_address": {"fi": "Puistokatu 1", "sv": "Parkgatan 1"},
    "address_zip": "00990",
    "location": {"type": "Point", "coordinates": [24.961234, 60.19]},
}
LIBRARY = {
    "id": 8300,
    "name_fi": "Keskuskirjasto",
    "street_address_fi": "Kirjastonkuja 2",
    "latitude": 60.2,
    "longitude": 24.9,
    "phone": None,
}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def register(tmp_path):
    """``register(places)``: a file with them; text is written as it is."""

    def register_(content):
        path = tmp_path / "places.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return register_


def take_over(path):
    counts = site_register.take_over(site_register.read(path), by=None, at=NOW)
    return {what: counts[what] for what in site_register.WHAT if counts[what]}


def test_places_arrive_not_in_use_with_names_address_and_coordinates(register):
    assert take_over(register({"results": [SCHOOL, LIBRARY]})) == {"new": 2}
    school, library = Site.objects.order_by("register_id")
    assert (school.code, school.kind, school.is_active, school.by_arrangement) == (
        *("map-8215", "department", False),
        True,
    )
    assert (school.name_sv, school.street_sv, school.postal_code) == ("Parkskolan", "Parkgatan 1", "00990")
    assert (str(school.latitude), str(school.longitude)) == ("60.190000", "24.961234")
    assert (library.name_sv, library.street_sv) == ("Keskuskirjasto", "Kirjastonkuja 2")


def test_a_second_run_changes_nothing(register):
    take_over(register([SCHOOL, LIBRARY]))
    rows = AuditEntry.objects.count()
    assert take_over(register([SCHOOL, LIBRARY])) == {"unchanged": 2}
    assert AuditEntry.objects.count() == rows == 2


def test_what_the_map_says_otherwise_is_taken_over_and_what_is_ours_stays(register):
    site = make_site(register_id="8215", is_active=True, access_fi="Ovi B")
    assert take_over(register([SCHOOL])) == {"changed": 1}
    site.refresh_from_db()
    assert (site.code, site.name_fi, site.access_fi, site.is_active) == (
        *("warehouse", "Puiston koulu", "Ovi B"),
        True,
    )
    assert AuditEntry.objects.get().details["changes"]["name_fi"] == ["Varasto 1", "Puiston koulu"]


def test_what_is_gone_from_the_map_is_closed_unless_things_stand_there(register):
    empty, full = make_site("empty", register_id="1"), make_site("full", register_id="2")
    own = make_site("own")
    make_item(site=full)
    assert take_over(register([SCHOOL])) == {"new": 1, "closed": 1, "unchanged": 1}
    assert set(Site.objects.filter(is_active=True).exclude(code="warehouse")) == {full, own}
    assert Site.objects.filter(pk=empty.pk).exists()


def test_a_table_of_another_register_is_read_too(register):
    text = "lipas_id,name,address,postal_code,lat,lon\n98715,Uimaranta,Rantatie,40500,62.207638,25.665928\n"
    take_over(register(text))
    site = Site.objects.get(register_id="98715")
    assert (site.name_fi, site.street_fi, str(site.longitude)) == ("Uimaranta", "Rantatie", "25.665928")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "This is neither a list of places as JSON nor a table of them."),
        ('{"results": 1}', "This is neither a list of places as JSON nor a table of them."),
        ("[]", "This is neither a list of places as JSON nor a table of them."),
        ("[1]", "Place 1: it is no place."),
        ([SCHOOL, {"name_fi": "Koulu"}], "Place 2: it has no number of letters and digits."),
        ([SCHOOL, {"id": 1}], "Place 2: it has no name in Finnish."),
        ([SCHOOL, LIBRARY, SCHOOL], "Place 3: its number 8215 is also that of place 1."),
        ([LIBRARY | {"latitude": 91}], "Place 1: “91” is no coordinate."),
        ([LIBRARY | {"latitude": "NaN1"}], "Place 1: “NaN1” is no coordinate."),
        ([LIBRARY | {"name_fi": "A" * 151}], "Place 1: “name_fi” has more than 150 characters."),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_taken_over(register, content, sentence):
    with pytest.raises(Refused) as refusal:
        take_over(register(content))
    assert (str(refusal.value), Site.objects.count()) == (sentence, 0)


def test_the_command_shows_and_does(register, capsys):
    path = register([SCHOOL])
    call_command("import_sites", path, "--dry-run")
    said = capsys.readouterr().out.splitlines()
    assert said == ["new: 8215 Puiston koulu", "Would be: new 1, changed 0, closed 0, unchanged 0."]
    assert Site.objects.count() == 0
    call_command("import_sites", path)
    assert Site.objects.count() == 1
    with pytest.raises(CommandError, match=r"^There is no such file"):
        call_command("import_sites", path.parent / "nowhere.json")
