"""The whole story with names, contacts, codes and links that are planted, with faults on the way: none of them in the log."""

import io
import logging
import logging.config
import re
import sys
from contextlib import contextmanager

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from recycling.accounts.models import ContactCode
from recycling.audit.models import AuditEntry
from recycling.logs import Discreet
from recycling.notifications.models import Notification
from reservations.models import Reservation
from tests.factories import NOW, first_slot, make_admin, make_item, make_worker, open_site
from tests.project.access import PUBLIC
from tests.project.test_roles import patterns
from tests.reservations.visiting import Resident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NAME = "Merkitsevä Markkerinen"
EMAIL = "merkki.postilaatikko@posti.example"
PHONE = "+358457001234"
WORKER = "sisaan.kirjautuja@kierto.example"
LINK = re.compile(r"/(?:r|book)/([0-9A-Z]{10,16})")


@contextmanager
def log_of_everything():
    """What our own handler writes with every logger at its most talkative (statements aside), and what a plain one would."""
    ours = logging.StreamHandler(io.StringIO())
    lines = dict(django_settings.LOGGING["formatters"]["line"])
    ours.setFormatter(logging.config.DictConfigurator(django_settings.LOGGING).configure_formatter(lines))
    plain = logging.StreamHandler(io.StringIO())
    root = logging.getLogger()
    loggers = [
        root,
        *(one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    before = {one: (one.level, one.disabled) for one in loggers}
    for handler in (ours, plain):
        root.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    try:
        yield ours.stream, plain.stream
    finally:
        for handler in (ours, plain):
            root.removeHandler(handler)
        for one, (level, disabled) in before.items():
            one.setLevel(level)
            one.disabled = disabled


class Watched(Client):
    """A browser that remembers where it was led."""

    def __init__(self, led_to):
        super().__init__(raise_request_exception=False)
        self.led_to = led_to

    def request(self, **more):
        answer = super().request(**more)
        if "Location" in answer:
            self.led_to.append(answer["Location"])
        return answer


class Story:
    """Booking, changing, collecting; signing in and handing over; each with a slip or a fault."""

    def __init__(self, clock):
        self.clock = clock
        self.led_to = []
        self.markers = {NAME, *NAME.split(), EMAIL, EMAIL.partition("@")[0], PHONE, PHONE[4:], WORKER}

    def visitor(self):
        resident = Resident("fi")
        resident.client = Watched(self.led_to)
        return resident

    def run_jobs(self):
        for name in sorted(entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()):
            current_app.tasks[name].apply()

    def book(self, item, contact):
        resident = self.visitor()
        resident.hold(item, client_key=contact)
        resident.choose(first_slot(item.site, at=NOW))
        resident.say_who(name=NAME, contact="no contact at all")
        resident.say_who(name=NAME, contact=contact)
        self.markers.add(resident.code_sent())
        self.run_jobs()
        resident.type_code("000000")
        resident.type_code("²²²²²²")
        resident.type_code()
        resident.confirm()
        reservation = resident.reservation()
        assert reservation.status == "booked"
        self.markers |= {reservation.token, reservation.pickup_code, resident.bundle}
        self.markers.add(f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}")
        resident.get("manage", reservation.token)
        resident.get("calendar", reservation.token)
        resident.post("change", reservation.token, slot="2026-13-99")
        resident.post("cancel", reservation.token, reason="no such reason")
        resident.post("find", contact=contact)
        resident.get("manage", "ZZZZZZZZZZ")
        return resident, reservation

    def sign_in(self, email):
        browser = Watched(self.led_to)
        browser.post(reverse("account_login"), {"email": "no address"})
        browser.post(reverse("account_login"), {"email": email})
        code = Notification.objects.filter(kind="sign_in_code").latest("pk").context["code"]
        self.markers.add(code)
        self.run_jobs()
        confirm = reverse("account_confirm_login_code")
        browser.post(confirm, {"code": "000000", "action": "verify"})
        browser.post(confirm, {"code": code, "action": "verify"})
        return browser

    def hand_over(self, browser, reservation):
        browser.post(reverse("reservations:desk_find"), {"typed": "000 000"})
        browser.post(reverse("reservations:desk_find"), {"typed": reservation.pickup_code})
        page = reverse("reservations:handover", args=[reservation.code])
        browser.get(page)
        line = reservation.lines.get()
        browser.post(page, {f"given-{line.pk}": "7"})
        browser.post(page, {f"given-{line.pk}": str(line.pieces)})
        reservation.refresh_from_db()
        assert reservation.status == "collected"

    def break_things(self, monkeypatch, browser, resident, reservation):
        """Faults whose words hold the very values: a row that is there twice, a mail server that quotes, a page that breaks."""
        self.run_faults(monkeypatch, resident, reservation)
        with monkeypatch.context() as patched:
            patched.setattr("recycling.notifications.domain.texts.mail", _broken)
            Notification.objects.filter(kind="booked").update(status="due", sent_at=None, attempts=0)
            self.run_jobs()
        with monkeypatch.context() as patched:
            patched.setattr("recycling.notifications.domain.sending.send_due", _broken)
            patched.setattr("reservations.domain.forgetting.forget_contacts", _broken)
            self.run_jobs()
        for path in (
            f"/fi/r/{reservation.token}/nothing",
            f"/fi/book/{resident.bundle}/nothing",
            f"/r/{reservation.token}x",
        ):
            browser.get(path)
        forgetful = Client(enforce_csrf_checks=True, raise_request_exception=False)
        forgetful.post(f"/fi/r/{reservation.token}/cancel")
        browser.get("/fi/", headers={"host": "evil.example"})

    def run_faults(self, monkeypatch, resident, reservation):
        for place in ("reservations.views.manage.shown_lines", "reservations.domain.calendar.ics"):
            with monkeypatch.context() as patched:
                patched.setattr(place, _broken)
                for page in ("manage", "calendar"):
                    resident.get(page, reservation.token)


def _broken(*_arguments, **_more):
    raise IntegrityError(f"Key (email, name, phone)=({EMAIL}, {NAME}, {PHONE}) already exists")


def test_no_secret_is_in_the_log_in_an_address_or_in_the_audit(clock, monkeypatch):
    current_app.loader.import_default_modules()
    item = make_item(quantity=10, site=open_site(capacity=10))
    make_worker(item.site, email=WORKER, name="Sisään Kirjautuja")
    story = Story(clock)
    with log_of_everything() as (written, plainly):
        by_mail, mailed = story.book(item, EMAIL)
        _by_phone, texted = story.book(item, PHONE)
        _cancelled, third = story.book(item, f"toinen.{EMAIL}")
        story.visitor().post("cancel", third.token, reason="other")
        story.run_jobs()
        browser = story.sign_in(WORKER)
        story.hand_over(browser, mailed)
        story.run_jobs()
        story.break_things(monkeypatch, browser, by_mail, texted)
    lines = written.getvalue()

    # The control: there was something to leave out.
    assert {EMAIL, NAME, PHONE, mailed.token, by_mail.bundle} <= {
        one for one in story.markers if one in plainly.getvalue()
    }
    assert len(mail.outbox) >= 6
    assert {marker for marker in story.markers if marker in lines} == set()
    # The faults were there to be seen, by their kind and place.
    assert len(re.findall(r"IntegrityError at ", lines)) >= 4
    assert "Internal Server Error: /fi/r/…" in lines

    tokens = {found for address in story.led_to for found in LINK.findall(address)}
    assert tokens <= set(Reservation.objects.values_list("token", flat=True)) | set(
        Reservation.objects.values_list("bundle", flat=True)
    )
    bare = [LINK.sub("", address) for address in story.led_to]
    assert [address for address in bare if any(marker in address for marker in story.markers)] == []

    told = [f"{row.action} {row.details}" for row in AuditEntry.objects.all()]
    assert len(told) >= 10
    assert [one for one in told if any(marker in one for marker in story.markers)] == []


def test_jobs_are_called_without_anything_about_anybody():
    """The clock calls every job, and gives none of them anything: the queue holds names of jobs."""
    assert [
        entry
        for entry in django_settings.CELERY_BEAT_SCHEDULE.values()
        if entry.get("args") or entry.get("kwargs")
    ] == []


def test_what_waits_to_be_said_holds_ids_only(clock):
    story = Story(clock)
    item = make_item(site=open_site())
    story.book(item, EMAIL)
    waiting = [f"{row.recipient} {row.dedupe_key} {row.context}" for row in Notification.objects.all()]
    assert len(waiting) >= 3
    assert [one for one in waiting if any(marker in one for marker in story.markers)] == []


def test_codes_lie_nowhere_in_the_database(clock):
    story = Story(clock)
    item = make_item(site=open_site())
    resident = story.visitor()
    resident.hold(item)
    resident.choose(first_slot(item.site, at=NOW))
    resident.say_who(name=NAME, contact=EMAIL)
    row = ContactCode.objects.values().get()
    assert resident.code_sent() not in {str(value) for value in row.values()}


# -- the admin


def test_an_admins_edit_of_a_person_is_in_the_audit_without_their_contact():
    browser, person = Client(), make_worker(email=EMAIL, name=NAME)
    browser.force_login(make_admin(), backend="django.contrib.auth.backends.ModelBackend")
    typed = {
        "name": "Toinen Nimi",
        "email": f"uusi.{EMAIL}",
        "phone": PHONE,
        "language": "sv",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "notifications-TOTAL_FORMS": "0",
        "notifications-INITIAL_FORMS": "0",
    }
    answer = browser.post(reverse("admin:accounts_user_change", args=[person.pk]), typed)
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.email, person.phone) == ("Toinen Nimi", f"uusi.{EMAIL}", PHONE)
    entry = AuditEntry.objects.get(action="edited", target_type="user")
    assert entry.details == {"changes": ["name", "email", "phone", "language"]}


def test_giving_and_taking_a_right_is_in_the_audit():
    browser, admin, site = Client(), make_admin(), open_site()
    worker = make_worker(site)
    browser.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:inventory_site_change", args=[site.pk])
    typed = {name: value or "" for name, value in browser.get(page).context["adminform"].form.initial.items()}
    typed |= {"staff-TOTAL_FORMS": "2", "staff-INITIAL_FORMS": "1"}
    typed |= {"staff-0-id": worker.work.get().pk, "staff-0-site": site.pk, "staff-0-user": worker.pk}
    typed |= {"staff-0-role": "worker", "staff-0-DELETE": "on"}
    typed |= {"staff-1-site": site.pk, "staff-1-user": admin.pk, "staff-1-role": "lead"}
    assert browser.post(page, typed).status_code == 302
    rows = AuditEntry.objects.filter(action__startswith="sitestaff").order_by("action")
    assert [(row.action, row.actor, row.target_id, row.details) for row in rows] == [
        ("sitestaff_given", admin, site.pk, {"site": site.pk, "user": admin.pk, "role": "lead"}),
        ("sitestaff_taken", admin, site.pk, {"site": site.pk, "user": worker.pk, "role": "worker"}),
    ]


# -- the formatter by itself


@pytest.fixture
def line():
    """How the service writes one record."""
    formatter = Discreet("{levelname} {name} {message}", style="{")
    return lambda message, *args, **more: formatter.format(
        logging.LogRecord("ours", logging.WARNING, __file__, 1, message, args, more.get("exc_info"))
    )


FORGED = [
    *(
        "a\nERROR root forged",
        "a\r\nERROR root forged",
        "a\rERROR",
        "a\x1b[2Jb",
        "a\x1b]0;title\x07b",
        "\x00",
        "\x08\x08",
    ),
    *("a\x0bb", "a\x0cb", "a\x1cb", "a\x1db", "a\x1eb", "a\x85b", "a\u2028b", "a\u2029b", "\x7f", "\x9b31m"),
    *("\u202eevil", "\u200b", "\ufeff"),
]


@pytest.mark.parametrize("forged", FORGED, ids=ascii)
def test_whatever_is_logged_is_one_line_without_control_characters(line, forged):
    written = line("Not found: %s", forged)
    assert written.splitlines() == [written]
    assert written.isprintable()


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/fi/r/ABCDEFGHJK", "/fi/r/…"),
        ("/r/abcdefghjk", "/r/…"),
        ("/sv/r/ABCDEFGHJK/cancel", "/sv/r/…/cancel"),
        ("/en/book/ABCDEFGHJKMNPQRS/code", "/en/book/…/code"),
        ("/fi/dept/wanted/offers/ABCDEFGHJK/take", "/fi/dept/wanted/offers/…/take"),
        ("/fi/items/ABC-DEFG", "/fi/items/ABC-DEFG"),
        ("/fi/book", "/fi/book"),
    ],
)
def test_the_random_part_of_a_link_is_left_out(line, path, written):
    assert line("Not Found: %s", path) == f"WARNING ours Not Found: {written}"


