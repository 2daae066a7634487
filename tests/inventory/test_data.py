"""The tables that a city starts with: whole, consistent and honest about where their figures come from."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from inventory import data

GLOSSARY = """
seating | Tuolit ja istuimet | Stolar och sittmöbler | Chairs and seating
office_chair | Työtuoli | Arbetsstol | Office chair
saddle_chair | Satulatuoli | Sadelstol | Saddle chair
meeting_chair | Neuvottelutuoli | Konferensstol | Conference chair
visitor_chair | Vierastuoli | Besöksstol | Visitor chair
stacking_chair | Pinottava tuoli | Stapelbar stol | Stacking chair
dining_chair | Ruokapöydän tuoli | Matbordsstol | Dining chair
stool | Jakkara | Pall | Stool
bar_stool | Baarituoli | Barstol | Bar stool
bench | Penkki | Bänk | Bench
sofas | Sohvat ja nojatuolit | Soffor och fåtöljer | Sofas and armchairs
sofa | Sohva | Soffa | Sofa
sofa_bed | Vuodesohva | Bäddsoffa | Sofa bed
armchair | Nojatuoli | Fåtölj | Armchair
footstool | Rahi | Fotpall | Footstool
tables | Pöydät | Bord | Tables and desks
desk | Työpöytä | Skrivbord | Desk
desk_electric | Sähköpöytä | Elbord | Electric desk
meeting_table | Neuvottelupöytä | Konferensbord | Meeting table
dining_table | Ruokapöytä | Matbord | Dining table
coffee_table | Sohvapöytä | Soffbord | Coffee table
side_table | Sivupöytä | Sidobord | Side table
folding_table | Taittopöytä | Fällbord | Folding table
storage | Kaapit ja säilytys | Skåp och förvaring | Cabinets and storage
cabinet | Kaappi | Skåp | Cabinet
pedestal | Laatikosto | Hurts | Drawer pedestal
chest | Lipasto | Byrå | Chest of drawers
filing_cabinet | Arkistokaappi | Arkivskåp | Filing cabinet
wardrobe | Vaatekaappi | Garderob | Wardrobe
locker | Pukukaappi | Klädskåp | Locker
display_cabinet | Vitriini | Vitrinskåp | Display cabinet
shelves | Hyllyt | Hyllor | Shelves
bookshelf | Kirjahylly | Bokhylla | Bookshelf
wall_shelf | Seinähylly | Vägghylla | Wall shelf
storage_rack | Varastohylly | Lagerhylla | Storage rack
coat_rack | Naulakko | Klädhängare | Coat rack
shoe_rack | Kenkäteline | Skoställ | Shoe rack
beds | Sängyt | Sängar | Beds
bed_frame | Sängynrunko | Sängram | Bed frame
child_bed | Lastensänky | Barnsäng | Child's bed
bunk_bed | Kerrossänky | Våningssäng | Bunk bed
lamps | Valaisimet | Lampor | Lamps
floor_lamp | Lattiavalaisin | Golvlampa | Floor lamp
desk_lamp | Pöytävalaisin | Bordslampa | Desk lamp
ceiling_lamp | Kattovalaisin | Taklampa | Ceiling lamp
boards | Taulut ja seinäkkeet | Tavlor och skärmar | Boards and screens
whiteboard | Valkotaulu | Whiteboardtavla | Whiteboard
notice_board | Ilmoitustaulu | Anslagstavla | Notice board
flipchart | Lehtiötaulu | Blädderblock | Flip chart
screen | Sermi | Skärmvägg | Screen
acoustic_panel | Akustiikkalevy | Akustikpanel | Acoustic panel
textiles | Matot ja tekstiilit | Mattor och textilier | Carpets and textiles
carpet | Matto | Matta | Carpet
curtain | Verho | Gardin | Curtain
school | Koulukalusteet | Skolmöbler | School furniture
school_desk | Pulpetti | Pulpet | School desk
school_chair | Koulutuoli | Skolstol | School chair
teacher_desk | Opettajanpöytä | Lärarbord | Teacher's desk
daycare | Päiväkotikalusteet | Daghemsmöbler | Daycare furniture
lectern | Puhujapönttö | Talarstol | Lectern
outdoor | Ulkokalusteet | Utemöbler | Outdoor furniture
garden_table | Puutarhapöytä | Trädgårdsbord | Garden table
garden_chair | Puutarhatuoli | Trädgårdsstol | Garden chair
decor | Sisustus | Inredning | Interior items
mirror | Peili | Spegel | Mirror
picture | Taulu | Tavla | Picture
plant_pot | Ruukku | Kruka | Plant pot
trolley | Vaunu | Vagn | Trolley
waste_bin | Roskakori | Papperskorg | Waste bin
appliances | Kodinkoneet | Hushållsapparater | Appliances
other | Muut | Övrigt | Other
"""

CATEGORIES = list(data.categories())
BY_KEY = {row["key"]: row for row in CATEGORIES}
FACTORS = {row["category_key"]: row for row in data.impact_factors()}
SIZES = ("width_cm", "depth_cm", "height_cm", "weight_kg", "loading_minutes")


def _inherited(row, column):
    value = row[column]
    return BY_KEY[row["parent"]][column] if value is None and row["parent"] else value


def test_every_category_of_the_glossary_is_there_once_in_three_languages():
    named = [" | ".join((row["key"], row["fi"], row["sv"], row["en"])) for row in CATEGORIES]

    assert named == GLOSSARY.strip().splitlines()
    assert [key for key, times in Counter(row["key"] for row in CATEGORIES).items() if times > 1] == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_two_categories_have_the_same_name(language):
    names = Counter(row[language].lower() for row in CATEGORIES)

    assert [name for name, times in names.items() if times > 1] == []


def test_there_are_two_levels_and_parents_come_first():
    parents = [row["key"] for row in CATEGORIES if not row["parent"]]
    seen = set()
    for row in CATEGORIES:
        assert row["parent"] == "" or (row["parent"] in parents and row["parent"] in seen)
        seen.add(row["key"])
    assert parents == [
        *(
            "seating",
            "sofas",
            "tables",
            "storage",
            "shelves",
            "beds",
            "lamps",
            "boards",
            "textiles",
            "school",
        ),
        *("outdoor", "decor", "appliances", "other"),
    ]


def test_every_cell_has_its_type():
    kinds = {
        **dict.fromkeys(("width_cm", "depth_cm", "height_cm", "weight_kg"), (Decimal, type(None))),
        "loading_minutes": (int, type(None)),
        **dict.fromkeys(("electrical", "residents_allowed", "estimate"), bool),
        **dict.fromkeys(("synonyms_fi", "synonyms_sv", "synonyms_en"), tuple),
        **dict.fromkeys(("key", "parent", "fi", "sv", "en", "icon", "impact_key"), str),
    }
    for row in CATEGORIES:
        assert row.keys() == kinds.keys()
        assert [column for column, kind in kinds.items() if not isinstance(row[column], kind)] == []


def test_sizes_weights_and_minutes_are_there_and_sensible():
    limits = {"width_cm": 300, "depth_cm": 300, "height_cm": 250, "weight_kg": 100, "loading_minutes": 30}
    for row in CATEGORIES:
        for column in SIZES:
            assert 0 < _inherited(row, column) <= limits[column], (row["key"], column)


def test_every_impact_key_is_known():
    assert {row["impact_key"] for row in CATEGORIES} - {""} <= FACTORS.keys() - {"generic_per_kg"}


def test_a_category_has_a_factor_for_its_piece_only_if_it_weighs_about_the_same():
    """A garden chair must not claim what a whole garden set would: else it is counted by the kilogram."""
    for row in CATEGORIES:
        if row["impact_key"]:
            factor = FACTORS[row["impact_key"]]
            assert factor["weight_low"] <= _inherited(row, "weight_kg") <= factor["weight_high"], row["key"]


def test_a_factor_of_a_category_of_ours_is_used_for_it():
    # The carpet's figure is for a square metre, so carpets are counted by the kilogram.
    own = {key: BY_KEY[key]["impact_key"] for key in FACTORS.keys() & BY_KEY.keys()}

    assert own == {key: key for key in own} | {"carpet": ""}


def test_mattresses_are_not_taken_in():
    words = [
        word
        for row in CATEGORIES
        for word in (
            *(row["key"], row["fi"], row["sv"], row["en"]),
            *(row["synonyms_fi"] + row["synonyms_sv"] + row["synonyms_en"]),
        )
    ]

    assert [word for word in words if re.search(r"patja|madrass|mattress", word, re.IGNORECASE)] == []
    assert "mattress" not in {row["impact_key"] for row in CATEGORIES}


def test_what_has_a_plug_is_marked_and_appliances_are_not_for_residents():
    assert [row["key"] for row in CATEGORIES if row["electrical"]] == [
        *("desk_electric", "lamps", "floor_lamp", "desk_lamp", "ceiling_lamp", "appliances"),
    ]
    assert [row["key"] for row in CATEGORIES if not row["residents_allowed"]] == [
        "ceiling_lamp",
        "appliances",
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_synonym_leads_to_one_category(language):
    column = f"synonyms_{language}"
    names = {row[language].lower() for row in CATEGORIES}
    synonyms = Counter(synonym.lower() for row in CATEGORIES for synonym in row[column])

    assert [row["key"] for row in CATEGORIES if not row[column]] == []
    assert [synonym for synonym, times in synonyms.items() if times > 1] == []
    assert names & synonyms.keys() == set()


def test_the_icons_are_a_small_set():
    assert {row["icon"] for row in CATEGORIES} == {
        *("chair", "sofa", "table", "cabinet", "shelf", "bed", "lamp", "board", "carpet", "school", "garden"),
        *("mirror", "plug", "box"),
    }


def test_every_factor_is_a_range_around_its_middle():
    assert len(FACTORS) == 27
    for key, factor in FACTORS.items():
        assert 0 < factor["co2e_low"] <= factor["co2e_new_kg"] <= factor["co2e_high"], key
        if key != "generic_per_kg":
            assert 0 < factor["weight_low"] <= factor["weight_kg"] <= factor["weight_high"], key
        assert factor["confidence"] in {"high", "medium", "low"}


def test_only_the_general_factor_counts_by_the_kilogram():
    assert [key for key, factor in FACTORS.items() if factor["per_kilo"]] == ["generic_per_kg"]
    general = FACTORS["generic_per_kg"]
    assert (general["co2e_low"], general["co2e_new_kg"], general["co2e_high"]) == (
        *(Decimal("0.4"), Decimal("1.7"), Decimal("3.0")),
    )
    assert (general["weight_kg"], general["weight_low"], general["weight_high"]) == (1, None, None)


def test_every_source_that_a_factor_names_is_listed():
    listed = {row["key"] for row in data.impact_sources()}
    named = set()
    for factor in FACTORS.values():
        named |= set(re.findall(r"[A-Z]{3,}20\d\d", factor["weight_source"] + factor["co2e_source"]))
        if "Coggin" in factor["co2e_source"]:
            named.add("COGGIN")
        assert factor["co2e_source"], factor

    assert named == {"ADEME2018", "WRAP2011", "FIRA2011", "COGGIN", "IVL2018"}
    assert named <= listed


def test_every_source_says_what_was_read_and_where():
    for source in data.impact_sources():
        assert source.keys() == {"key", "what", "numbers_seen", "where"}
        assert all(source.values())
