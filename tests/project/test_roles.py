"""Every address times every role: what each gets, whose secrets it shows, and that looking changes nothing.

The table is ``access.py``; the scene is ``town.py``.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from recycling.accounts import device

from .access import ADMIN_PAGES, BY_LINK_ALONE, PAGES, PUBLIC, WITHOUT_TOKEN, by_role
from .town import ROLES, row_counts

pytestmark = [pytest.mark.django_db, pytest.mark.sweeps, pytest.mark.usefixtures("clock")]

ALL_PAGES = PAGES | ADMIN_PAGES
# The admin's own patterns without a name: old addresses of rows, and what catches the rest. Both are behind its door.
UNNAMED = "admin:"


def patterns(resolver=None, namespaces=()):
    """(full name, view) of every address that the service answers."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, (*namespaces, one.namespace) if one.namespace else namespaces)
        else:
            yield ":".join((*namespaces, one.name or "")), one.callback


def told(answer):
    """A status, or the sign-in page that the answer leads to."""
    if answer.status_code == 302:
        if "/accounts/login?next=" in answer["Location"]:
            return "login"
        if "/django-admin/login/?next=" in answer["Location"]:
            return "admin_login"
    return answer.status_code


def body(answer):
    return b"".join(answer).decode("utf-8", "replace")


def ask(browser, method, address):
    """The answer of one request, and the rows that there were after it; what it did is undone."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        answer = getattr(browser, method)(address)
        counts = {} if method == "post" else row_counts()
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer, counts


def differences(town, pages, *methods, roles=ROLES):
    """What the addresses answered otherwise than the table says: {(name, role, method): (what, got, expected)}."""
    browsers = {role: town.client(role) for role in roles}
    before = row_counts()
    found = {}
    for name, page in pages.items():
        address = reverse(name, args=page.at(town))
        for role, browser in browsers.items():
            for method in methods:
                for what, got, expected in _compare(town, page, role, browser, method, address, before):
                    if got != expected:
                        found[name, role, method] = (what, got, expected)
    return found


def _compare(town, page, role, browser, method, address, before):
    answer, counts = ask(browser, method, address)
    yield "status", told(answer), by_role(page.post if method == "post" else page.get)[role]
    if method == "post":
        return
    shown = town.shown_in(body(answer), besides=address)
    yield "shows", shown, by_role(page.shows)[role] if method == "get" and answer.status_code == 200 else ""
    changed = {table: counts[table] - rows for table, rows in before.items() if counts[table] != rows}
    looks = by_role(page.looks)[role]
    yield "changes", changed, {"audit_viewentry": looks} if looks else {}


def test_every_address_is_in_the_table():
    named = {name for name, _view in patterns()} - {UNNAMED}
    assert named == set(ALL_PAGES)


def test_only_the_listed_pages_are_public():
    public = {name for name, view in patterns() if not getattr(view, "login_required", True)}
    assert public == PUBLIC


def test_looking_shows_each_role_what_is_theirs_and_changes_nothing(town):
    assert differences(town, PAGES, "get") == {}


def test_asking_for_the_head_alone_is_no_way_around(town):
    assert differences(town, PAGES, "head", roles=("anonymous", "stranger", "elsewhere", "worker")) == {}


def test_pressing_does_for_each_role_what_it_may(town):
    assert differences(town, PAGES, "post") == {}


def test_the_admin_is_for_admins(town):
    assert differences(town, ADMIN_PAGES, "get") == {}


def test_the_admin_takes_nothing_from_others(town):
    assert differences(town, ADMIN_PAGES, "post") == {}


@pytest.mark.parametrize("role", ["anonymous", "own", "worker", "admin"])
def test_other_methods_change_nothing_for_anybody(town, role):
    browser = town.client(role)
    before = row_counts()
    for name, page in PAGES.items():
        for method in ("put", "patch", "delete"):
            getattr(browser, method)(reverse(name, args=page.at(town)))
    assert row_counts() == before


@pytest.mark.parametrize("role", ["anonymous", "admin"])
def test_whatever_comes_without_the_token_of_our_form_is_refused(town, role):
    browser = town.client(role, enforce_csrf_checks=True)
    got = {
        (name, method): getattr(browser, method)(reverse(name, args=page.at(town))).status_code
        for name, page in ALL_PAGES.items()
        if name not in WITHOUT_TOKEN
        for method in (("post", "put", "patch", "delete") if name in PAGES else ("post",))
    }
    assert {key: status for key, status in got.items() if status != 403} == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_where_no_token_is_asked_for_a_form_of_another_site_is_refused(town, headers):
    for name in WITHOUT_TOKEN - BY_LINK_ALONE:
        answer = town.client("worker").post(reverse(name), {"theme": "dark"}, headers=headers)
        assert (answer.status_code, dict(answer.cookies)) == (403, {})


def test_no_other_page_does_without_a_token():
    exempt = {name for name, view in patterns() if getattr(view, "csrf_exempt", False)}
    assert exempt == WITHOUT_TOKEN


def test_a_token_of_another_site_is_refused_too(town):
    browser = town.client("own", enforce_csrf_checks=True)
    address = reverse("reservations:cancel", args=[town.own.reservation.token])
    token = browser.get(address).context["csrf_token"]
    assert browser.post(address, {"csrfmiddlewaretoken": str(token), "reason": ""}).status_code == 302
    elsewhere = Client().get(reverse("reservations:find"))
    foreign = elsewhere.context["csrf_token"]
    assert browser.post(address, {"csrfmiddlewaretoken": str(foreign)}).status_code == 403


def test_things_of_others_are_not_found(town):
    """The stranger's things, asked for by those who may have the same kind of thing of their own."""
    theirs = town.stranger.reservation
    worker = town.client("worker")
    item = theirs.lines.get().item
    asked = [
        worker.get(reverse("reservations:handover", args=[theirs.code])),
        worker.post(reverse("reservations:handover", args=[theirs.code])),
        worker.post(reverse("reservations:desk_cancel", args=[theirs.code]), {"reason": "other"}),
        worker.post(reverse("reservations:desk_act", args=[theirs.code, "missed"])),
        worker.post(reverse("reservations:pick", args=[theirs.code]), {"line": theirs.lines.get().pk}),
        worker.post(reverse("reservations:desk_find"), {"typed": theirs.pickup_code}),
        worker.get(reverse("inventory:wh_item", args=[item.shown_code])),
        worker.post(reverse("inventory:wh_count", args=[item.shown_code]), {"quantity": 1}),
        worker.post(reverse("inventory:wh_act", args=[item.shown_code, "withdraw"])),
        town.client("own").get(reverse("reservations:check", args=[town.stranger.bundles["check"]])),
        town.client("own").post(reverse("reservations:confirm", args=[town.stranger.bundles["check"]])),
        town.client("own").post(reverse("reservations:release", args=[town.stranger.bundles["check"]])),
    ]
    assert [answer.status_code for answer in asked] == [404] * len(asked)
    typed = theirs.pickup_code
    shown = {town.shown_in(body(one), besides=f"{one.wsgi_request.path} {typed}") for one in asked}
    assert shown == {""}