def test_every_address_with_a_token_is_one_that_the_log_knows():
    """A new private link must be left out of the log too."""
    with_token = {name for name, _view in patterns() if _takes_token(name)}
    assert {name for name in with_token if not _is_left_out(name)} == set()
    assert len(with_token) >= 15


def _takes_token(name):
    """Whether an address is a private link, open to whoever has it: not an item's code, nor a page behind the sign-in."""
    if (
        name not in PUBLIC
        or name in {"short_link", "reservations:queue_join"}
        or name.startswith("inventory:")
    ):
        return False
    try:
        return "/wh/" not in reverse(name, args=["A" * 10])
    except NoReverseMatch:
        return False


def _is_left_out(name):
    path = reverse(name, args=["A" * 10])
    record = logging.LogRecord("ours", logging.WARNING, __file__, 1, "%s", (path,), None)
    return "A" * 10 not in Discreet("%(message)s").format(record)


def test_an_error_is_told_by_its_kind_and_its_way(line):
    try:
        _broken()
    except IntegrityError:
        written = line("It broke", exc_info=sys.exc_info())
    assert EMAIL not in written
    assert re.search(
        r"It broke \| IntegrityError at test_secrets_in_logs\.py:\d+ test_an_error.* > .*_broken$", written
    )


def test_a_job_that_breaks_is_logged_without_what_it_was_given(line):
    broken = {
        "name": "some.job",
        "id": "1",
        "exc": f"IntegrityError('{EMAIL}')",
        "args": f"['{EMAIL}']",
        "traceback": EMAIL,
    }
    record = logging.LogRecord(
        "celery.app.trace", logging.ERROR, __file__, 1, "%(name)s %(exc)s %(args)s", (broken,), None
    )
    assert EMAIL not in Discreet("%(message)s").format(record)
