"""Every message in every language at its longest: short enough and whole."""

import re

import pytest
from django.utils import translation

from recycling.notifications.domain import gsm7, kinds, pieces, texts
from recycling.notifications.samples import longest
from tests.recycling.messages.writing import LANGUAGES, WITHOUT_WORDS_OF_A_BOOKING, words

pytestmark = pytest.mark.django_db

APPROVALS = {
    *("approval_request", "approval_reminder", "approval_deputy", "approval_ends", "approval_expired"),
    *("decision_approved", "decision_lowered", "decision_returned", "decision_rejected"),
}
EMAIL_ONLY = {
    *("times_proposed", "times_unanswered"),
    *("offer_accepted", "offer_ending", "offer_sent_back", "offer_to_be_fetched", "not_usable"),
    *("passkey_added", "passkey_removed", "unit_ask", "unit_answer"),
    "no_time_chosen",
    "request_message",
    "request_sent",
    "receipt",
    "receipt_delivery",
    "receipt_unit",
    "sign_in_code",
    "unit_month",
    "wanted_ended",
    "wanted_offer",
    *APPROVALS,
}
# Other words of a kind: for what is brought to a unit.
BROUGHT = {
    f"{kind}_delivery" for kind in ("booked", "moved", "reminder", "missed", "let_go", "rest_kept", "receipt")
} | {"receipt_unit"}
# A trial is said in the words of another kind.
SPOKEN = sorted({*kinds.known(), *BROUGHT} - {"text_trial"})
# The number of pieces stands there instead of their names, or it is about all that somebody booked.
WITHOUT_NAMES = WITHOUT_WORDS_OF_A_BOOKING | {"reminder_delivery", "paused", "alert_confirm"}


def test_every_kind_that_the_code_posts_is_known():
    posted = [
        "booked",
        "moved",
        "reminder",
        "cancelled",
        "cancelled_by_city",
        "missed",
        "rest_kept",
        "receipt",
    ]
    posted += ["contact_code", "sign_in_code"]
    posted += ["passkey_added", "passkey_removed", "unit_ask", "unit_answer"]
    assert set(posted) - set(kinds.known()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted({*SPOKEN} - EMAIL_ONLY))
def test_a_text_message_is_one_part_even_with_the_longest_values(kind, language):
    with translation.override(language):
        text = texts.sms(kind, longest(language, kind))
    assert gsm7.units(text) <= 160
    assert "MISSING" not in text
    if kind not in WITHOUT_NAMES:
        assert "Korkeus" in text


@pytest.mark.parametrize("kind", sorted({*SPOKEN} - EMAIL_ONLY))
def test_the_words_of_a_text_message_are_in_its_alphabet_as_written(kind):
    with translation.override("en"):
        text = pieces.render(f"messages/{kind}.sms.txt", longest("en"))
    assert gsm7.plain(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SPOKEN)
def test_a_mail_is_whole_and_its_subject_short_even_with_the_longest_values(kind, language):
    with translation.override(language):
        values = longest(language) | ({"pieces": "1 200"} if kind in APPROVALS else {})
        mail = texts.mail(kind, values)
    assert len(mail.subject) <= texts.LONGEST_SUBJECT
    assert not mail.subject.endswith("…")
    assert "MISSING" not in mail.subject + mail.text + mail.html
    assert re.findall(r"[{}%]|\n\n\n|[ \t]\n|^\s|&amp;|&#", mail.text) == []
    assert words(mail.text) - words(mail.html) - {longest("en")["url"]} == set()


@pytest.mark.parametrize("kind", SPOKEN)
def test_no_subject_gives_a_code_away(kind):
    with translation.override("en"):
        subject = texts.mail(kind, longest("en")).subject
    assert "482" not in subject


@pytest.mark.parametrize("kind", sorted({*SPOKEN} - WITHOUT_WORDS_OF_A_BOOKING))
def test_the_html_has_one_button_and_it_leads_to_the_reservation(kind):
    with translation.override("en"):
        html = texts.mail(kind, longest("en")).html
    assert re.findall(r'bgcolor="[^"]+"><a href="([^"]+)"', html) == [longest("en")["url"]]


def test_what_a_person_typed_is_text_in_the_html_and_itself_in_the_plain_part():
    with translation.override("en"):
        mail = texts.mail("booked", longest("en") | {"access": "<b>Door</b> & yard"})
    assert "<b>Door</b> & yard" in mail.text
    assert "&lt;b&gt;Door&lt;/b&gt; &amp; yard" in mail.html


# -- cutting


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Työtuoli, musta", 22, "Työtuoli, musta"),
        ("Ruokapöydän tuoli, musta", 22, "Ruokapöydän tuoli"),
        ("Työtuoli, musta + 2", 22, "Työtuoli, musta + 2"),
        ("Ruokapöydän tuoli, musta + 2", 22, "Ruokapöydän tuoli + 2"),
        ("Korkeussäädettävä neuvottelupöytä, valkoinen", 22, "Korkeussäädettävä neu."),
        ("Korkeussäädettävä neuvottelupöytä + 12", 22, "Korkeussäädettäv. + 12"),
        ("Itäinen Rantakatu 66", 20, "Itäinen Rantakatu 66"),
        ("Itäinen Rantakatu 166", 20, "Itäinen Rantakatu 1."),
    ],
)
def test_a_name_is_cut_so_that_it_still_names_the_thing(text, most, short):
    assert texts.shortened(text, most) == short
    assert len(short) <= most


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("Pöytä – ”pyöreä”…", 'Pöytä - "pyöreä"...'),
        ("68 × 96", "68 x 96"),
        ("Škoda\N{NO-BREAK SPACE}žaba ő", "Skoda zaba o"),
        ("Fåtölj, café", "Fåtölj, café"),
        ("стул \N{CHAIR}", "???? ?"),
        ("soft\N{SOFT HYPHEN}hyphen", "softhyphen"),
    ],
)
def test_anything_can_be_said_in_the_alphabet_of_text_messages(pasted, plain):
    assert gsm7.plain(pasted) == plain
    assert gsm7.units(plain) == len(plain)


def test_units_count_the_extension_twice_and_refuse_the_rest():
    assert gsm7.units("5 €") == 4
    with pytest.raises(ValueError, match="–"):
        gsm7.units("14.00–14.30")
