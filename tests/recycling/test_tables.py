"""Tables as people save them."""

import datetime as dt
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook

from recycling import tables
from recycling.tables import delimited, read_table, workbooks


@pytest.fixture(autouse=True)
def _in_english():
    """The sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


ROWS = [["nimi", "hinta", "huom"], ["Työtuoli", "12,5", "ehjä"], ["Pöytä", "1 200", "Åke’s"]]
DAY = dt.datetime(2024, 2, 1)  # noqa: DTZ001  (a workbook knows no time zones)
READ = [
    {"nimi": "Työtuoli", "hinta": "12,5", "huom": "ehjä"},
    {"nimi": "Pöytä", "hinta": "1 200", "huom": "Åke’s"},
]


def saved(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path):
    return [line.cells for line in read_table(path).rows]


def troubles(path):
    return [(line.number, line.trouble and line.trouble.kind) for line in read_table(path).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_usual_encoding_and_line_ending_reads_the_same(tmp_path, encoding, ending):
    text = ending.join(";".join(row) for row in ROWS) + ending
    assert cells(saved(tmp_path, text.encode(encoding))) == READ


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator_reads_the_same(tmp_path, separator):
    text = "\n".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in ROWS
    )
    assert cells(saved(tmp_path, text)) == READ


def test_decimal_commas_do_not_make_a_comma_the_separator(tmp_path):
    text = "a;b;c;d\n1,5;2,5;3,5;4,5\n1,5;2,5;3,5;4,5\n"
    assert cells(saved(tmp_path, text)) == [{"a": "1,5", "b": "2,5", "c": "3,5", "d": "4,5"}] * 2


def test_separators_inside_quotes_are_not_counted(tmp_path):
    text = 'id,text\n1,"a;b;c;d"\n2,"e;f;g;h"\n'
    assert cells(saved(tmp_path, text)) == [{"id": "1", "text": "a;b;c;d"}, {"id": "2", "text": "e;f;g;h"}]


def test_excels_own_hint_decides_and_is_no_row(tmp_path):
    assert cells(saved(tmp_path, "sep=;\na,b;c\n1,2;3\n")) == [{"a,b": "1,2", "c": "3"}]


def test_one_column_is_a_table_too(tmp_path):
    assert cells(saved(tmp_path, "nimi\nTuoli\nSohva\n")) == [{"nimi": "Tuoli"}, {"nimi": "Sohva"}]


@pytest.mark.parametrize("nothing", ["", "NA", "n/a", "-", "–", "  ", "\u00a0", "#N/A", "\u200b"])
def test_what_people_write_for_nothing_is_empty(tmp_path, nothing):
    assert cells(saved(tmp_path, f"a;b\n1;{nothing}\n")) == [{"a": "1", "b": ""}]


def test_stray_and_non_breaking_spaces_go(tmp_path):
    assert cells(saved(tmp_path, " a ;\u00a0b\n  x\u00a0 y ; z \n")) == [{"a": "x y", "b": "z"}]


def test_a_quoted_cell_keeps_its_line_breaks_and_quotes(tmp_path):
    text = 'a,b\n1,"first\n  second ""quoted"""\n2,x\n'
    path = saved(tmp_path, text)
    assert cells(path) == [{"a": "1", "b": 'first\nsecond "quoted"'}, {"a": "2", "b": "x"}]
    assert troubles(path) == [(2, None), (4, None)]


def test_an_inch_mark_is_no_quote(tmp_path):
    assert cells(saved(tmp_path, 'a,b\n1,näyttö 24" musta\n2,y\n')) == [
        {"a": "1", "b": 'näyttö 24" musta'},
        {"a": "2", "b": "y"},
    ]


def test_text_after_a_closing_quote_is_read_as_it_stands(tmp_path):
    assert cells(saved(tmp_path, 'a;b\n"Round" table;2\n'))[0] == {"a": "Round table", "b": "2"}


def test_a_quote_never_closed_costs_its_own_row_only(tmp_path):
    text = "a;b\n1;x\n" + '2;"open\n' + "".join(f"{number};y\n" for number in range(3, 300))
    found = troubles(saved(tmp_path, text))
    assert found[:3] == [(2, None), (3, "open_quote"), (4, None)]
    assert (len(found), found[-1]) == (299, (300, None))


def test_a_quote_closed_by_the_next_rows_quote_costs_its_own_row_only(tmp_path):
    path = saved(tmp_path, 'a;b;c\n1;"open;x\n2;"desk ""big""";y\n3;z;z\n')
    assert troubles(path) == [(2, "open_quote"), (3, None), (4, None)]
    assert cells(path)[1] == {"a": "2", "b": 'desk "big"', "c": "y"}


def test_a_row_with_too_many_cells_is_reported_and_the_others_kept(tmp_path):
    path = saved(tmp_path, "a,b\n1,2\n1,2,3\n4,5,,\n6\n\n7,8\n")
    assert troubles(path) == [(2, None), (3, "too_many_cells"), (4, None), (5, None), (7, None)]
    assert [str(line.trouble) for line in read_table(path).rows if line.trouble] == [
        "The row has 3 cells and the heading only 2."
    ]


