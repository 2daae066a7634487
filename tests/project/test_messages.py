"""The gate of the languages: everything in the sources is said in Finnish and Swedish, plainly, and is what the pages show."""

import gettext
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polib
import pytest

from recycling.notifications.domain import gsm7

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("fi", "sv")
# What the sources of messages never are: tests, and what tools and the running service write.
NO_SOURCES = {"locale", "tests", "var"}

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
WORDS_OF_A_SENTENCE = 15

# Words that are the same in English.
SAME = {
    "fi": {"Demo", "%(kilograms)s kg", "%(unit)s, %(month)s."},
    "sv": {
        "Demo",
        "Period",
        "Text",
        "%(kilograms)s kg",
        "%(unit)s, %(month)s.",
        "Material",
        "material",
        "person",
        "H %(height)s cm",
        "D %(depth)s cm",
    },
}
# The city serves residents, never customers.
NEVER = {
    "fi": re.compile(r"\basiaka|\basiakk", re.IGNORECASE),
    "sv": re.compile(r"\bkund(?!e\b)", re.IGNORECASE),
}


def committed(language):
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"), wrapwidth=0)


def key(entry):
    """What the sources ask for: a context or nothing, the words, and their plural or nothing."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def forms(entry):
    """{what is said in English: the same in the language}, for each form of the entry."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    singular, plural = (entry.msgstr_plural.get(number, "") for number in (0, 1))
    return [(entry.msgid, singular), (entry.msgid_plural, plural)]


def all_forms(language):
    return [form for entry in committed(language) for form in forms(entry)]


def wrong(language, says_no):
    """The translations that ``says_no`` is true of, by their English words."""
    return {english: said for english, said in all_forms(language) if says_no(english, said)}


@pytest.fixture(scope="module")
def in_the_sources(tmp_path_factory):
    """Every message of the sources as they are now, collected from a copy of them."""
    if not shutil.which("xgettext"):
        pytest.skip("needs GNU gettext: no xgettext on PATH, so the sources cannot be read for messages")
    copy = tmp_path_factory.mktemp("sources")
    for folder in ROOT.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in NO_SOURCES:
            unneeded = shutil.ignore_patterns("__pycache__", "static", "*.pyc", "*.html.py", "*.txt.py")
            shutil.copytree(folder, copy / folder.name, ignore=unneeded)
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "makemessages", "--locale", "fi", "--no-wrap"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    return {key(entry) for entry in polib.pofile(str(copy / "locale/fi/LC_MESSAGES/django.po"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_messages_are_those_of_the_sources(in_the_sources, language):
    """Otherwise: ``make messages``, translate what is new, commit."""
    known = {key(entry) for entry in committed(language) if not entry.obsolete}
    assert {"not collected": in_the_sources - known, "no longer used": known - in_the_sources} == {
        "not collected": set(),
        "no longer used": set(),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_a_guess(language):
    entries = committed(language)
    assert {
        "untranslated": [entry.msgid for entry in entries if not all(said for _, said in forms(entry))],
        "guessed": [entry.msgid for entry in entries if entry.fuzzy],
        "old": [entry.msgid for entry in entries if entry.obsolete],
    } == {"untranslated": [], "guessed": [], "old": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_says_whose_it_is_and_how_it_counts(language):
    header = committed(language)
    assert (header.metadata["Language"], header.metadata["Plural-Forms"], bool(header.metadata_is_fuzzy)) == (
        language,
        "nplurals=2; plural=(n != 1);",
        False,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_places_to_fill_in_are_the_same(language):
    def other_places(english, said):
        return set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(said))

    assert wrong(language, other_places) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percent_sign_is_a_place_or_written_twice_wherever_something_is_filled_in(language):
    def half_a_place(english, said):
        return "%(" in english and "%" in PLACEHOLDER.sub("", said)

    assert wrong(language, half_a_place) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_and_spaces_at_the_ends_are_the_same(language):
    def other_edges(english, said):
        return english.count("\n") != said.count("\n") or said != said.strip() or "  " in said

    assert wrong(language, other_edges) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_words_that_are_the_same_in_both_languages_were_left_in_english(language):
    assert set(wrong(language, lambda english, said: english == said)) == SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_called_a_customer(language):
    assert wrong(language, lambda _, said: NEVER[language].search(said)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_ninety_five_of_a_hundred_sentences_are_short(language):
    sentences = [
        sentence for _, said in all_forms(language) for sentence in re.split(r"(?<=[.!?:])\s+", said)
    ]
    long = [sentence for sentence in sentences if len(sentence.split()) > WORDS_OF_A_SENTENCE]
    assert len(long) <= 0.05 * len(sentences), long


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_messages_are_written_in_their_alphabet(language):
    of_text_messages = [
        said
        for entry in committed(language)
        if any(place.endswith(".sms.txt") for place, _line in entry.occurrences)
        for _english, said in forms(entry)
    ]
    assert [said for said in of_text_messages if gsm7.plain(said) != said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_messages_say_what_the_written_ones_say(language):
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"
    compiled = {key(entry): forms(entry) for entry in polib.mofile(str(path))}
    assert compiled == {key(entry): forms(entry) for entry in committed(language)}
    with path.open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    plural = spoken.ngettext("%(number)s item", "%(number)s items", 2)
    assert plural == {"fi": "%(number)s tavaraa", "sv": "%(number)s föremål"}[language]


def test_every_block_of_words_in_a_template_is_trimmed():
    tags = [
        (path.relative_to(ROOT), tag)
        for path in sorted(ROOT.glob("*/**/templates/**/*")) + sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and not {".venv", *NO_SOURCES} & set(path.relative_to(ROOT).parts)
        for tag in re.findall(r"{%\s*blocktrans[^%]*%}", path.read_text(encoding="utf-8"))
    ]
    assert len(tags) > 50
    assert [(str(path), tag) for path, tag in tags if "trimmed" not in tag.split()] == []


def test_no_message_is_asked_for_with_two_different_plurals():
    """Only one of them would be known; the other would be shown in English."""
    source = [
        path
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if "count" in path.read_text(encoding="utf-8")
    ]
    block = re.compile(
        r"{% blocktranslate ([^%]*\bcount\b[^%]*)%}(.*?){% plural %}(.*?){% endblocktranslate %}", re.DOTALL
    )
    asked = {
        (" ".join(one.split()), " ".join(many.split()), re.sub(r".*context (\S+).*|.*", r"\1", tag))
        for path in source
        for tag, one, many in block.findall(path.read_text(encoding="utf-8"))
    }
    assert asked
    counted = Counter((one, context) for one, _many, context in asked)
    assert [one for one, times in counted.items() if times > 1] == []
