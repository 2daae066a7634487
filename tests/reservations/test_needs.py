"""Before a unit buys: reading its list, what there is, and what becomes of each row."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import translation
from openpyxl import Workbook

from inventory.domain import kinds_by_words, loads
from inventory.models import LoadKind
from recycling.tables import UnreadableTable
from reservations.domain import booking, need_rows, needs, requests
from reservations.domain.need_rows import Need
from reservations.domain.wanted_refusals import NothingThere, SayWhyBought, TakenAlready
from reservations.models import FurnitureRequest, NeedLine, WhyBought
from tests.factories import (
    NOW,
    category,
    counters,
    hold,
    later,
    make_item,
    make_photo,
    make_site,
    make_unit,
    make_worker,
)
from tests.reservations.wanting import requester


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# -- reading


@pytest.mark.parametrize(
    ("row", "need"),
    [
        ("24 school chair", (24, "school chair", None)),
        ("24x school chair", (24, "school chair", None)),
        ("24 x school chair", (24, "school chair", None)),
        ("24 kpl koulutuoli", (24, "koulutuoli", None)),
        ("24 st. skolstol", (24, "skolstol", None)),
        ("10; whiteboard; 120 cm", (10, "whiteboard", 120)),
        ("whiteboard; 10; 120 cm", (10, "whiteboard", 120)),
        ("whiteboard\t10", (10, "whiteboard", None)),
        ("whiteboard, 10", (10, "whiteboard", None)),
        ("whiteboard 10 pcs", (10, "whiteboard", None)),
        ("2 desk 160 cm", (2, "desk", 160)),
        ("  3   valkotaulu,  max 120,5 cm ", (3, "valkotaulu,", 120)),
        ("4;musta työtuoli, säädettävä", (4, "musta työtuoli, säädettävä", None)),
    ],
)
def test_a_row_is_read_as_people_write_it(row, need):
    pieces, words, width = need
    assert need_rows.rows_of(row) == ([Need(1, pieces, words, width)], [])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("chairs", "Row 2: write how many, for example 24 school chair."),
        ("24", "Row 2: write what you need, for example 24 school chair."),
        ("0 chairs", "Row 2: the number of pieces is from 1 to 10000."),
        ("99999 chairs", "Row 2: the number of pieces is from 1 to 10000."),
        ("3 " + "chair " * 40, "Row 2: at most 200 characters."),
        ("3 chairs 0 cm", "Row 2: the width is from 1 cm up."),
        ("; ;", "Row 2: write what you need, for example 24 school chair."),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_costs_no_other(row, sentence):
    found, bad = need_rows.rows_of(f"1 desk\n{row}\n\n2 sofa")
    assert [(one.number, one.words) for one in found] == [(1, "desk"), (4, "sofa")]
    assert [(one.number, str(one.note)) for one in bad] == [(2, sentence)]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", need_rows.NoNeeds), (" \n ", need_rows.NoNeeds), ("1 desk\n" * 201, need_rows.TooManyNeeds)],
)
def test_nothing_and_too_much_are_refused(text, refusal):
    with pytest.raises(refusal):
        need_rows.rows_of(text)


def test_a_table_without_a_heading_loses_no_row(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text("10;whiteboard;120 cm\n24;school chair\n", encoding="utf-8")
    found, bad, text = need_rows.rows_of_table(path)
    assert found == [Need(1, 10, "whiteboard", 120), Need(2, 24, "school chair")]
    assert (bad, text) == ([], "10; whiteboard; 120 cm\n24; school chair")


def test_a_workbook_with_a_heading_says_which_column_is_which(tmp_path):
    path, book = tmp_path / "needs.xlsx", Workbook()
    for row in (
        ["Nro", "Tuote", "Huom", "Kpl", "Leveys"],
        [1, "Valkotaulu", "heti", 10, 120],
        [2, "Koulutuoli", None, 24, None],
        [3, "Pöytä", None, None, None],
    ):
        book.active.append(row)
    book.save(path)
    found, bad, _text = need_rows.rows_of_table(path)
    assert found == [Need(2, 10, "Valkotaulu", 120), Need(3, 24, "Koulutuoli")]
    assert [(one.number, one.note.kind) for one in bad] == [(4, "no_pieces")]


def test_what_is_no_table_is_refused(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_bytes(b"%PDF-1.7 \0\0")
    with pytest.raises(UnreadableTable):
        need_rows.rows_of_table(path)


# -- which category


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("school chair", "school_chair"),
        ("koulutuolit", "school_chair"),
        ("valkotaulu", "whiteboard"),
        ("Whiteboardtavla", "whiteboard"),
        ("whiteboard", "whiteboard"),
        ("black office chair", "office_chair"),
        ("musta työtuoli, säädettävä", "office_chair"),
        ("kirjahyllyä", "bookshelf"),
        ("skrivbord", "desk"),
        ("desk lamp", "desk_lamp"),
        ("Pöydät", "tables"),
        ("xyzzy", None),
        ("?!", None),
    ],
)
def test_the_words_name_a_category(words, key):
    found = kinds_by_words.Kinds().meant_by(words)
    assert (found and found.key) == key


# -- what there is


@pytest.fixture
def risto(db):
    return requester()


def asked(member, *rows):
    unit = member.memberships.select_related("department").get().department
    found, bad = need_rows.rows_of("\n".join(rows))
    assert not bad
    return needs.keep(found, by=member, department=unit, at=NOW)


def looked(member, made):
    lines = list(made.lines.select_related("category__parent", "need_list__department"))
    return needs.look(lines, by=member, department=made.department, at=NOW)


def sets(found):
    return [(one.pieces, [(site.code, pieces) for site, pieces in one.sites]) for one in found.sets]


def test_alike_lots_of_all_sites_are_one_set_and_what_suffices_comes_first(risto):
    other = make_site("other")
    make_item(quantity=8, colour="black"), make_item(quantity=6, colour="black", site=other)
    make_item(quantity=11, colour="grey", site=other)
    make_item(quantity=4, colour="red")
    (found,) = looked(risto, asked(risto, "10 office chair"))
    assert sets(found) == [
        (11, [("other", 11)]),
        (14, [("warehouse", 8), ("other", 6)]),
        (4, [("warehouse", 4)]),
    ]
    assert (found.pieces, NeedLine.objects.get().found) == (29, 29)


def test_what_is_too_wide_promised_or_the_units_own_is_not_there(risto):
    make_item(category="whiteboard", width_cm=Decimal(150))
    make_item(category="whiteboard", width_cm=Decimal(120))
    make_item(category="whiteboard")
    make_item(category="whiteboard", owner=make_unit())
    taken = make_item(category="whiteboard", colour="white")
    hold({taken: 1})
    (found,) = looked(risto, asked(risto, "10; whiteboard; 120 cm"))
    assert found.pieces == 2


def test_what_stands_in_a_room_that_is_cleared_comes_soon(risto):
    worker = make_worker()
    load = loads.open_load(
        by=worker,
        at=NOW,
        site=make_site(),
        kind=LoadKind.CLEARANCE,
        name="Park School",
        rooms=["Class 1"],
        empty_by=date(2026, 12, 18),
    )
    photo = make_photo()
    loads.keep_shot(load.rooms.get(), photo)
    loads.group(
        load.rooms.get(),
        [photo],
        by=worker,
        at=NOW,
        quantity=20,
        category=category("school_chair"),
        condition="good",
    )
    (found,) = looked(risto, asked(risto, "24 school chair"))
    (soon,) = found.soon
    assert (found.pieces, soon.pieces, soon.load, soon.room, soon.day) == (
        *(0, 20, "Park School", "Class 1"),
        date(2026, 12, 18),
    )
    loads.arrive(load, by=worker, at=NOW)
    (found,) = looked(risto, asked(risto, "24 school chair"))
    assert (found.pieces, found.soon) == (20, [])


def test_looking_is_as_many_questions_for_one_row_as_for_many(risto, django_assert_num_queries):
    for kind in ("office_chair", "desk", "whiteboard"):
        make_item(category=kind, quantity=5)
    one, many = asked(risto, "1 desk"), asked(risto, "1 desk", "2 office chair", "3 whiteboard", "4 xyzzy")
    for made in (one, many):
        with django_assert_num_queries(3):  # the rows, what there is, what comes
            looked(risto, made)


# -- what becomes of a row


def test_taken_from_as_few_sites_as_can_be_and_pressed_twice_is_once(risto):
    other = make_site("other")
    here, there = make_item(quantity=8), make_item(quantity=6, site=other)
    line = asked(risto, "10 office chair").lines.get()
    assert needs.take(line, there.code, 10, seen=0, by=risto, at=NOW) == 10
    with pytest.raises(TakenAlready):
        needs.take(line, there.code, 10, seen=0, by=risto, at=NOW)
    assert (counters(here), counters(there)) == ((8, 8), (6, 2))
    line.refresh_from_db()
    assert line.taken == 10
    assert sum(row.pieces for row in FurnitureRequest.objects.get().lines.all()) == 10
    assert needs.take(line, there.code, 9, seen=10, by=risto, at=NOW) == 4
    call_command("check_counters")


def test_what_the_list_lost_does_not_stand_in_the_way_of_the_rest(risto):
    chairs = make_item(quantity=9)
    request = requests.current(risto, make_unit(), NOW)
    requests.set_pieces(request, chairs, 5, by=risto, at=NOW)
    booking.expire(request.reservations.get(), at=later(hours=25))
    hold({chairs: 3}, at=later(hours=25))
    line = asked(risto, "6 office chair").lines.get()
    assert needs.take(line, chairs.code, 6, seen=0, by=risto, at=later(hours=25)) == 6
    assert (request.lines.get().pieces, requests.missing(request)) == (11, {chairs.pk: 5})
    assert counters(chairs) == (9, 9)


def test_what_has_gone_meanwhile_is_said(risto):
    chairs = make_item(quantity=2)
    line = asked(risto, "2 office chair").lines.get()
    hold({chairs: 2})
    with pytest.raises(NothingThere):
        needs.take(line, chairs.code, 2, seen=0, by=risto, at=NOW)
    assert NeedLine.objects.get().taken == 0


def test_why_it_is_bought_all_the_same_is_kept_and_counted(risto):
    make_item(quantity=5)
    made = asked(risto, "10 office chair", "2 office chair", "3 xyzzy")
    first, second, unknown = made.lines.all()
    with pytest.raises(SayWhyBought):
        needs.bought(first, why=WhyBought.OTHER, words=" ", by=risto, at=NOW)
    needs.bought(first, why=WhyBought.TOO_FEW, by=risto, at=NOW)
    needs.bought(second, why=WhyBought.TOO_FEW, by=risto, at=NOW)
    needs.bought(unknown, why=WhyBought.OTHER, words="Erikoismitat", by=risto, at=NOW)
    assert needs.bought_anyway() == [
        {
            "category": category().pk,
            "why_not": "too_few",
            "rows": 2,
            "asked": 12,
            "there": 10,
            "took": 0,
        },
        {"category": None, "why_not": "other", "rows": 1, "asked": 3, "there": 0, "took": 0},
    ]
