"""Fixtures of every test: the real services, the browser, and a list of what did not run."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from redis import Redis

from inventory.data.loading import load
from inventory.models import Category, ImpactFactor
from recycling.audit.append_only import drop_triggers
from recycling.policy.models import Policy
from tests import prepared_database, services
from tests.gateway import SmsGateway

# Playwright keeps an event loop in the thread of the test, where Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NO_SKIPS = os.environ.get("KIERTO_NO_SKIPS") == "1"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A camera that shows a moving picture; who may use it is each page's own question.
    "--use-fake-device-for-media-stream",
]


def chromium():
    """The browser of this machine: ``KIERTO_CHROMIUM``, or the first that is found; None without one."""
    if named := os.environ.get("KIERTO_CHROMIUM"):
        return named
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def pytest_configure():
    """The folder of collected static files exists; WhiteNoise warns when it does not."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_unconfigure():
    """The test settings make a temporary folder for each process; it goes when the process does."""
    if Path(django_settings.DATA_DIR).is_relative_to(tempfile.gettempdir()):
        shutil.rmtree(django_settings.DATA_DIR, ignore_errors=True)


DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_setup",
    "django_db_serialized_rollback",
}


@pytest.hookimpl(tryfirst=True)  # before the plugin that deselects by marker
def pytest_collection_modifyitems(items):
    """What cannot run here is skipped, by name and with its reason; what has no database under it is marked so."""
    no_browser = pytest.mark.skip(reason="needs Chromium: none found on PATH (or set KIERTO_CHROMIUM)")
    no_redis = pytest.mark.skip(reason="needs Redis: no redis-server in the virtual environment or on PATH")
    for item in items:
        own_services = any(map(item.get_closest_marker, ("django_db", "race")))
        if not own_services and not DATABASE_FIXTURES & set(item.fixturenames):
            item.add_marker("no_database")
        if item.get_closest_marker("browser") and not chromium():
            item.add_marker(no_browser)
        if item.get_closest_marker("redis") and not services.redis_server_binary():
            item.add_marker(no_redis)
        if item.get_closest_marker("race") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: on SQLite a race proves nothing"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker, request):
    """The test database begins as a copy of a migrated one; by now it has its name, and is not there yet."""
    with django_db_blocker.unblock():
        prepared_database.prepare(request.config.cache.mkdir("databases"))


@pytest.fixture(scope="session")
def migrated_file(request):
    """A SQLite database as the migrations leave it, for processes that have one of their own."""
    return prepared_database.migrated_file(request.config.cache.mkdir("databases"))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """The copy on SQLite is a file that lies there already; its folder goes with the process."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """SQLite empties tables between tests by DELETE, which the audit's own triggers refuse: they are tested by themselves."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.schema_editor() as editor:
            drop_triggers(editor)


@pytest.fixture(autouse=True)
def _no_language_left_over():
    """A request leaves its language in the thread; the next test begins with none."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _what_the_first_migrations_wrote(request):
    """The rules and the categories, also after a test that emptied every table."""
    names = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not names and not request.node.get_closest_marker("django_db"):
        return
    request.getfixturevalue(
        "transactional_db"
        if "live_server" in names
        else next(iter(names - {"live_server"}), "_django_db_helper")
    )
    cache.clear()
    if not Policy.objects.exists():
        Policy.objects.create(pk=Policy.ONLY)
        load(Category, ImpactFactor)


def _skipped(terminal):
    """Every test that was skipped, with the reason."""
    return [
        (report.nodeid, report.longrepr[2].removeprefix("Skipped: "))
        for report in terminal.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ]


def pytest_sessionfinish(session):
    """With KIERTO_NO_SKIPS=1 a test that was skipped fails the run."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal and NO_SKIPS and _skipped(terminal) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Whatever did not run is named at the end."""
    if skipped := _skipped(terminalreporter):
        terminalreporter.section(f"not run: {len(skipped)}", yellow=True)
        for name, reason in skipped:
            terminalreporter.write_line(f"{name}: {reason}")
        if NO_SKIPS:
            terminalreporter.write_line("KIERTO_NO_SKIPS=1: what did not run counts as failed.", red=True)


@pytest.fixture(scope="session")
def _redis_server():
    with services.redis_server(services.redis_server_binary()) as url:
        yield url


@pytest.fixture
def redis_url(_redis_server):
    """A Redis server of the test run's own, empty."""
    with Redis.from_url(_redis_server) as redis:
        redis.flushall()
    return _redis_server


@pytest.fixture
def smtp_sink(settings):
    """A mail server, and Django's settings pointing at it."""
    sink = services.SmtpSink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    sink.stop()


@pytest.fixture
def sms_gateway(settings):
    """A gateway for text messages, and our settings pointing at it."""
    gateway = SmsGateway()
    gateway.start()
    settings.SMS_CHANNEL = "http"
    settings.SMS_GATEWAY = {"url": gateway.url, "token": gateway.token, "sender": "Kierto", "timeout": 5}
    yield gateway
    gateway.stop()


@pytest.fixture
def start_worker(transactional_db, tmp_path):
    """``start_worker(CELERY_BROKER_URL=..., EMAIL_URL=...)``: a real worker on the database of this test."""
    started = []

    def start(*, beat=True, pool="threads", wait=True, **environment):
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "DATABASE_URL": services.database_url(connection.settings_dict),
            "CELERY_BROKER_URL": "localqueue://",
            "KIERTO_DATA": str(tmp_path / "data"),
        } | environment
        worker = services.Worker(environment, beat=beat, pool=pool)
        started.append(worker)
        return worker.start(wait=wait)

    yield start
    for worker in started:
        worker.kill()


def launch(kind, *arguments):
    """A Chromium of its own; ``kind`` is the browser type of Playwright."""
    arguments = [*CHROMIUM_ARGUMENTS, *arguments, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return kind.launch(executable_path=chromium(), args=arguments)


@pytest.fixture(scope="session")
def browser():
    """Chromium, once for the whole run."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only runs with a browser need it)

    with sync_playwright() as playwright:
        chromium_ = launch(playwright.chromium)
        yield chromium_
        chromium_.close()


@pytest.fixture
def filming(browser, tmp_path):
    """``filming(picture)``: a Chromium whose camera sees this grey picture."""
    launched = []

    def filming_(picture):
        width, height = picture.size
        file = tmp_path / "camera.y4m"
        # Uncompressed video: a line about it, then each picture as brightness and two halves of no colour.
        frame = b"FRAME\n" + picture.convert("L").tobytes() + bytes([128]) * (width * height // 2)
        file.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode() + frame * 2)
        launched.append(launch(browser.browser_type, f"--use-file-for-fake-video-capture={file}"))
        return launched[-1]

    yield filming_
    for one in launched:
        one.close()


@pytest.fixture
def open_page(browser, live_server, settings):
    """``open_page(width=360, language="fi", javascript=True)``: a fresh visitor's page on the service."""
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    contexts = []

    def open_(*, width=360, height=740, language="fi", javascript=True, within=browser, **options):
        context = within.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale={"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[language],
            timezone_id="Europe/Helsinki",
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    """A visitor with a phone of 360 px, in Finnish."""
    return open_page()
