"""Production refuses to start with anything that belongs to the demo, and passes Django's own list with a good environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.urls import clear_url_caches, set_urlconf

from recycling.accounts.models import User
from recycling.notifications.channels import DemoMailbox, MailboxSms, sms_channel
from recycling.notifications.models import DemoMessage
from recycling.notifications.urls import demo_urls
from tests.factories import make_worker

ROOT = Path(__file__).resolve().parents[2]

KEY = "7w#Qz9!mPf3@Lx8$Rv2%Kb6^Nc4&Ht1*Js5(Gd0)Ya_We+Uo-Ip=Bn"
GOOD = {
    "DJANGO_SETTINGS_MODULE": "recycling.settings.production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "kierto.kaupunki.fi",
    "SITE_URL": "https://kierto.kaupunki.fi",
    "EMAIL_URL": "smtp+tls://user:word@mail.kaupunki.fi:587",
}


def run(tmp_path, *arguments, **changes):
    """``python …`` in an environment of its own; None takes a name out of it."""
    (tmp_path / "static").mkdir(exist_ok=True)  # where collectstatic would have put them
    environment = GOOD | {"KIERTO_DATA": str(tmp_path), "PATH": os.environ["PATH"]} | changes
    return subprocess.run(
        [sys.executable, *arguments],
        env={name: value for name, value in environment.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory, migrated_file):
    """A database that has every table and nobody in it, and how bringing it up to date went."""
    folder = tmp_path_factory.mktemp("migrated")
    shutil.copyfile(migrated_file, folder / "kierto.sqlite3")
    return folder, run(folder, "manage.py", "migrate", "--verbosity=0")


@pytest.fixture
def city(migrated, tmp_path):
    """A folder of data with that database."""
    shutil.copytree(migrated[0], tmp_path / "city")
    return tmp_path / "city"


def starts(tmp_path, **changes):
    """How a web server's process fares that loads the service."""
    return run(tmp_path, "-c", "from recycling.wsgi import application; print('started')", **changes)


def test_a_good_environment_starts(tmp_path):
    done = starts(tmp_path)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "started", "")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SSO_ISSUER": "http://login.kaupunki.fi", "SSO_CLIENT_ID": "kierto"}, "SSO_ISSUER"),
        ({"SSO_ISSUER": "https://login.kaupunki.fi"}, "SSO_CLIENT_ID"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "demo-key-that-production-refuses"}, "SECRET_KEY"),
        ({"SECRET_KEY": "demo-key-that-production-refuses" * 2}, "SECRET_KEY"),
        ({"SECRET_KEY": KEY[:49]}, "SECRET_KEY"),
        ({"SECRET_KEY": "abcd" * 20}, "SECRET_KEY"),
        ({"SECRET_KEY_FALLBACKS": "demo-key-that-production-refuses"}, "SECRET_KEY_FALLBACKS"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEMO": "1"}, "demo"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "kierto.kaupunki.fi,*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ".kaupunki.fi"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*.kaupunki.fi"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": None}, "SITE_URL"),
        ({"SITE_URL": "http://kierto.kaupunki.fi"}, "SITE_URL"),
        ({"SMS_CHANNEL": "mailbox"}, "SMS"),
        ({"SMS_CHANNEL": "http"}, "SMS_GATEWAY_URL"),
        (
            {"SMS_CHANNEL": "http", "SMS_GATEWAY_URL": "http://sms.city", "SMS_GATEWAY_TOKEN": "t"},
            "SMS_GATEWAY_URL",
        ),
        ({"SMS_RECEIPT_SECRET": "short"}, "SMS_RECEIPT_SECRET"),
        ({"ESP": "postmark"}, "ESP_WEBHOOK_SECRET"),
        (
            {"ESP": "postmark", "ESP_OPTIONS": "{}", "ESP_WEBHOOK_SECRET": "name:short"},
            "ESP_WEBHOOK_SECRET",
        ),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "memorymail://"}, "EMAIL_URL"),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
def test_an_unsafe_environment_does_not_start_and_says_why(tmp_path, changes, named):
    done = starts(tmp_path, **changes)
    assert (done.returncode, "started" in done.stdout) == (1, False)
    last = done.stderr.strip().splitlines()[-1]
    assert (last.split(":")[0], named in last) == ("django.core.exceptions.ImproperlyConfigured", True)
    # What is wrong is named, and what was given is not: it may be the real one with a slip.
    assert changes.get("SECRET_KEY") in {None, ""} or changes["SECRET_KEY"] not in last


