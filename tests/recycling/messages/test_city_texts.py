"""Words of the city's own: what is taken, what is refused, what is said then, and who changed what."""

import pytest
from django.utils import translation

from recycling.audit.models import AuditEntry
from recycling.notifications.domain import city_texts, gsm7, pieces, sending, text_refusals, texts
from recycling.notifications.models import CityText, DemoMessage, Notification, Part
from recycling.notifications.samples import longest
from tests.factories import NOW, later, make_reservation, make_user
from tests.recycling.messages.writing import LANGUAGES, send

pytestmark = pytest.mark.django_db

EVERY_PART = [(kind, part) for kind, parts in city_texts.kinds().items() for part in parts]
MAIL = "Varauksesi on selvä.\n\n{items}\n\n{when_long}\n{where}\n\n{how_to_collect}\n\nOma varaus: {url}"


@pytest.fixture
def meri():
    return make_user(name="Meri Mäki", is_manager=True)


def write(words, kind="booked", part=Part.SMS, language="fi", *, by, seen=0, at=NOW):
    return city_texts.write(kind, part, language, words, seen=seen, by=by, at=at)


# -- our own words, as an editor sees them


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_our_own_words_taken_as_the_citys_say_the_same_in_one_part(kind, part, language):
    """So every text can be opened, changed by a word, and kept: also with the longest values."""
    words = city_texts.original(kind, part, language)
    assert city_texts.check(kind, part, language, words) == words
    for is_longest in (False, True):
        filled = city_texts.values(language, kind, longest=is_longest)
        ours = city_texts.show(kind, part, language, filled=filled)
        theirs = city_texts.show(kind, part, language, words, filled=filled)
        assert theirs.text.split() == ours.text.split()
        assert not theirs.is_too_long
        assert "MISSING" not in theirs.text
        assert pieces.names_in(theirs.text) == set()


def test_loops_and_conditions_have_names_so_that_editors_place_them_as_they_are():
    words = city_texts.original("booked", Part.TEXT, "en")
    assert words == (
        "your booking is confirmed.\n\n{items}\n\nPickup: {when_long}\n{where}\n\n{how_to_collect}\n\n"
        "{rule_of_misses}\n\nChange the time or cancel: {url}"
    )


# -- what is said then


def test_a_text_message_says_what_the_city_wrote_in_that_language_alone(meri):
    write("Noudat {when}: {item}, {place}. Koodi {code}. {url}", by=meri)
    make_reservation(contact="+358401234567", language="fi")
    make_reservation(contact="+358401234568", language="sv")
    send()
    finnish, swedish = DemoMessage.objects.order_by("pk")
    assert finnish.text.startswith("Noudat ma 16.11. klo 13.00-13.30: Työtuoli, musta, Varastokatu 6. Koodi ")
    assert swedish.text.startswith("Bokningen är bekräftad")


def test_a_mail_keeps_its_greeting_its_help_and_its_button(meri, mailoutbox):
    write(MAIL, part=Part.TEXT, by=meri)
    write("Nouto {start}", part=Part.SUBJECT, by=meri)
    reservation = make_reservation(language="fi")
    send()
    (mail,) = mailoutbox
    assert mail.subject == "Nouto ma 16.11. klo 13.00"
    assert mail.body.startswith("Hei,\n\nVarauksesi on selvä.\n\nTavara: Työtuoli, musta (")
    assert "\n\nmaanantai 16.11.2026 klo 13.00-13.30\nPaikka: " in mail.body
    assert "Saat tämän viestin" in mail.body
    html = mail.alternatives[0].content
    assert f'<a href="https://kierto.example.fi/r/{reservation.token}"><b>Oma varaus</b></a>' in html


def test_what_is_written_is_no_template_and_no_html(meri):
    write(
        "{when} {% now 'Y' %} {{ x }} {url} {code}".replace("{%", "%")
        .replace("%}", "%")
        .replace("{{ x }}", "<b>"),
        by=meri,
    )
    with translation.override("fi"):
        text = texts.sms("booked", longest("fi"))
    assert "% now 'Y' %" in text
    write("<b>{when_long}</b> {url} {how_to_collect}", part=Part.TEXT, by=meri)
    with translation.override("fi"):
        mail = texts.mail("booked", longest("fi"))
    assert "&lt;b&gt;" in mail.html


def test_the_name_of_the_thing_gives_way_in_the_citys_words_too(meri):
    write(
        "Noudat tavaran {item} {when}, paikka {place}. Koodisi on {code}. Muuta tai peru varaus tästä: {url}",
        by=meri,
    )
    with translation.override("fi"):
        text = texts.sms("booked", longest("fi"))
    assert gsm7.units(text) <= 160
    assert text.startswith("Noudat tavaran Kork")


def test_a_name_that_a_newer_version_knows_no_more_brings_back_our_words(meri):
    row = write("{when} {code} {url}", by=meri)
    CityText.objects.filter(pk=row.pk).update(words="{gone} {url}")
    make_reservation(contact="+358401234567", language="fi")
    assert send() == {"sent": 1}
    assert DemoMessage.objects.get().text.startswith("Varaus vahvistettu")


def test_words_that_no_longer_fit_bring_back_ours(meri, settings):
    row = write("{when} {code} {url}", by=meri)
    CityText.objects.filter(pk=row.pk).update(words="x" * 150 + "{url}")
    make_reservation(contact="+358401234567", language="fi")
    send()
    assert DemoMessage.objects.get().text.startswith("Varaus vahvistettu")