def test_a_title_above_the_heading_is_not_the_heading(tmp_path):
    text = "Kalusteluettelo 2024;;;\n;;;\nTulostettu;1.2.2024;;\nid;nimi;leveys;syvyys\n1;Tuoli;50;50\n"
    table = read_table(saved(tmp_path, text))
    assert (table.header, table.header_line) == (["id", "nimi", "leveys", "syvyys"], 4)
    assert [line.number for line in table.rows] == [5]


def test_a_heading_twice_gets_a_number_and_an_empty_one_is_left_out(tmp_path):
    table = read_table(saved(tmp_path, "a;;a\n1;2;3\n"))
    assert (table.header, [line.cells for line in table.rows]) == (["a", "a (2)"], [{"a": "1", "a (2)": "3"}])


def test_the_rows_can_be_read_again(tmp_path):
    table = read_table(saved(tmp_path, "a;b\n1;2\n"))
    assert list(table.rows) == list(table.rows) != []


def workbook(tmp_path, rows, name="table.xlsx", **sheets):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def test_a_workbook_reads_as_a_person_would_have_typed_it(tmp_path):
    row = [120.0, 12.5, 7, True, None, DAY, dt.date(2024, 2, 3), " x\u00a0", "NA"]
    path = workbook(tmp_path, [list("abcdefghi"), row])
    assert list(cells(path)[0].values()) == [
        "120",
        "12.5",
        "7",
        "TRUE",
        "",
        "2024-02-01",
        "2024-02-03",
        "x",
        "",
    ]


def test_a_workbook_may_begin_with_a_merged_title_and_have_remarks_beside(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "Kalusteet, Itäinen koulu"
    sheet.merge_cells("A1:D1")
    for number, row in enumerate(
        [["id", "nimi", "leveys"], [1, "Tuoli", 50], [None, None, None], [2, "Sohva"]], 3
    ):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    sheet["F6"] = "tarkista!"
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert [(line.number, list(line.cells.values()), line.trouble) for line in table.rows] == [
        (4, ["1", "Tuoli", "50"], None),
        (6, ["2", "Sohva", ""], None),
    ]


def test_the_first_visible_sheet_with_content_is_read(tmp_path):
    book = Workbook()
    hidden = book.create_sheet("lists")
    hidden.append(["do", "not"])
    hidden.sheet_state = "hidden"
    book.create_sheet("data").append(["nimi"])
    book["data"].append(["Tuoli"])
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == [{"nimi": "Tuoli"}]


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path):
    assert cells(workbook(tmp_path, [["nimi"], ["Tuoli"]], name="table.csv")) == [{"nimi": "Tuoli"}]


def test_a_workbook_that_claims_to_be_huge_is_read_for_what_it_holds(tmp_path):
    path = workbook(tmp_path, [["nimi", "leveys"], ["Tuoli", 50]])
    lying = tmp_path / "lying.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(lying, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith("sheet1.xml"):
                assert b'<dimension ref="A1:B2"' in content
                content = content.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
            target.writestr(member, content)
    assert cells(lying) == [{"nimi": "Tuoli", "leveys": "50"}]


def refusal(path):
    with pytest.raises(tables.Refused) as caught:
        read_table(path)
    assert str(caught.value).endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"\n \n", "table_empty"),
        (b"a;b\n", "table_empty"),
        (b"\x89PNG\r\n\x1a\n....", "table_unreadable"),
        (b"%PDF-1.7 ...", "table_unreadable"),
        ("a;b\n1;2\n".encode("utf-16-le"), "table_unreadable"),
        (b"PK\x03\x04 no zip at all", "table_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "table_old_workbook"),
        (b";".join([b"a"] * 201) + b"\n" + b";".join([b"1"] * 201), "table_too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, content, code):
    assert refusal(saved(tmp_path, content)) == code


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "nowhere.csv") == "table_not_found"


def test_another_kind_of_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(tmp_path / "a.xlsx") == "table_unreadable"


def test_a_damaged_workbook_is_refused(tmp_path):
    path = workbook(tmp_path, [["nimi"], ["Tuoli"]])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            target.writestr(member, content[:200] if member.filename.endswith("sheet1.xml") else content)
    assert refusal(broken) == "table_unreadable"


def test_a_workbook_that_unpacks_into_too_much_is_refused(tmp_path, monkeypatch):
    path = workbook(tmp_path, [["nimi"], ["Tuoli"]])
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1000)
    assert refusal(path) == "table_unreadable"


def test_too_many_columns_in_a_workbook_are_refused(tmp_path):
    assert refusal(workbook(tmp_path, [["x"] * 201, ["1"] * 201])) == "table_too_many_columns"


def test_too_many_rows_and_bytes_are_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, "a\n" + "1\n" * 12)
    monkeypatch.setattr(tables, "MAX_ROWS", 12)
    assert len(cells(path)) == 12
    monkeypatch.setattr(tables, "MAX_ROWS", 11)
    assert refusal(path) == "table_too_many_rows"
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    assert refusal(path) == "table_too_large"


def test_a_row_of_quotes_only_ends(tmp_path):
    text = "a;b\n" + '"' * 1001 + "\n" + "1;2\n" * (delimited.MAX_LINES_A_RECORD + 5)
    assert troubles(saved(tmp_path, text))[:2] == [(2, "open_quote"), (3, None)]
