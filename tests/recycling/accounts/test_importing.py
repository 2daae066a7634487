"""Units from the table that the city keeps: what would change is told first, and nothing is lost."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from recycling.accounts.domain import importing, unit_tables
from recycling.accounts.models import CostCentre, Department, Division, UnitImport
from recycling.audit.models import AuditEntry
from recycling.errors import Refused
from tests.factories import NOW, later, make_association, make_member, make_site, make_user

pytestmark = pytest.mark.django_db

HEADING = "kind;code;parent;name_fi;name_sv;name_en;open_from;open_until"
CITY = [
    "division;3;;Kasvatus;Fostran;Education;;",
    "unit;31;3;Puiston koulu;Parkskolan;;;",
    "unit;32;3;Rantaniityn päiväkoti;Strandängens daghem;;;",
    "cost_centre;31250;31;Kalusteet;Möbler;;2026-01-01;31.12.2027",
    "cost_centre;31410;32;;;;;",
]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def table(tmp_path):
    """``table(*rows)``: a file with these rows."""

    def table_(*rows, heading=HEADING, encoding="utf-8"):
        path = tmp_path / "units.csv"
        path.write_bytes("\n".join([heading, *rows, ""]).encode(encoding))
        return path

    return table_


def take_over(path, *, by=None, at=NOW):
    kept = importing.keep(path, by=by, at=at)
    return importing.apply(kept, seen=importing.plan(kept.rows, at=at).fingerprint, by=by, at=at)


def planned(path, *, at=NOW):
    """{what: codes} of what would change."""
    plan = importing.plan(importing.keep(path, by=None, at=at).rows, at=at)
    found = {}
    for change in plan.differing:
        found.setdefault(change.what, []).append(change.code)
    return found


def test_divisions_units_and_cost_centres_come_from_one_table(table):
    plan = take_over(table(*CITY))
    school = Department.objects.get(code="31")
    furniture = CostCentre.objects.get(number="31250")
    assert plan.counts == {"new": 5, "changed": 0, "closed": 0, "unchanged": 0}
    assert (school.name_sv, school.division.name_fi, school.default_site) == ("Parkskolan", "Kasvatus", None)
    assert (furniture.department, furniture.name_sv) == (school, "Möbler")
    assert (str(furniture.open_from), str(furniture.open_until)) == ("2026-01-01", "2027-12-31")


def test_a_second_run_changes_nothing(table):
    take_over(table(*CITY))
    rows = AuditEntry.objects.count()
    assert take_over(table(*CITY)).counts == {"new": 0, "changed": 0, "closed": 0, "unchanged": 5}
    assert AuditEntry.objects.count() == rows + 1  # that it was run, and nothing else


def test_looking_changes_nothing(table):
    kept = importing.keep(table(*CITY), by=None, at=NOW)
    importing.plan(kept.rows, at=NOW)
    assert (Department.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_change_is_told_with_what_was_and_what_will_be(table):
    take_over(table(*CITY))
    moved = [
        *(row.replace("Parkskolan", "Parkens skola") for row in CITY),
        "division;4;;Vapaa-aika;Fritid;;;",
    ]
    moved[2] = moved[2].replace(";3;", ";4;")
    kept = importing.keep(table(*moved), by=None, at=NOW)
    told = [
        (change.code, [(str(label), old, new) for label, old, new in change.told])
        for change in importing.plan(kept.rows, at=NOW).differing
        if change.what == "changed"
    ]
    assert told == [
        ("31", [("name in Swedish", "Parkskolan", "Parkens skola")]),
        ("32", [("division", "3", "4")]),
    ]
    take_over(table(*moved))
    assert Department.objects.get(code="32").division.code == "4"


def test_what_is_gone_from_the_table_is_closed_and_kept_with_its_people(table):
    take_over(table(*CITY))
    member = make_member(code="32")
    left = [CITY[0], CITY[1], CITY[3]]
    assert planned(table(*left)) == {"closed": ["32", "31410"]}
    take_over(table(*left))
    daycare, centre = Department.objects.get(code="32"), CostCentre.objects.get(number="31410")
    assert (daycare.is_active, member.memberships.get().department) == (False, daycare)
    assert str(centre.open_until) == "2026-11-15"  # yesterday
    assert not CostCentre.objects.open_on(NOW.date()).filter(pk=centre.pk).exists()
    assert planned(table(*left)) == {}


def test_an_association_is_in_no_table_and_stays_open(table):
    club = make_association()
    take_over(table(*CITY))
    club.refresh_from_db()
    assert (club.is_active, planned(table(*CITY))) == (True, {})


def test_what_comes_back_into_the_table_is_open_again(table):
    take_over(table(*CITY))
    take_over(table(CITY[0], CITY[1], CITY[3]))
    assert planned(table(*CITY), at=later(days=3)) == {"changed": ["32", "31410"]}
    take_over(table(*CITY), at=later(days=3))
    assert Department.objects.get(code="32").is_active
    assert CostCentre.objects.get(number="31410").open_until is None


def test_a_column_that_the_table_does_not_have_is_left_alone(table):
    take_over(table(*CITY))
    narrow = [";".join(row.split(";")[:5]) for row in CITY]
    assert planned(table(*narrow, heading="kind;code;parent;name_fi;name_sv")) == {}
    assert Division.objects.get().name_en == "Education"


def test_finnish_and_swedish_headings_and_kinds_are_read(table):
    take_over(table("toimiala,3,,Kasvatus,Fostran", heading="laji,tunnus,kuuluu,nimi,nimi ruotsiksi"))
    take_over(table("sektor;3;;Kasvatus;Fostran", heading="slag;kod;hör till;namn på finska;namn"))
    assert Division.objects.get().name_sv == "Fostran"


def test_a_workbook_says_the_same(tmp_path):
    book = Workbook()
    for row in [
        "kind;code;parent;name_fi;name_sv",
        "division;3;;Kasvatus;Fostran",
        "unit;31;3;Päiväkoti;Daghem",
    ]:
        book.active.append([cell or None for cell in row.split(";")])
    book.save(tmp_path / "units.xlsx")
    take_over(tmp_path / "units.xlsx")
    assert Department.objects.get().name_fi == "Päiväkoti"


def test_a_unit_gets_its_default_site(table):
    site = make_site("park")
    heading = HEADING + ";site"
    take_over(table(CITY[0], CITY[1] + ";park", heading=heading))
    assert Department.objects.get().default_site == site
    take_over(table(CITY[0], CITY[1] + ";", heading=heading))
    assert Department.objects.get().default_site is None


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["city;1;;A;B;;;"], "Line 2: “city” is none of division, unit and cost_centre."),
        (["division;;;A;B;;;"], "Line 2: the code is missing."),
        (["division;1;;A;;;;"], "Line 2: the name is needed in Finnish and in Swedish."),
        ([CITY[0], CITY[1], CITY[1]], "Line 4: the code 31 stands already on line 3."),
        (["unit;31;9;A;B;;;"], "Line 2: division “9” is not in the table."),
        (["cost_centre;1;;A;B;;;"], "Line 2: the code of the cost centre's unit is missing."),
        (
            ["cost_centre;1;;A;B;;31.2.2026;"],
            "Line 2: “31.2.2026” is no day. Write it as 2026-12-31 or 31.12.2026.",
        ),
        (["cost_centre;1;;A;B;;2026-02-01;2026-01-01"], "Line 2: it ends before it begins."),
        ([f"division;1;;{'A' * 151};B;;;"], "Line 2: “name_fi” has more than 150 characters."),
        (
            [CITY[0], 'unit;31;3;"Puiston;koulu;;;'],
            "Line 3: A quotation mark opens in the row and never closes.",
        ),
        ([CITY[0], CITY[1] + ";;;x"], "Line 3: The row has 11 cells and the heading only 8."),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line_and_nothing_is_kept(table, rows, sentence):
    with pytest.raises(Refused) as refusal:
        importing.keep(table(*rows), by=None, at=NOW)
    assert (str(refusal.value), refusal.value.status) == (sentence, 422)
    assert UnitImport.objects.count() == 0


def test_a_heading_that_lacks_something_says_what(table):
    with pytest.raises(unit_tables.WrongHeading) as refusal:
        importing.keep(table("division;3;Kasvatus", heading="kind;code;name"), by=None, at=NOW)
    assert str(refusal.value) == (
        "Line 1: the heading lacks the columns parent, name_fi, name_sv. The others may stay away."
    )


def test_a_table_that_is_not_utf_8_says_on_which_line(table):
    with pytest.raises(unit_tables.NotUtf8) as refusal:
        importing.keep(table(*CITY, encoding="cp1252"), by=None, at=NOW)
    assert str(refusal.value).startswith("Line 4 is not written in UTF-8.")


def test_a_site_that_does_not_exist_is_refused(table):
    rows = [CITY[0] + ";", CITY[1] + ";nowhere"]
    with pytest.raises(unit_tables.UnknownSite) as refusal:
        importing.keep(table(*rows, heading=HEADING + ";site"), by=None, at=NOW)
    assert str(refusal.value) == "Line 3: there is no site with the code “nowhere”."


def test_what_changed_since_one_looked_is_looked_at_again(table):
    kept = importing.keep(table(*CITY), by=None, at=NOW)
    seen = importing.plan(kept.rows, at=NOW).fingerprint
    Division.objects.create(code="3", name_fi="Kasvatus", name_sv="Utbildning")
    with pytest.raises(importing.ChangedMeanwhile):
        importing.apply(kept, seen=seen, by=None, at=NOW)
    assert (Department.objects.count(), Division.objects.get().name_sv) == (0, "Utbildning")


def test_pressed_twice_is_done_once(table):
    meri = make_user(is_manager=True)
    kept = importing.keep(table(*CITY), by=meri, at=NOW)
    seen = importing.plan(kept.rows, at=NOW).fingerprint
    for _press in range(2):
        importing.apply(kept, seen=seen, by=meri, at=NOW)
    done = AuditEntry.objects.get(action="units_imported")
    assert (done.actor, done.details) == (meri, {"new": 5, "changed": 0, "closed": 0, "unchanged": 0})
    assert AuditEntry.objects.filter(action="added").count() == 5


def test_a_whole_city_takes_a_handful_of_questions(table, django_assert_max_num_queries):
    """They grow with the batches that a database takes at once, not with the units."""
    city = [CITY[0], *(f"unit;U{n};3;Yksikkö {n};Enhet {n};;;" for n in range(2000))]
    kept = importing.keep(table(*city), by=None, at=NOW)
    seen = importing.plan(kept.rows, at=NOW).fingerprint
    with django_assert_max_num_queries(55):
        importing.apply(kept, seen=seen, by=None, at=NOW)
    assert Department.objects.count() == 2000


def test_a_table_that_nobody_applied_is_forgotten_after_a_day(table):
    importing.keep(table(*CITY), by=None, at=NOW)
    assert importing.forget_unused(at=later(hours=23)) == 0
    assert importing.forget_unused(at=later(hours=25)) == 1


def test_the_command_shows_and_does(table, capsys):
    path = table(*CITY)
    call_command("import_units", path, "--dry-run")
    assert capsys.readouterr().out.splitlines()[-1] == "Would be: new 5, changed 0, closed 0, unchanged 0."
    assert Department.objects.count() == 0
    call_command("import_units", path)
    assert (Department.objects.count(), AuditEntry.objects.last().origin) == (2, "command")
    call_command("import_units", table(*(row.replace("Puiston", "Parkin") for row in CITY)))
    assert "  name in Finnish: “Puiston koulu” becomes “Parkin koulu”" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"^There is no such file"):
        call_command("import_units", path.parent / "nowhere.csv")
