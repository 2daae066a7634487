"""Every message in every language: short enough, whole, and about what is true."""

import re
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from inventory.models import Category
from inventory.vocabulary import COLOURS, MATERIALS
from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import User
from recycling.notifications.domain import gsm7, kinds, outbox, sending, texts
from recycling.notifications.models import DemoMessage, Notification
from reservations.domain import booking, calendar, handover, ledger
from reservations.models import Reservation
from tests.factories import (
    NOW,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ("fi", "sv", "en")
EMAIL_ONLY = {"receipt", "sign_in_code"}
WITHOUT_WORDS_OF_A_BOOKING = {"contact_code", "sign_in_code"}
MISSING = "MISSING<%s>"


@pytest.fixture(autouse=True)
def _open(settings, monkeypatch):
    # A host name as long as the city's own; nobody's words may come out with a hole.
    settings.SITE_URL = "https://kierto.example.fi"
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)
    open_site()


# -- the longest that the values can be

LONGEST = {
    "item": "Korkeussäädettävä neuvottelupöytä, tummanharmaa + 12",
    "lines": [
        {
            "item": "Korkeussäädettävä neuvottelupöytä, tummanharmaa",
            "code": "K7Q-4M2P",
            "pieces": pieces,
            "size": "240 x 120 x 130",
            "weight": "1 120",
        }
        for pieces in (1, 40)
    ],
    "place": "Itäisen Rantakadun varastoalue 66",
    "address": "Kierrätyskeskuksen päävarasto, Itäisen Rantakadun varastoalue 66",
    "access": "Ovi B, soita ovikelloa.",
    "step_free": True,
    "code": "482 915",
    "url": "https://kierto.example.fi/r/K7Q4M2XB9T",
    "minutes": 60,
    "pieces": 2,
    "weight": "1 120",
    "co2e": "1 200-3 400",
    "method_url": "https://kierto.example.fi/fi/how",
}
LONGEST_TIMES = {
    "fi": {
        "when": "ke 16.12. klo 14.00-14.30",
        "when_long": "keskiviikko 16.12.2026 klo 14.00-14.30",
        "start": "ke 16.12. klo 14.00",
        "until": "ke 16.12.",
        "day": "ke 16.12.",
    },
    "sv": {
        "when": "tors 17.12 kl. 14.00-14.30",
        "when_long": "torsdag 17.12.2026 kl. 14.00-14.30",
        "start": "tors 17.12 kl. 14.00",
        "until": "tors 17.12",
        "day": "tors 17.12",
    },
    "en": {
        "when": "Wed 16 Sep 14:00-14:30",
        "when_long": "Wednesday 16 September 2026, 14:00-14:30",
        "start": "Wed 16 Sep 14:00",
        "until": "Wed 16 Sep",
        "day": "Wed 16 Sep",
    },
}


def longest(language):
    return LONGEST | LONGEST_TIMES[language]


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
    assert set(posted) - set(kinds.known()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(kinds.known()) - EMAIL_ONLY))
def test_a_text_message_is_one_part_even_with_the_longest_values(kind, language):
    with translation.override(language):
        text = texts.sms(kind, longest(language))
    assert gsm7.units(text) <= 160
    assert "MISSING" not in text
    if kind not in WITHOUT_WORDS_OF_A_BOOKING:
        assert "Korkeus" in text


@pytest.mark.parametrize("kind", sorted(set(kinds.known()) - EMAIL_ONLY))
def test_the_words_of_a_text_message_are_in_its_alphabet_as_written(kind):
    with translation.override("en"):
        text = texts._render(f"messages/{kind}.sms.txt", longest("en"))
    assert gsm7.plain(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds.known())
def test_a_mail_is_whole_and_its_subject_short_even_with_the_longest_values(kind, language):
    with translation.override(language):
        mail = texts.mail(kind, longest(language))
    assert len(mail.subject) <= texts.LONGEST_SUBJECT
    assert not mail.subject.endswith("…")
    assert "MISSING" not in mail.subject + mail.text + mail.html
    assert re.findall(r"[{}%]|\n\n\n|[ \t]\n|^\s|&amp;|&#", mail.text) == []
    assert words(mail.text) - words(mail.html) - {LONGEST["url"]} == set()


