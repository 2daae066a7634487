"""The manager's page of units: upload, look at the differences, make them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recycling.accounts.domain import importing
from recycling.accounts.models import CostCentre, Department, Division, UnitImport
from recycling.audit.models import AuditEntry
from tests.factories import NOW, make_user, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TABLE = (
    "kind;code;parent;name_fi;name_sv\n"
    "division;3;;Kasvatus;Fostran\nunit;31;3;Puiston koulu;Parkskolan\ncost_centre;31250;31;;\n"
)


@pytest.fixture
def meri(client, clock):
    person = make_user(name="Meri Mäki", is_manager=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def upload(client, text=TABLE):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post("/en/manage/units", {"table": SimpleUploadedFile("units.csv", content)})


def test_a_manager_uploads_looks_and_confirms(client, meri):
    answer = upload(client)
    page = client.get(answer["Location"])
    assert Department.objects.count() == 0
    assert page.context["plan"].counts["new"] == 3
    assert "Puiston koulu" in page.content.decode()

    done = client.post(answer["Location"], {"seen": page.context["plan"].fingerprint}, follow=True)

    assert "The units are up to date. New: 3, changed: 0, closed: 0." in done.content.decode()
    assert Department.objects.get().division.code == "3"
    assert AuditEntry.objects.get(action="units_imported").actor == meri


def test_a_page_that_was_done_leads_back_to_the_units(client, meri):
    address = upload(client)["Location"]
    seen = client.get(address).context["plan"].fingerprint
    client.post(address, {"seen": seen})
    for answer in (client.get(address), client.post(address, {"seen": seen})):
        assert (answer.status_code, answer["Location"]) == (302, "/en/manage/units")
    assert Department.objects.count() == 1


@pytest.mark.usefixtures("meri")
def test_who_confirms_what_they_did_not_see_is_shown_the_differences_again(client):
    address = upload(client)["Location"]
    Division.objects.create(code="3", name_fi="Kasvatus", name_sv="Utbildning")
    answer = client.post(address, {"seen": "0" * 64})
    assert (answer.status_code, Department.objects.count()) == (409, 0)
    assert "The units have changed since you looked." in answer.content.decode()
    assert "from “Utbildning” to “Fostran”" in answer.content.decode()


@pytest.mark.usefixtures("meri")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TABLE.replace("31;3;", "31;8;"), "Line 3: division “8” is not in the table."),
        (TABLE.encode("cp1252") + b"unit;32;3;P\xe4iv\xe4koti;Daghem\n", "Line 5 is not written in UTF-8."),
        (b"%PDF-1.7", "The file cannot be read as a table."),
        ("", "The file is empty."),
    ],
)
def test_a_table_with_a_mistake_is_one_sentence_on_the_page(client, content, sentence):
    answer = upload(client, content)
    assert answer.status_code in {409, 422}
    assert sentence in answer.content.decode()
    assert (UnitImport.objects.count(), Department.objects.count()) == (0, 0)


@pytest.mark.usefixtures("meri")
def test_no_file_is_a_mistake_at_its_field(client):
    answer = client.post("/en/manage/units", {})
    assert (answer.status_code, answer.context["form"].errors["table"]) == (422, ["Choose a file."])


def test_a_worker_may_not(client):
    client.force_login(make_worker(), backend="django.contrib.auth.backends.ModelBackend")
    assert (client.get("/en/manage/units").status_code, upload(client).status_code) == (403, 403)
    assert UnitImport.objects.count() == 0


@pytest.mark.usefixtures("meri")
@pytest.mark.parametrize("units", [1, 3])
def test_the_page_of_units_takes_a_constant_number_of_questions(client, django_assert_num_queries, units):
    division = Division.objects.create(code="3", name_fi="Kasvatus", name_sv="Fostran")
    for number in range(units):
        unit = Department.objects.create(
            code=f"U{number}", name_fi="Koulu", name_sv="Skola", division=division
        )
        CostCentre.objects.create(department=unit, number=f"C{number}")
        CostCentre.objects.create(department=unit, number=f"D{number}", open_until="2026-01-01")
    client.get("/en/manage/units")  # the rules are remembered for a while
    with django_assert_num_queries(9):
        page = client.get("/en/manage/units?division=3")
    assert [unit.open_cost_centres for unit in page.context["units"]] == [1] * units


@pytest.mark.usefixtures("meri")
@pytest.mark.parametrize("units", [1, 3])
def test_the_preview_takes_a_constant_number_of_questions(client, django_assert_num_queries, units):
    rows = "".join(f"unit;U{number};3;Koulu;Skola\n" for number in range(units))
    address = upload(client, TABLE + rows)["Location"]
    client.get(address)
    with django_assert_num_queries(8):
        assert len(client.get(address).context["changes"]) == units + 3


@pytest.mark.usefixtures("meri")
def test_of_a_long_list_of_changes_the_first_are_shown_and_the_rest_counted(client):
    rows = "".join(f"unit;U{number};3;Koulu;Skola\n" for number in range(400))
    page = client.get(upload(client, TABLE + rows)["Location"])
    assert (len(page.context["changes"]), "And 103 more." in page.content.decode()) == (300, True)


def test_units_without_a_division_have_a_place_on_the_page(client, meri):
    Department.objects.create(code="31", name_fi="Koulu", name_sv="Skola")
    page = client.get("/en/manage/units?division=-").content.decode()
    assert page.count("Without a division") == 2
    assert importing.plan([], at=NOW).counts["closed"] == 1
