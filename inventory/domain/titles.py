"""Titles are composed, never typed: so every item has one in three languages."""

from collections.abc import Iterable, Mapping

from inventory.vocabulary import COLOURS, MATERIALS
from recycling.translated import LANGUAGES, reading_language

_COLOUR = {word.key: word for word in COLOURS}
_MATERIAL = {word.key: word for word in MATERIALS}

# The names of categories that hold many kinds, and what one thing of them is called. The city may rename a category: then its
# things are called by the new name.
_ONE_OF = {
    "fi": {
        "Tuolit ja istuimet": "Tuoli tai istuin",
        "Sohvat ja nojatuolit": "Sohva tai nojatuoli",
        "Pöydät": "Pöytä",
        "Kaapit ja säilytys": "Säilytyskaluste",
        "Hyllyt": "Hylly",
        "Sängyt": "Sänky",
        "Valaisimet": "Valaisin",
        "Taulut ja seinäkkeet": "Taulu tai seinäke",
        "Matot ja tekstiilit": "Matto tai tekstiili",
        "Koulukalusteet": "Koulukaluste",
        "Päiväkotikalusteet": "Päiväkotikaluste",
        "Ulkokalusteet": "Ulkokaluste",
        "Sisustus": "Sisustusesine",
        "Kodinkoneet": "Kodinkone",
        "Muut": "Muu tavara",
    },
    "sv": {
        "Stolar och sittmöbler": "Stol eller sittmöbel",
        "Soffor och fåtöljer": "Soffa eller fåtölj",
        "Skåp och förvaring": "Förvaringsmöbel",
        "Hyllor": "Hylla",
        "Sängar": "Säng",
        "Lampor": "Lampa",
        "Tavlor och skärmar": "Tavla eller skärm",
        "Mattor och textilier": "Matta eller textil",
        "Skolmöbler": "Skolmöbel",
        "Daghemsmöbler": "Daghemsmöbel",
        "Utemöbler": "Utemöbel",
        "Inredning": "Inredningsföremål",
        "Hushållsapparater": "Hushållsapparat",
        "Övrigt": "Övrigt föremål",
    },
    "en": {
        "Chairs and seating": "Chair or seat",
        "Sofas and armchairs": "Sofa or armchair",
        "Tables and desks": "Table or desk",
        "Cabinets and storage": "Storage unit",
        "Shelves": "Shelf",
        "Beds": "Bed",
        "Lamps": "Lamp",
        "Boards and screens": "Board or screen",
        "Carpets and textiles": "Carpet or textile",
        "Interior items": "Interior item",
        "Appliances": "Appliance",
        "Other": "Other item",
    },
}


def title(item, language: str | None = None) -> str:
    """``Office chair, black``: the category's name and the colour, or the material where no colour is known."""
    language = reading_language(language)
    name = one_of(item.category, language)
    word = _COLOUR.get(item.colour) or _MATERIAL.get(item.material)
    return f"{name}, {getattr(word, language)}" if word else name


def one_of(category, language: str) -> str:
    """What one thing of ``category`` is called: its name, unless that names many kinds at once."""
    name = getattr(category, f"name_{language}")
    return _ONE_OF[language].get(name, name)


def searchable(item) -> Mapping[str, Iterable[str]]:
    """Every word by which somebody might look for the item, by language."""
    words: dict[str, list[str]] = {}
    for language in LANGUAGES:
        # Without the parent's: "sofas and armchairs" on every sofa would make each of them an armchair.
        words[language] = names_of(item.category, language)
        words[language] += [getattr(word, language) for word in _attributes(item)]
    words[item.text_language] += [item.description, item.defects]
    words["en"] += [item.maker]
    return words


def names_of(category, language):
    """What people call a thing of this category: its name, what one of it is called, and the synonyms."""
    return [
        getattr(category, f"name_{language}"),
        one_of(category, language),
        *getattr(category, f"synonyms_{language}").splitlines(),
    ]


def _attributes(item):
    return [word for word in (_COLOUR.get(item.colour), _MATERIAL.get(item.material)) if word]