def words(text):
    """The words that somebody reads, without tags."""
    return set(re.sub(r"<[^>]*>", " ", text).replace(": ", " ").split())


@pytest.mark.parametrize("kind", kinds.known())
def test_no_subject_gives_a_code_away(kind):
    with translation.override("en"):
        subject = texts.mail(kind, longest("en")).subject
    assert "482" not in subject


@pytest.mark.parametrize("kind", sorted(set(kinds.known()) - WITHOUT_WORDS_OF_A_BOOKING))
def test_the_html_has_one_button_and_it_leads_to_the_reservation(kind):
    with translation.override("en"):
        html = texts.mail(kind, longest("en")).html
    assert re.findall(r'bgcolor="[^"]+"><a href="([^"]+)"', html) == [LONGEST["url"]]


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


# -- what the messages of a reservation say


def send(at=NOW):
    return dict(sending.send_due(at=at))


def mails(mailoutbox, kind=None):
    return [mail for mail in mailoutbox if kind is None or f"-{kind}@" in mail.extra_headers["Message-ID"]]


def test_a_confirmation_tells_all_that_one_needs_at_the_door(mailoutbox):
    make_site(access_en="Door B", is_step_free=True)
    site = make_site()
    site.access_en, site.is_step_free = "Door B", True
    site.save()
    chair = make_item(quantity=4, width_cm=68, depth_cm=68, height_cm=96, weight_kg=Decimal("12.4"))
    desk = make_item(category="desk", colour="", material=MATERIALS[0].key)
    reservation = make_reservation({chair: 2, desk: 1}, language="en")
    assert send() == {"sent": 1}
    (mail,) = mailoutbox
    code = f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"
    assert mail.to == ["aino@example.org"]
    assert mail.subject == "Booking confirmed, pickup Mon 16 Nov 13:00"
    assert mail.body == (
        "Hello,\n\n"
        "your booking is confirmed.\n\n"
        f"Item: Office chair, black, 2 pieces ({chair.shown_code})\n"
        "Size 68 x 68 x 96 cm. Weight about 12 kg each.\n"
        f"Item: Desk, {MATERIALS[0].en} ({desk.shown_code})\n"
        f"{size_of(desk)}\n\n"
        "Pickup: Monday 16 November 2026, 13:00-13:30\n"
        "Place: Warehouse 1, Varastokatu 6\n"
        "Door B\n"
        "Step-free entrance.\n\n"
        f"Pickup code: {code}\n"
        "Show or say the code at the warehouse. Someone else can collect with it.\n\n"
        f"Change the time or cancel: https://kierto.example.fi/r/{reservation.token}\n\n"
        "You cannot reply to this message. Questions? 02 000 0000, Mon-Fri 9-15.\n\n"
        "Kierto, Example City\n"
        "https://kierto.example.fi\n"
        "You get this message because this address was given for a booking.\n"
    )


def size_of(item):
    width, depth, height = (
        round(item.category.inherited(f"{side}_cm")) for side in ("width", "depth", "height")
    )
    return f"Size {width} x {depth} x {height} cm. Weight about {round(item.category.inherited('weight_kg'))} kg."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["Työtuoli, musta", "ma 16.11. klo 13.00-13.30", "Varastokatu 6"]),
        ("sv", ["Arbetsstol, svart", "mån 16.11 kl. 13.00-13.30", "Lagergatan 6"]),
        ("en", ["Office chair, black", "Mon 16 Nov 13:00-13:30", "Varastokatu 6"]),
    ],
)
def test_a_message_is_in_the_language_of_the_reservation_whatever_is_active(language, words):
    with translation.override("en" if language == "fi" else "fi"):
        reservation = make_reservation(contact="+358401234567", language=language)
        send()
    text = DemoMessage.objects.get().text
    assert [word for word in words if word not in text] == []
    assert f"kierto.example.fi/r/{reservation.token}" in text
    assert "https" not in text


