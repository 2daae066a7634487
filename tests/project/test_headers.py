"""What every answer says to the browser, and what our own files may not contain."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse

from inventory.models import Item
from recycling.accounts import device
from recycling.notifications.models import Notification
from tests.factories import make_item, make_worker, open_site

from .access import ADMIN_PAGES, PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.sweeps, pytest.mark.usefixtures("clock")]

ROOT = Path(__file__).resolve().parents[2]
OURS = ("recycling", "inventory", "reservations", "templates")

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
# A picture has a stricter policy of its own: opened by itself it is nothing but a picture.
PICTURE_CSP = {"default-src": "'none'", "sandbox": ""}

NOBODY_KEEPS = {
    *("reservations:hold", "reservations:resume", "reservations:time", "reservations:contact"),
    *("reservations:code", "reservations:check", "reservations:confirm", "reservations:extend"),
    *("reservations:resend", "reservations:release", "reservations:manage", "reservations:change"),
    *("reservations:at_place", "reservations:messages", "reservations:coming"),
    *("calendar_feed", "question_link"),
    *("reservations:cancel", "reservations:calendar", "reservations:qr", "reservations:find"),
    *("reservations:forget", "reservation_link", "demo:mailbox", "demo:message", "healthz", "readyz"),
    # Its form makes one reservation: from the browser's memory it would offer a used one.
    "inventory:item",
}


def policy_of(answer):
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def told(answer):
    """The headers that every answer must have, as one value to compare."""
    return {
        "nosniff": answer.get("X-Content-Type-Options"),
        "frame": answer.get("X-Frame-Options"),
        "referrer": answer.get("Referrer-Policy"),
        "opener": answer.get("Cross-Origin-Opener-Policy"),
        "policy": policy_of(answer),
    }


EXPECTED = {
    "nosniff": "nosniff",
    "frame": "DENY",
    "referrer": "same-origin",
    "opener": "same-origin",
    "policy": CSP,
}


def every_answer(town, role):
    browser = town.client(role)
    for name, page in (PAGES | ADMIN_PAGES).items():
        if name not in {"account_logout", "admin:logout"}:
            address = reverse(name, args=page.at(town))
            yield name, browser.get(address)
            yield name, browser.options(address)


@pytest.mark.parametrize("role", ["own", "worker", "admin"])
def test_every_answer_has_the_whole_armour(town, role):
    wrong = {}
    for name, answer in every_answer(town, role):
        expected = EXPECTED | (
            {"policy": PICTURE_CSP} if name == "photo_file" and answer.status_code == 200 else {}
        )
        if (got := told(answer)) != expected:
            wrong[name, answer.status_code] = {key: got[key] for key in got if got[key] != expected[key]}
    assert wrong == {}


def test_the_browsers_powers_are_off_but_the_camera():
    policy = Client().get("/fi/how")["Permissions-Policy"]
    off = ("accelerometer", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
    assert {part.strip() for part in policy.split(",")} == {f"{name}=()" for name in off} | {"camera=(self)"}


def too_large(browser):
    return browser.post("/fi/wh/new", CONTENT_LENGTH=str(200 * 1024 * 1024))


ERRORS = {
    400: lambda _browser: Client().get("/fi/", headers={"host": "evil.example"}),
    403: lambda _browser: Client(enforce_csrf_checks=True).post("/fi/book"),
    404: lambda browser: browser.get("/fi/there-is-no-such-page"),
    405: lambda browser: browser.post("/fi/items"),
    409: lambda browser: browser.post("/fi/book", {"code": Item.objects.get().code, "pieces": "2"}),
    413: too_large,
    422: lambda browser: browser.post("/fi/book", {}),
    429: lambda browser: [browser.post("/fi/accounts/login", {"email": "x@y.example"}) for _try in range(11)][
        -1
    ],
}


@pytest.mark.parametrize("status", sorted(ERRORS))
def test_error_pages_have_it_too(status):
    open_site()
    make_item()
    answer = ERRORS[status](Client())
    assert answer.status_code == status
    # A request for another host is refused before it gets as far as X-Frame-Options; the policy says the same.
    assert told(answer) == EXPECTED | ({"frame": None} if status == 400 else {})
    assert "Traceback" not in answer.content.decode()


def test_the_page_of_a_fault_of_ours_has_it_too(monkeypatch):
    """The one place where the armour could be forgotten: nothing of the page's own code has run to its end."""
    secret = "the value that was wrong"

    def break_(*_arguments, **_more):
        raise RuntimeError(secret)

    monkeypatch.setattr("recycling.pages.Policy.shown", break_)
    browser = Client(raise_request_exception=False)
    answer = browser.get("/fi/privacy")
    assert answer.status_code == 500
    assert told(answer) == EXPECTED
    assert secret not in answer.content.decode()


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/js/kierto.js", "/static/img/favicon.svg"])
def test_files_of_the_service_are_what_they_say(path):
    answer = Client().get(path)
    assert (answer.status_code, answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == (
        200,
        "nosniff",
        "same-origin",
    )


# -- what is kept by nobody


def is_kept_by_nobody(answer):
    said = {part.strip() for part in answer.get("Cache-Control", "").split(",")}
    return {"no-store", "private"} <= said


@pytest.mark.parametrize("role", ["anonymous", "own"])
def test_private_pages_are_kept_by_nobody(town, role):
    browser = town.client(role)
    kept = [
        name
        for name in NOBODY_KEEPS
        for answer in (browser.get(reverse(name, args=PAGES[name].at(town))),)
        if answer.status_code != 405 and not is_kept_by_nobody(answer)
    ]
    # What is not found says nothing about anybody.
    found = [
        name for name in kept if browser.get(reverse(name, args=PAGES[name].at(town))).status_code != 404
    ]
    assert found == []


def test_whatever_a_signed_in_person_gets_is_kept_by_nobody(town):
    worker = town.client("worker")
    kept = []
    for name, page in (PAGES | ADMIN_PAGES).items():
        if name in {"photo_file", "account_logout", "admin:logout", "admin:jsi18n"}:
            continue  # a picture is everybody's; the words of the admin's scripts are too
        answer = worker.get(reverse(name, args=page.at(town)))
        if "no-store" not in answer.get("Cache-Control", ""):
            kept.append((name, answer.status_code, answer.get("Cache-Control")))
    assert kept == []


def test_no_page_is_kept_for_others_by_a_proxy(town):
    """What may be kept at all is kept by the browser alone, and differs by its cookies."""
    browser = Client()
    for name, page in PAGES.items():
        answer = browser.get(reverse(name, args=page.at(town)))
        said = answer.get("Cache-Control", "")
        if name == "photo_file":
            assert said == "public, max-age=31536000, immutable"
            continue
        assert "public" not in said, name
        assert "max-age" not in said or "max-age=0" in said, name
        if answer.status_code == 200 and "private" not in said:
            assert "Cookie" in answer.get("Vary", ""), name


def test_pages_made_for_one_browser_are_not_given_to_the_next(town):
    """The catalogue's pages are made once and remembered: nothing of whoever asked first may be in them."""
    paths = ["/fi/", "/fi/items", f"/fi/c/{town.item.category.key}"]
    for _round in range(2):
        for role in ("own", "worker", "admin", "stranger", "anonymous"):
            browser = town.client(role)
            for path in paths:
                page = browser.get(path).content.decode()
                assert town.shown_in(page) == ""
                signed_in = reverse("account_logout") in page
                assert signed_in == (role in {"worker", "admin"}), (role, path)


# -- cookies


def test_whoever_only_looks_gets_no_session_and_no_device(town):
    browser = Client()
    before = Session.objects.count()
    for name, page in PAGES.items():
        browser.get(reverse(name, args=page.at(town)))
    assert set(browser.cookies) <= {django_settings.CSRF_COOKIE_NAME}
    assert Session.objects.count() == before


def flags(cookie):
    return (
        bool(cookie["httponly"]),
        cookie["samesite"],
        bool(cookie["secure"]),
        cookie["path"],
        cookie["domain"],
    )


def all_cookies():
    """Every cookie that the service sets, by name."""
    open_site()
    item, worker = make_item(), make_worker()
    browser = Client()
    browser.get("/fi/my")
    browser.post(reverse("pages:theme"), {"theme": "dark"})
    browser.post(reverse("inventory:save", args=[item.shown_code]))
    browser.post(reverse("reservations:hold"), {"code": item.shown_code, "pieces": "1"})
    # Really signed in: what the test client's shortcut sets is no answer of the service.
    browser.post(reverse("account_login"), {"email": worker.email})
    code = Notification.objects.get(kind="sign_in_code").context["code"]
    browser.post(reverse("account_confirm_login_code"), {"code": code, "action": "verify"})
    return {name: flags(cookie) for name, cookie in browser.cookies.items() if cookie.value}


NAMES = {"sessionid", "csrftoken", "kierto_device", "kierto_saved", "theme"}


def test_every_cookie_is_out_of_reach_of_scripts_and_of_other_sites():
    assert all_cookies() == dict.fromkeys(NAMES, (True, "Lax", False, "/", ""))


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_in_production_every_cookie_travels_encrypted_only():
    assert all_cookies() == dict.fromkeys(NAMES, (True, "Lax", True, "/", ""))


def test_the_device_is_forgotten_for_good():
    """On a shared computer: the next person at this browser is somebody else."""
    open_site()
    item, browser = make_item(quantity=2), Client(enforce_csrf_checks=True)

    def press(address, **typed):
        token = browser.get("/fi/my").context["csrf_token"]
        return browser.post(address, typed | {"csrfmiddlewaretoken": str(token)})

    press(reverse("reservations:hold"), code=item.shown_code, pieces="1")
    first = browser.cookies[device.COOKIE].value
    press(reverse("reservations:forget"))
    assert browser.cookies[device.COOKIE].value == ""
    press(reverse("reservations:hold"), code=item.shown_code, pieces="1")
    assert browser.cookies[device.COOKIE].value.split(":")[0] != first.split(":")[0]
    assert len(browser.get(reverse("reservations:hold")).context["bookings"]) == 1


# -- our own files


def files(*suffixes):
    return [
        path
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]


def found(pattern, *suffixes):
    """file:line of every place where ``pattern`` stands."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files(*suffixes)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_the_search_of_our_files_finds_what_is_there():
    assert len(files(".html")) > 50
    assert found(r"^CSP|Content-Security-Policy", ".py") != []


@pytest.mark.parametrize(
    ("pattern", "suffixes"),
    [
        (r"mark_safe|SafeString\(|SafeText|\.safe\b", (".py",)),
        (r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", (".html",)),
        (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", (".js",)),
        (r"<style|\sstyle\s*=|javascript:", (".html",)),
        (r"\son[a-z]+\s*=\s*[\"']", (".html",)),
        (r"<script(?![^>]*\ssrc=)", (".html",)),
        (r"xframe_options_exempt|nonce-|unsafe-inline|unsafe-eval", (".py", ".html")),
        (r"https?://(?!www\.w3\.org)[^\s\"']*\.(?:js|css)\b", (".html",)),
        (r"pickle|yaml\.load\(|\bexec\(|os\.system|shell=True|verify=False", (".py",)),
        (r"build_absolute_uri|HTTP_HOST", (".py", ".html")),
        (r"target=[\"']_blank[\"'](?!.*noopener)", (".html",)),
    ],
)
def test_nothing_of_ours_steps_around_the_guards(pattern, suffixes):
    assert found(pattern, *suffixes) == []


def test_the_policy_is_lifted_in_one_place_for_a_stricter_one():
    assert [place.partition(":")[0] for place in found(r"@csp_|csp_exempt\(", ".py")] == [
        "recycling/media.py"
    ]


def test_the_host_of_a_request_is_compared_with_and_never_led_to():
    assert [place.partition(":")[0] for place in found(r"get_host\(", ".py")] == ["recycling/pages.py"]


def test_pages_as_they_are_sent_have_nothing_inline(town):
    worker, own = town.client("worker"), town.client("own")
    inline = {}
    for name, page in PAGES.items():
        for browser in (own, worker):
            if name == "account_logout":
                continue
            answer = browser.get(reverse(name, args=page.at(town)))
            if answer.get("Content-Type", "").startswith("text/html"):
                text = answer.content.decode()
                if hits := re.findall(
                    r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:", text
                ):
                    inline[name] = hits
    assert inline == {}
