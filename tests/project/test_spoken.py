"""Pages as they are served, listened to in Finnish and Swedish: no English word is left, seen or read aloud."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from .access import PAGES, by_role
from .town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.sweeps, pytest.mark.usefixtures("clock")]

LANGUAGES = ("fi", "sv")
ROLES = ("anonymous", "own", "worker", "lead")
# Attributes that somebody sees or hears.
SPOKEN = ("alt", "aria-label", "aria-description", "placeholder", "title", "data-busy", "data-hold-soon")
SILENT = {"script", "style", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Words that every English sentence has one of, and that neither Finnish nor Swedish has.
ENGLISH = re.compile(
    r"\b(the|and|of|your|you|with|this|that|are|was|has|have|been|not|cannot|from|please|enter|choose|select|field|required"
    r"|must|ensure|value|valid|number|item|items|photo|photos|search|find|date|change|remove|add|next|previous|sign|page)\b",
    re.IGNORECASE,
)
# Shown or given to the resident who booked, in the language of the booking.
IN_FINNISH = {"get reservations:thanks", "get reservations:receipt"}
# The name of a language is written in that language, and a source of a figure is named as it is.
NAMES = {"English", "Suomi", "Svenska"}


class Listener(HTMLParser):
    """What of a page is meant for its reader in the page's own language: words, and attributes that are read aloud."""

    def __init__(self, page, language):
        super().__init__()
        self.language = language
        self.open = [("", language, False)]
        self.said = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        _tag, language, silent = self.open[-1]
        language = attrs.get("lang", language)
        silent = silent or (tag in SILENT and "aria-label" not in attrs)
        if language == self.language and not silent:
            spoken = [name for name in SPOKEN if attrs.get(name)]
            self.said += [attrs[name].strip() for name in spoken]
            if attrs.get("type") == "submit" and attrs.get("value"):
                self.said.append(attrs["value"])
        if tag not in VOID:
            self.open.append((tag, language, silent))

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        _tag, language, silent = self.open[-1]
        if data.strip() and language == self.language and not silent:
            self.said.append(" ".join(data.split()))


def whole_messages(language):
    """What is said in English for something that is said otherwise in this language."""
    path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    entries = polib.pofile(str(path))
    said = {text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())}
    return {entry.msgid for entry in entries} - said


def english_in(page, language, messages):
    said = [words for words in Listener(page, language).said if words not in NAMES]
    return [words for words in said if words in messages or ENGLISH.search(words)]


def answers(town, language):
    """(name, role, page) of every page of the table that a role gets, also of those that say no to an empty form."""
    with translation.override(language):
        for name, page in PAGES.items():
            address = reverse(name, args=page.at(town))
            for role in ROLES:
                for method, answer in (("get", by_role(page.get)[role]), ("post", by_role(page.post)[role])):
                    if answer in {200, 409, 422}:
                        with transaction.atomic():
                            got = getattr(town.client(role), method)(
                                address, headers={"accept-language": language}
                            )
                            transaction.set_rollback(True)
                        if got["Content-Type"].startswith("text/html"):
                            yield f"{method} {name}", role, got.content.decode()


# Finnish on each commit, Swedish by `make thorough`: that its messages are whole is looked at on each commit as well.
@pytest.mark.parametrize("language", ["fi", pytest.param("sv", marks=pytest.mark.thorough)])
def test_no_page_says_anything_in_english(language):
    messages, town, heard, english = whole_messages(language), Town(), set(), {}
    for name, role, page in answers(town, language):
        heard.add(name)
        assert f'<html lang="{"fi" if name in IN_FINNISH else language}"' in page, name
        if found := [] if name in IN_FINNISH else english_in(page, language, messages):
            english[name, role] = found
    assert english == {}
    assert len(heard) > 30


@pytest.mark.parametrize("language", LANGUAGES)
@override_settings(DEBUG=False)
def test_pages_for_what_is_not_there_say_nothing_in_english(client, language):
    page = client.get(f"/{language}/nothing-is-here").content.decode()
    assert english_in(page, language, whole_messages(language)) == []


def test_the_listener_hears_english_where_it_is():
    page = '<p>Tavara</p><button aria-label="Search">x</button><p lang="en">Not this</p><p>Kuva of a chair</p><p>Items</p>'
    assert english_in(page, "fi", whole_messages("fi")) == ["Search", "Kuva of a chair", "Items"]