def test_several_items_are_named_by_the_first_and_a_number():
    wishes = {make_item(): 1, make_item(category="desk"): 1, make_item(category="sofa"): 1}
    make_reservation(wishes, contact="+358401234567", language="en")
    send()
    assert DemoMessage.objects.get().text.startswith("Booking confirmed: Office chair + 2. Pick up ")


def test_the_reminder_comes_on_the_day_before_at_ten_and_only_for_the_time_that_stands(mailoutbox):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40), language="en")
    send()
    booking.reschedule(reservation, first_slot(skip=54), at=later(minutes=1))
    send(later(minutes=1))
    reminders = Notification.objects.filter(kind="reminder").order_by("pk")
    assert [(row.status, row.why_not) for row in reminders] == [("skipped", "moved"), ("due", "")]
    planned = reminders[1].send_after
    assert send(planned) == {"sent": 1}
    assert [mail.subject for mail in mailoutbox] == [
        "Booking confirmed, pickup Fri 20 Nov 09:00",
        "New pickup time Mon 23 Nov 10:00",
        "Pickup reminder, Mon 23 Nov 10:00",
    ]
    assert planned.isoformat() == "2026-11-22T08:00:00+00:00"


def test_what_became_untrue_before_it_was_sent_is_not_said(mailoutbox):
    reservation = make_reservation(language="en")
    booking.reschedule(reservation, first_slot(skip=6), at=NOW)
    booking.reschedule(reservation, first_slot(skip=8), at=NOW)
    assert send() == {"skipped": 2, "sent": 1}
    assert [mail.subject for mail in mailoutbox] == ["New pickup time Tue 17 Nov 11:00"]
    other = make_reservation({make_item(): 1}, contact="bea@example.org", language="en")
    booking.cancel(other, at=NOW)
    assert send() == {"skipped": 1, "sent": 1}
    assert mailoutbox[-1].subject == "Your booking is cancelled"
    reasons = Notification.objects.filter(status="skipped").order_by("pk")
    assert [row.why_not for row in reasons] == ["moved", "moved", "moved", "cancelled"]


def test_a_confirmation_that_waited_until_the_time_was_over_is_too_late():
    reservation = make_reservation()
    assert send(reservation.slot.ends_at) == {"skipped": 1}
    assert Notification.objects.get().why_not == "too_late"


def test_cancelling_by_oneself_by_the_city_and_by_the_city_for_oneself_are_said_differently():
    worker = make_worker()
    numbers = ["+358401234561", "+358401234562", "+358401234563"]
    own, broken, by_phone = (
        make_reservation({make_item(): 1}, contact=one, language="en") for one in numbers
    )
    booking.cancel(own, at=NOW)
    booking.cancel(broken, by=worker, at=NOW)
    booking.cancel(by_phone, by=worker, reason="no_time", at=NOW)
    send()
    thanks = "Your booking is cancelled: Office chair, black. Thank you for telling us. It goes to the next person."
    sorry = (
        "Sorry: Office chair, black is no longer available. Your booking is cancelled. "
        f"See similar items: kierto.example.fi/r/{broken.token}"
    )
    assert {one.to: one.text for one in DemoMessage.objects.all()} == dict(
        zip(numbers, [thanks, sorry, thanks], strict=True)
    )


def test_a_missed_pickup_says_until_when_it_is_kept_and_waits_for_the_morning():
    reservation = make_reservation(contact="+358401234567", language="en")
    send()
    booking.mark_missed(reservation, at=reservation.slot.ends_at)
    assert send(reservation.slot.ends_at) == {"sent": 1}
    newest = DemoMessage.objects.first().text
    assert newest == (
        "You missed your pickup Mon 16 Nov 13:00-13:30: Office chair, black. We keep it until Thu 19 Nov. "
        f"New time or cancel: kierto.example.fi/r/{reservation.token}"
    )


