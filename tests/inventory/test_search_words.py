"""Which words find which: forms of a word, compounds, keyboards without dots, and queries that are no words at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import data
from inventory.domain.search_keys import LONGEST_QUERY, MOST_QUERY_WORDS, keys_for, query_tokens
from inventory.domain.word_roots import fold
from inventory.vocabulary import COLOURS, MATERIALS
from tests.inventory.inflections import ENGLISH, FINNISH, SWEDISH


def forms(words):
    """Pairs of a word and one of its forms, from lines that begin with the word."""
    return [(line.split()[0], form) for line in words.strip().splitlines() for form in line.split()[1:]]


def meets(keys, text):
    """Whether an item with these index words is found by ``text``, as both databases understand it."""
    words = keys.split()
    return all(
        any(
            any(word.startswith(token[:-1]) for word in words) if token.endswith("*") else token in words
            for token in alternatives
        )
        for alternatives in query_tokens(text)
    )


@pytest.mark.parametrize(("language", "words"), [("fi", FINNISH), ("sv", SWEDISH), ("en", ENGLISH)])
def test_every_form_finds_the_word_and_the_word_every_form(language, words):
    missed = [
        (word, form)
        for word, form in forms(words)
        if not (meets(keys_for({language: [word]}), form) and meets(keys_for({language: [form]}), word))
    ]
    assert missed == []


def test_forms_are_found_on_a_keyboard_without_dots():
    missed = [
        (word, form)
        for language, words in (("fi", FINNISH), ("sv", SWEDISH))
        for word, form in forms(words)
        if not meets(keys_for({language: [word]}), fold(form))
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("language", "compound", "head"),
    [
        ("fi", "työpöytä", "pöytä"),
        ("fi", "kirjahylly", "hyllyt"),
        ("fi", "satulatuoli", "tuolit"),
        ("fi", "arkistokaappi", "kaappeja"),
        ("fi", "lastensänky", "sängyt"),
        ("fi", "kattovalaisin", "valaisimia"),
        ("fi", "vuodesohva", "sohvat"),
        ("fi", "räsymatto", "matot"),
        ("fi", "ilmoitustaulu", "taulut"),
        ("fi", "kenkäteline", "telineet"),
        ("fi", "pimennysverho", "verhot"),
        ("fi", "roskakori", "korit"),
        ("fi", "jalkarahi", "rahi"),
        ("fi", "lastulevy", "levy"),
        ("fi", "ulkokalusteet", "kaluste"),
        ("fi", "sähköpöytiä", "pöydät"),
        ("sv", "skrivbord", "bord"),
        ("sv", "kontorsstol", "stolar"),
        ("sv", "bokhylla", "hyllor"),
        ("sv", "klädskåp", "skåpen"),
        ("sv", "bäddsoffa", "soffor"),
        ("sv", "golvlampa", "lampan"),
        ("sv", "anslagstavla", "tavlor"),
        ("sv", "väggspegel", "speglar"),
        ("sv", "trädgårdsmöbler", "möbel"),
        ("sv", "klädbyrå", "byråer"),
        ("sv", "elbord", "bordet"),
        ("en", "bookshelves", "shelf"),
        ("en", "armchair", "chairs"),
    ],
)
def test_a_compound_is_found_by_what_it_is(language, compound, head):
    assert meets(keys_for({language: [compound]}), head)
    assert meets(keys_for({language: [compound]}), compound)


@pytest.mark.parametrize(
    ("language", "name", "word"),
    [
        ("fi", "Sohvapöytä", "sohva"),
        ("fi", "Pöytävalaisin", "pöytä"),
        ("fi", "Ruokapöydän tuoli", "pöytä"),
        ("fi", "Lipasto", "astia"),
        ("fi", "Juliste", "istuin"),
        ("fi", "Tuoli", "työtuoli"),
        ("sv", "Bordslampa", "bord"),
        ("sv", "Soffbord", "soffa"),
        ("en", "Cupboard", "board"),
    ],
)
def test_a_thing_is_not_found_by_what_it_is_not(language, name, word):
    assert not meets(keys_for({language: [name]}), word)


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("fi", "Työtuoli", "työ tuoli"),
        ("fi", "Sohvapöytä", "sohva pöytä"),
        ("fi", "Keittiönpöytä", "keittiö pöydät"),
        ("fi", "Toimistotuoli, musta", "toimisto musta tuoli"),
        ("sv", "Skrivbord", "skriv bord"),
        ("sv", "Barnstol", "barn stolar"),
        ("en", "Bookshelf", "book shelf"),
    ],
)
def test_a_compound_written_apart_is_found(language, name, text):
    assert meets(keys_for({language: [name]}), text)


def test_every_category_is_found_by_its_names_and_synonyms():
    missed = [
        (row["key"], phrase)
        for row in data.categories()
        for language in ("fi", "sv", "en")
        for phrase in (row[language], *row[f"synonyms_{language}"])
        if not meets(
            keys_for({each: [row[each], *row[f"synonyms_{each}"]] for each in ("fi", "sv", "en")}), phrase
        )
    ]
    assert missed == []


def test_folding_makes_no_two_words_of_the_catalogue_one():
    words = {
        word
        for row in data.categories()
        for language in ("fi", "sv", "en")
        for phrase in (row[language], *row[f"synonyms_{language}"])
        for word in re.findall(r"\w+", phrase.casefold())
    }
    words |= {
        word
        for entry in (*COLOURS, *MATERIALS)
        for language in ("fi", "sv", "en")
        for word in re.findall(r"\w+", getattr(entry, language).casefold())
    }
    folded = {}
    for word in words:
        folded.setdefault(fold(word), set()).add(word)
    # The same word with another country's letters is one word, and is meant to be.
    assert {plain: found for plain, found in folded.items() if len(found) > 1} == {}


def test_the_last_word_may_be_unfinished_while_the_catalogue_does_not_know_it():
    assert query_tokens("musta toimis")[-1][-1] == "toimis*"
    assert meets(keys_for({"fi": ["Toimistotuoli", "musta"]}), "musta toimis")
    # Who typed a whole word means it: no desk lamps among the desks.
    assert not any(token.endswith("*") for token in query_tokens("pöytä")[0])
    assert not any(token.endswith("*") for token in query_tokens("svart")[0])
    # Only the last one, and not for a letter or two.
    assert not meets(keys_for({"fi": ["Toimistotuoli", "musta"]}), "toimis musta")
    assert query_tokens("to") == []
    assert query_tokens("tv") == [["tv"]]


def test_words_that_say_nothing_ask_for_nothing():
    assert query_tokens("pöytä ja tuoli") == query_tokens("pöytä tuoli")
    assert query_tokens("en stol med hjul") == query_tokens("stol hjul")
    assert meets(keys_for({"en": ["Child's bed"]}), "the child’s bed")
    assert not meets(keys_for({"en": ["Child's bed"]}), "the child’s chair")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "???",
        "🪑🪑",
        "стол",
        "كرسي",
        "טבלה",
        "ja",
        "the of and",
        "\x00",
        "'\"; --",
        "\u202e\u202d",
        "*",
    ],
)
def test_nothing_to_search_for_gives_no_words(text):
    assert query_tokens(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "tuoli'; DROP TABLE inventory_item; --",
        'tuoli" OR "pöytä',
        "tuoli NEAR(pöytä, 3)",
        "search_keys : tuoli",
        "tuoli & !pöytä | <-> :*",
        "tuoli* ^pöytä (((",
        "tuoli%_\\",
    ],
)
def test_operators_are_only_separators(text):
    assert query_tokens(text) == query_tokens(" ".join(re.findall(r"\w+", text.replace("_", " "))))


@given(st.text(max_size=3 * LONGEST_QUERY))
def test_whatever_is_typed_becomes_plain_words(text):
    tokens = query_tokens(text)
    assert len(tokens) <= MOST_QUERY_WORDS
    assert [
        token for words in tokens for token in words if not re.fullmatch(r"[a-z0-9]{1,80}\*?", token)
    ] == []
    assert all(tokens)


@given(st.lists(st.text(max_size=40), max_size=6), st.randoms())
def test_keys_are_the_same_whatever_the_order(texts, chance):
    shuffled = texts[:]
    chance.shuffle(shuffled)
    keys = keys_for({"fi": texts, "sv": ["stol"]})
    assert keys == keys_for({"sv": ["stol"], "fi": shuffled})
    assert keys == " ".join(sorted(set(keys.split(" "))))
    assert re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", keys)


def test_a_description_cannot_make_a_row_enormous():
    keys = keys_for({"fi": [" ".join(f"sana{number}tuoli" for number in range(5_000)), "x" * 5_000]})
    assert len(keys) < 80_000
    assert max(map(len, keys.split())) <= 41
