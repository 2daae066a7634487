"""Messages with codes, the ledger of what was said, the pages of the demo."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from inventory.models import Category, ItemStatus
from inventory.vocabulary import COLOURS, MATERIALS
from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import AskOutcome, User
from recycling.audit.models import ViewEntry
from recycling.notifications.domain import gsm7, kinds, outbox
from recycling.notifications.models import DemoMessage, Notification
from reservations.domain import booking, ledger
from reservations.models import RequestStatus, ReservationStatus
from tests.factories import (
    NOW,
    first_slot,
    later,
    make_admin,
    make_item,
    make_reservation,
)
from tests.recycling.messages.writing import LANGUAGES, send

pytestmark = pytest.mark.django_db

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


def reasons_in_the_sources():
    """What is written as a reason in the code itself; a status that became one is in the lists below."""
    written = re.compile(r'(?:NotNow\(|why=)"([a-z_]+)"')
    root = Path(settings.BASE_DIR)
    sources = [
        path for top in ("recycling", "inventory", "reservations") for path in (root / top).rglob("*.py")
    ]
    return {reason for path in sources for reason in written.findall(path.read_text(encoding="utf-8"))}


def test_every_reason_and_kind_has_words():
    said = reasons_in_the_sources() | {"unknown_kind", *AskOutcome.values, *RequestStatus.values}
    said |= {*ItemStatus.values, *ReservationStatus.values}
    never = {AskOutcome.OPEN, ReservationStatus.AWAITING_APPROVAL}
    assert said - never - set(ledger.REASONS) == set()
    assert set(kinds.known()) == set(ledger.KINDS)


def test_an_admin_reads_what_was_said_to_a_person_and_the_look_is_logged(client):
    reservation = make_reservation()
    send()
    client.force_login(make_admin())
    page = client.get(f"/en/django-admin/accounts/user/{reservation.person_id}/change/").content.decode()
    assert "confirmation" in page
    assert ViewEntry.objects.get().subject == reservation.person


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