@pytest.mark.parametrize("module", ["recycling.wsgi", "recycling.celery"])
def test_a_process_that_was_told_nothing_takes_the_production_settings(tmp_path, module):
    code = f"import {module}; from django.conf import settings; print(settings.DEMO)"
    done = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE=None)
    assert (done.returncode, done.stdout.strip()) == (0, "False")
    refused = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE=None, SECRET_KEY=None)
    assert (refused.returncode, "SECRET_KEY (and" in refused.stderr) == (1, True)


def test_djangos_own_list_for_production_has_nothing_to_say(migrated, city):
    assert (migrated[1].returncode, migrated[1].stderr) == (0, "")
    done = run(city, "manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


SHOW = """
from django.conf import settings
import django; django.setup()
from django.urls import reverse, NoReverseMatch
from recycling.accounts import device
s = settings
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY)
print(s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, device.COOKIE)
print(s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.DEBUG, s.DEMO)
try:
    print(reverse("demo:mailbox"))
except NoReverseMatch:
    print("no mailbox")
from django.test import Client
print([Client().get(path, secure=True, headers={"host": "kierto.kaupunki.fi"}).status_code
       for path in ("/demo/mailbox", "/demo/sign-on/jwks", "/fi/how")])
print(Client().get("/fi/", headers={"host": "kierto.kaupunki.fi"})["Location"])
print(Client().get("/fi/", secure=True, headers={"host": "evil.example"}).status_code)
print(Client().get("/fi/", secure=True, headers={"host": "kierto.kaupunki.fi", "x-forwarded-host": "evil.example"}).status_code)
answer = Client().get("/fi/my", secure=True, headers={"host": "kierto.kaupunki.fi"})
cookie = answer.cookies["__Host-csrf"]
print(bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"] == "")
print(answer["Strict-Transport-Security"])
"""


def test_what_production_sets(city):
    run(city, "manage.py", "collectstatic", "--no-input", "--verbosity=0")
    done = run(city, "-W", "error", "-c", SHOW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "True True True True",
        "Lax Lax __Host-session __Host-csrf __Host-kierto_device",
        "True 31536000 True False False",
        "no mailbox",
        "[404, 404, 200]",
        "https://kierto.kaupunki.fi/fi/",
        "400",
        "200",
        "True True Lax / True",
        "max-age=31536000; includeSubDomains; preload",
    ]


# -- what belongs to the demo


def test_the_demo_city_is_built_only_in_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only where the demo is on"):
        call_command("seed_demo")


def test_the_demo_city_is_not_built_by_the_production_settings(city):
    done = run(city, "manage.py", "seed_demo")
    assert (done.returncode, "only where the demo is on" in done.stderr) == (1, True)
    counted = run(
        city,
        "manage.py",
        "shell",
        "-v0",
        "-c",
        "from recycling.accounts.models import User; print(User.objects.count())",
    )
    assert counted.stdout.strip() == "0"


def test_the_mailbox_has_an_address_only_in_the_demo(settings):
    assert len(demo_urls()) == 1
    settings.DEMO = False
    assert demo_urls() == []
    set_urlconf(None)
    clear_url_caches()


def test_the_mailbox_takes_nothing_outside_the_demo(settings):
    settings.DEMO = False
    for channel in (DemoMailbox, MailboxSms, sms_channel):
        with pytest.raises(ImproperlyConfigured, match="only in the demo"):
            channel()


def remarks(**options):
    return [(one.id, one.is_serious()) for one in run_checks(tags=[Tags.database], **options)]


@pytest.mark.django_db
def test_demo_people_and_messages_are_errors_outside_the_demo(settings):
    make_worker()
    assert remarks(databases=["default"]) == []
    settings.DEMO = False
    assert remarks(databases=["default"]) == []
    User.objects.update(is_demo=True)
    assert remarks(databases=["default"]) == [("kierto.E001", True)]
    DemoMessage.objects.create(channel="email", to="x@posti.example", text="123 456", message_id="<1@x>")
    assert remarks(databases=["default"]) == [("kierto.E001", True), ("kierto.E002", True)]
    settings.DEMO = True
    assert remarks(databases=["default"]) == []


@pytest.mark.django_db
def test_the_check_says_nothing_about_an_empty_database(settings, tmp_path):
    """Migrating asks for it before there is any table."""
    settings.DEMO = False
    done = run(tmp_path, "manage.py", "check", "--database", "default")
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_production_with_a_database_of_the_demo_is_told(city):
    dev = {"DJANGO_SETTINGS_MODULE": "recycling.settings.dev"}
    code = "from recycling.accounts.models import User; User.objects.create_user('sari@kierto.example', is_demo=True)"
    run(city, "manage.py", "shell", "-v0", "-c", code, **dev)
    assert run(city, "manage.py", "check", "--database", "default", **dev).returncode == 0
    done = run(city, "manage.py", "check", "--deploy", "--database", "default")
    assert (done.returncode, "kierto.E001" in done.stderr) == (1, True)