def test_what_is_kept_for_later_asks_for_a_time(mailoutbox):
    chairs = make_item(quantity=3)
    reservation = make_reservation({chairs: 3}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 1}, why_not={line.pk: "later"}, by=make_worker(), at=NOW)
    rest = Reservation.objects.get(status="held")
    send()
    subject = "Choose a time for the rest of your pickup, last day Thu 19 Nov"
    (mail,) = [mail for mail in mailoutbox if mail.subject == subject]
    assert f"Item: Office chair, black, 2 pieces ({chairs.shown_code})" in mail.body
    assert f"https://kierto.example.fi/r/{rest.token}" in mail.body


def test_the_receipt_says_what_was_collected_and_what_it_saved(mailoutbox):
    chairs = make_item(quantity=3, weight_kg=12)
    reservation = make_reservation({chairs: 2}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 2}, why_not={}, by=make_worker(), at=NOW)
    send()
    saved = reservation.handover.lines.get()
    (mail,) = mails(mailoutbox, "receipt")
    assert mail.subject == "Thank you for your pickup, Mon 16 Nov"
    assert "You collected: Office chair, black, 2 pieces.\n" in mail.body
    assert (
        "You kept 24 kg of furniture in use. Making new ones would have caused about "
        f"{saved.co2e_low:.0f}-{saved.co2e_high:.0f} kg of carbon dioxide emissions.\n"
    ) in mail.body
    assert "How we calculate: https://kierto.example.fi/en/impact\n" in mail.body
    # The confirmation had not gone out yet: it would be no news any more.
    assert Notification.objects.get(kind="booked").why_not == "collected"


def test_a_receipt_without_known_figures_says_nothing_about_them(mailoutbox):
    reservation = make_reservation({make_item(): 1}, language="en")
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 1}, why_not={}, by=make_worker(), at=NOW)
    reservation.handover.lines.update(weight_kg=0, co2e_low=0, co2e_high=0)
    send()
    (mail,) = mails(mailoutbox, "receipt")
    assert "You collected: Office chair, black, 1 piece.\n\nSomething wrong?" in mail.body


def test_a_forgotten_contact_gets_nothing(mailoutbox):
    make_reservation()
    Reservation.objects.update(contact="", contact_name="")
    assert send() == {"skipped": 1}
    assert Notification.objects.get().why_not == "contact_forgotten"


