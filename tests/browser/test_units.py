"""The manager brings the city's table of units: upload, differences, done. With the keyboard, on a phone, in every language."""

import pytest

from recycling.accounts.models import Department
from tests.factories import make_user

from .inspection import Inspector
from .people import DESK, PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MERI = "meri@kierto.example"
FIRST = "kind;code;parent;name_fi;name_sv\ndivision;3;;Kasvatus;Fostran\nunit;31;3;Puiston koulu;Parkskolan\n"
NEXT = FIRST.replace("Parkskolan", "Parkens skola") + "unit;32;3;Rantaniityn päiväkoti;Strandängens daghem\n"
UPLOAD = "main form[enctype] button.primary"
CONFIRM = "main form[method=post] button.primary"


@pytest.fixture
def meri(person):
    """``meri(width=360)``: a manager, signed in by a code, on the page of units."""

    def meri_(*, language="fi", **options):
        make_user(name="Meri Mäki", email=MERI, is_manager=True, language=language)
        found = person(language=language, **options)
        found.go(f"/{language}/accounts/login")
        found.write("email", MERI).press("main form[novalidate] button.primary", opens="/login/code$")
        found.write("code", found.code_from_message(MERI))
        found.press("main button[value=verify]", opens="/manage/units$")
        return found

    return meri_


@pytest.fixture
def table(tmp_path):
    def table_(text):
        path = tmp_path / "units.csv"
        path.write_text(text, encoding="utf-8")
        return [path]

    return table_


def bring(meri, paths):
    meri.give_files("table", paths)
    return meri.press(UPLOAD, opens="/manage/units/[A-Za-z0-9]{24}$")


@pytest.mark.parametrize(
    "options", [{"width": PHONE}, {"width": DESK, "keyboard": True}, {"width": PHONE, "javascript": False}]
)
def test_a_table_is_brought_looked_at_and_done(meri, table, options):
    found = bring(meri(**options), table(FIRST))
    assert "Puiston koulu" in found.text()
    assert Department.objects.count() == 0
    found.press(CONFIRM, opens="/manage/units$")
    bring(found, table(NEXT))
    assert "Nimi ruotsiksi: oli ”Parkskolan”, on ”Parkens skola”" in found.text()
    found.press(CONFIRM, opens="/manage/units$")
    assert [one.name_sv for one in Department.objects.order_by("code")] == [
        "Parkens skola",
        "Strandängens daghem",
    ]


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_units_under_a_strict_eye(meri, table, language):
    found = meri(language=language, reduced_motion="reduce")
    look = Inspector(found)
    look.look("no units yet")
    look.open_everything()
    look.look("what the table looks like")
    bring(found, table(FIRST))
    look.look("all new")
    found.press(CONFIRM, opens="/manage/units$")
    look.look("done")
    bring(found, table(NEXT))
    look.look("changed")
    found.press(CONFIRM, opens="/manage/units$")
    look.go("a division", f"/{language}/manage/units?division=3")
    bring(found, table(NEXT))
    look.look("nothing to change")
    found.go(f"/{language}/manage/units").give_files("table", table(FIRST.replace("31;3", "31;9")))
    found.press(UPLOAD, opens="/manage/units$")
    look.look("a mistake")
    assert look.wrong == [], look.told()