def test_a_worker_cannot_press_a_line_of_another_reservation(town):
    other = town.stranger.reservation.lines.get()
    answer = town.client("worker").post(
        reverse("reservations:pick", args=[town.own.reservation.code]), {"line": other.pk}
    )
    other.refresh_from_db()
    assert (answer.status_code, other.picked_at) == (404, None)


def test_another_browser_with_a_device_key_of_its_own_making_is_nobody(town):
    """The cookie is signed: what somebody wrote into it themselves is no device."""
    browser = Client()
    browser.cookies[device.COOKIE] = town.own.secret
    address = reverse("reservations:check", args=[town.own.bundles["check"]])
    assert browser.get(address).status_code == 404


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(town):
    worker = town.client("worker")
    page = reverse("reservations:today")
    assert worker.get(page).status_code == 200
    town.people["worker"].work.all().delete()
    assert worker.get(page).status_code == 403
    town.people["worker"].is_active = False
    town.people["worker"].save()
    assert told(worker.get(page)) == "login"


def test_what_was_typed_beside_the_fields_of_a_form_is_not_taken(town):
    """Mass assignment: protected columns posted with a form that does not ask for them."""
    worker, item = town.client("worker"), town.item
    item.refresh_from_db()
    protected = {
        name: getattr(item, name)
        for name in (
            *("code", "quantity", "reserved", "status", "owner_id", "created_by_id", "created_at"),
            *("published_at", "public_from", "available_from", "available_until", "import_key", "client_key"),
        )
    }
    typed = {
        "category": item.category.key,
        "condition": "good",
        "site": item.site.code,
        "version": item.version,
        "colour": "red",
        "code": "2222222",
        "quantity": 9999,
        "reserved": 0,
        "status": "draft",
        "owner": 1,
        "owner_id": 1,
        "created_by": town.people["admin"].pk,
        "created_at": "2001-01-01",
        "published_at": "2001-01-01",
        "public_from": "2001-01-01",
        "available_from": "2001-01-01",
        "import_key": "x",
        "client_key": "x",
    }
    answer = worker.post(reverse("inventory:wh_item", args=[item.shown_code]), typed)
    item.refresh_from_db()
    assert (answer.status_code, item.colour) == (302, "red")
    assert {name: getattr(item, name) for name in protected} == protected


def test_a_resident_cannot_type_themselves_a_proved_contact(town):
    browser, own = town.client("own"), town.own
    typed = {"name": "Uusi Nimi", "contact": "joku@muu.example", "wants_reminder": "on"}
    more = {"contact_proved_at": "2026-01-01", "person": 1, "status": "booked", "held_until": "2030-01-01"}
    answer = browser.post(reverse("reservations:contact", args=[own.bundles["check"]]), typed | more)
    row = type(own.reservation).objects.get(bundle=own.bundles["check"])
    assert (answer.status_code, answer["Location"].rpartition("/")[2]) == (302, "code")
    assert (row.contact, row.contact_proved_at, row.person, row.status) == (
        "joku@muu.example",
        None,
        None,
        "held",
    )