# -- what is refused


@pytest.mark.parametrize(
    ("part", "words", "refusal"),
    [
        ("sms", "  \n ", text_refusals.NothingWritten),
        ("sms", "{when} {code} {url} {nimi}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} {items}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} {Item}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} {item.name}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} {{ item }}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} {% now %}", text_refusals.NameUnknown),
        ("sms", "{when} {code} {url} }", text_refusals.NameUnknown),
        ("sms", "{when} {code}", text_refusals.NameMissing),
        ("sms", "{when} {url}", text_refusals.NameMissing),
        ("sms", "{code} {url}", text_refusals.NameMissing),
        ("sms", "{when} – {code} {url}", text_refusals.NotInAlphabet),
        ("sms", "{when} {code} {url} " + 110 * "x", text_refusals.TextMessageTooLong),
        ("subject", "Koodi {code}", text_refusals.NameUnknown),
        ("subject", "{start} {url}", text_refusals.NameUnknown),
        ("subject", "{start} " + 70 * "x", text_refusals.SubjectTooLong),
        ("text", "{when_long} {url}", text_refusals.NameMissing),
        ("text", MAIL + 4000 * "x", text_refusals.TextTooLong),
    ],
)
def test_what_would_not_arrive_whole_is_not_kept(meri, part, words, refusal):
    with pytest.raises(refusal) as refused:
        write(words, part=part, by=meri)
    assert str(refused.value)
    assert not CityText.objects.exists()


def test_a_refusal_says_which_names_and_how_long(meri):
    with translation.override("en"):
        with pytest.raises(text_refusals.NameMissing) as missing:
            write("{when}", by=meri)
        with pytest.raises(text_refusals.SubjectTooLong) as long:
            write(90 * "x", part="subject", by=meri)
        assert "{code}, {url}" in str(missing.value)
        assert "90 of 78" in str(long.value)


def test_a_euro_sign_counts_twice():
    filled = city_texts.values("fi")
    with_euro = city_texts.show("booked", Part.SMS, "fi", "5 € {url}", filled=filled)
    without = city_texts.show("booked", Part.SMS, "fi", "5 e {url}", filled=filled)
    assert with_euro.size == without.size + 1


def test_nobody_writes_over_what_somebody_else_has_just_written(meri):
    write("{when} {code} {url}", by=meri)
    with pytest.raises(text_refusals.ChangedMeanwhile):
        write("Toinen {when} {code} {url}", by=meri, seen=0)
    assert write("Toinen {when} {code} {url}", by=meri, seen=1).version == 2


# -- history, and back to the original


def test_the_history_says_who_wrote_what_and_when(meri):
    row = write("{when} {code} {url}", by=meri)
    write("Uusi {when} {code} {url}", by=meri, seen=1, at=later(hours=1))
    city_texts.take_back("booked", Part.SMS, "fi", seen=2, by=meri, at=later(hours=2))
    told = [(step.action, step.actor, step.details["words"]) for step in city_texts.history(row)]
    assert told == [
        ("text_taken_back", meri, ""),
        ("text_written", meri, "Uusi {when} {code} {url}"),
        ("text_written", meri, "{when} {code} {url}"),
    ]
    make_reservation(contact="+358401234567", language="fi")
    send()
    assert DemoMessage.objects.get().text.startswith("Varaus vahvistettu")


def test_our_own_words_typed_again_are_our_own_words_and_leave_no_trace(meri):
    write(city_texts.original("booked", Part.SMS, "fi"), by=meri)
    assert CityText.objects.get().words == ""
    assert not AuditEntry.objects.filter(target_type="citytext").exists()


# -- a trial


def test_a_trial_goes_to_whoever_writes_it_in_the_words_that_are_not_kept(meri, mailoutbox):
    city_texts.try_out("booked", Part.TEXT, "fi", MAIL, by=meri, at=NOW)
    assert send() == {"sent": 1}
    (mail,) = mailoutbox
    assert (mail.to, "Varauksesi on selvä." in mail.body) == ([meri.email], True)
    assert not CityText.objects.exists()
    assert Notification.objects.get().person == meri


def test_a_trial_of_a_text_message_needs_a_phone(meri):
    with pytest.raises(text_refusals.NoPhone):
        city_texts.try_out("booked", Part.SMS, "fi", "{when} {code} {url}", by=meri, at=NOW)
    meri.phone = "+358401234567"
    meri.save()
    city_texts.try_out("booked", Part.SMS, "fi", "Nouto {when} {code} {url}", by=meri, at=NOW)
    assert send() == {"sent": 1}
    assert DemoMessage.objects.get().text.startswith("Nouto ke 16.9. klo 14.00-14.30 482 915 ")


def test_what_would_be_refused_is_not_tried(meri):
    with pytest.raises(text_refusals.NameMissing):
        city_texts.try_out("booked", Part.TEXT, "fi", "Hei", by=meri, at=NOW)
    assert dict(sending.send_due(at=NOW)) == {}


def test_asking_for_the_citys_words_costs_one_question_for_each_message(django_assert_num_queries):
    with translation.override("fi"), django_assert_num_queries(1):
        texts.sms("booked", longest("fi"))