def test_confirmation_change_and_cancellation_carry_the_calendar_entry(mailoutbox):
    reservation = make_reservation(language="en")
    send()
    booking.reschedule(reservation, first_slot(skip=6), at=NOW)
    send()
    booking.cancel(reservation, at=NOW)
    send()
    found = []
    for mail in mailoutbox:
        (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
        found.append((part.get_param("method"), part.get_filename()))
        assert part.get_payload(decode=True).startswith(b"BEGIN:VCALENDAR\r\n")
    assert found == [("PUBLISH", "pickup.ics"), ("PUBLISH", "pickup.ics"), ("CANCEL", "pickup.ics")]
    with translation.override("en"):
        assert part.get_payload(decode=True) == calendar.ics(Reservation.objects.get())


# -- codes


def test_the_one_time_code_arrives_as_long_as_it_is_of_use(mailoutbox):
    contact = Contact("email", "aino@example.org")
    first = contacts.send_code(contact, device="d" * 64, network="192.0.2.1", language="en", at=NOW)
    second = contacts.send_code(
        contact, device="d" * 64, network="192.0.2.1", language="en", at=later(minutes=1)
    )
    assert send(later(minutes=1)) == {"skipped": 1, "sent": 1}
    digits = contacts.digits(second)
    assert f"your one-time code is {digits[:3]} {digits[3:]}\n" in mailoutbox[0].body
    contacts.check_code(contact, digits, device="d" * 64, at=later(minutes=2))
    Notification.objects.update(status="due", sent_at=None)
    assert send(later(minutes=2)) == {"skipped": 2}
    rows = Notification.objects.order_by("pk")
    assert [(row.recipient, row.why_not) for row in rows] == [
        (f"code:{first.pk}", "replaced"),
        (f"code:{second.pk}", "used"),
    ]


def test_a_sign_in_code_goes_to_the_person_and_not_to_one_who_has_left(mailoutbox):
    person = User.objects.create_user("sari@kierto.example", name="Sari")
    for key in ("1", "2"):
        outbox.post(
            f"user:{person.pk}",
            "sign_in_code",
            channel="email",
            language="en",
            key=key,
            send_after=NOW,
            code="AB12CD",
        )
    Notification.objects.filter(dedupe_key="2").update(send_after=later(minutes=1))
    assert send() == {"sent": 1}
    assert "your code for signing in is AB12CD\n" in mailoutbox[0].body
    User.objects.update(is_active=False)
    assert send(later(minutes=1)) == {"skipped": 1}


# -- the ledger


def test_the_ledger_tells_the_desk_what_was_said_and_what_was_not(django_assert_num_queries):
    reservation = make_reservation({make_item(): 1}, slot=first_slot(skip=40))
    send()
    booking.reschedule(reservation, first_slot(skip=54), at=later(minutes=1))
    with django_assert_num_queries(1), translation.override("en"):
        told = [
            (str(one.kind), str(one.status_words), str(one.reason), one.attempts)
            for one in ledger.ledger_of(reservation)
        ]
    assert told == [
        ("confirmation", "sent", "", 1),
        ("reminder", "not sent", "the time was changed", 0),
        ("new time", "waiting", "", 0),
        ("reminder", "waiting", "", 0),
    ]


def test_every_reason_and_kind_has_words():
    reasons = {
        "moved",
        "too_late",
        "refused",
        "too_many_tries",
        "unknown_kind",
        "contact_forgotten",
        "not_wanted",
    }
    statuses = set(Reservation._meta.get_field("status").choices)
    said = reasons | {value for value, _words in statuses if value != "awaiting_approval"}
    assert said - set(ledger.REASONS) == set()
    assert set(kinds.known()) - WITHOUT_WORDS_OF_A_BOOKING == set(ledger.KINDS)


# -- the demo's pages


def test_the_demo_mailbox_shows_messages_newest_first_with_links_that_work_here(client, settings):
    settings.LANGUAGE_CODE = "en"
    mail = make_reservation(language="en")
    sms = make_reservation({make_item(category="desk"): 1}, contact="+358401234567", language="en")
    settings.EMAIL_BACKEND = "recycling.notifications.channels.DemoMailbox"
    send()
    page = client.get("/demo/mailbox").content.decode()
    assert page.index(f'href="/r/{sms.token}"') > 0
    assert "Booking confirmed, pickup" in page
    row = DemoMessage.objects.get(channel="email")
    page = client.get(f"/demo/mailbox/{row.pk}").content.decode()
    assert f'<a href="/r/{mail.token}">https://kierto.example.fi/r/{mail.token}</a>' in page
    assert "pickup.ics" in page
    assert client.get("/demo/mailbox/999").status_code == 404
    assert client.post("/demo/mailbox").status_code == 405


def test_an_empty_mailbox_says_what_will_come(client):
    assert client.get("/demo/mailbox", headers={"accept-language": "en"}).status_code == 200


def test_outside_the_demo_the_mailbox_has_no_address(settings):
    from recycling.notifications.urls import demo_urls  # noqa: PLC0415  (the function is what is asked)

    assert len(demo_urls()) == 1
    settings.DEMO = False
    assert demo_urls() == []


def test_every_title_that_an_item_can_have_is_said_in_the_alphabet_of_text_messages():
    words = [getattr(word, language) for word in (*COLOURS, *MATERIALS) for language in LANGUAGES]
    words += [getattr(one, f"name_{language}") for one in Category.objects.all() for language in LANGUAGES]
    assert len(words) > 300
    assert [word for word in words if gsm7.plain(word) != word] == []
