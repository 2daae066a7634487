"""``/healthz`` and ``/readyz``: who watches the service is told the truth."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from recycling import health
from recycling.media import media_urls
from recycling.notifications.models import Notification, Tick
from recycling.tasks import tick
from tests.services import free_port

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setitem(health._storage_answer, "until", 0.0)


def worker_ticked(ago):
    Tick.objects.update_or_create(name=health.TICK, defaults={"at": timezone.now() - ago})


def message_due(ago):
    due = timezone.now() - ago
    Notification.objects.create(
        recipient="reservation:1",
        channel="email",
        kind="test",
        language="fi",
        dedupe_key=str(ago),
        send_after=due,
    )


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_is_green_when_the_worker_just_ticked(client, db):
    tick()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ok",
            "checks": {
                "database": {"ok": True},
                "worker": {"ok": True, "seconds_since_tick": 0},
                "messages": {"ok": True, "oldest_due_seconds": 0},
                "silence": {"ok": True, "channels": []},
                "storage": {"ok": True},
            },
        },
    )


def test_readyz_leaves_nothing_in_the_storage(client, db):
    client.get("/readyz")
    assert default_storage.listdir("health") == ([], [])


def test_readyz_is_red_before_the_worker_ever_ticked(client, db):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["worker"]) == (
        503,
        {"ok": False, "seconds_since_tick": None},
    )


@pytest.mark.parametrize(("ago", "status"), [(58, 200), (62, 503)])
def test_readyz_turns_red_when_the_last_tick_is_a_minute_old(client, db, ago, status):
    worker_ticked(timedelta(seconds=ago))
    assert client.get("/readyz").status_code == status


@pytest.mark.parametrize(("ago", "status"), [(298, 200), (302, 503)])
def test_readyz_turns_red_when_a_message_has_waited_five_minutes(client, db, ago, status):
    worker_ticked(timedelta(0))
    message_due(timedelta(seconds=ago))
    assert client.get("/readyz").status_code == status


def test_a_message_for_tomorrow_is_not_late(client, db):
    worker_ticked(timedelta(0))
    message_due(timedelta(days=-1))
    assert client.get("/readyz").json()["checks"]["messages"] == {"ok": True, "oldest_due_seconds": 0}


def test_readyz_is_red_while_nothing_leaves_though_it_is_tried(client, db):
    worker_ticked(timedelta(0))
    message_due(timedelta(minutes=-30))
    tried = timezone.now() - timedelta(minutes=10)
    Notification.objects.update(attempts=5, claimed_at=tried)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["silence"]) == (
        503,
        {"ok": False, "channels": ["email"]},
    )


def test_readyz_is_red_when_the_storage_cannot_be_written(client, db, settings, tmp_path):
    worker_ticked(timedelta(0))
    (tmp_path / "a file").write_text("not a folder")
    settings.MEDIA_ROOT = tmp_path / "a file"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["storage"]) == (503, {"ok": False})


def test_the_storage_is_not_written_for_each_one_who_asks(client, db, settings):
    worker_ticked(timedelta(0))
    client.get("/readyz")
    (settings.MEDIA_ROOT / "health").rmdir()
    client.get("/readyz")
    assert not (settings.MEDIA_ROOT / "health").exists()


def test_readyz_is_red_and_calm_when_the_database_is_away(tmp_path):
    nobody_listens_here = f"postgres://kierto:secret@127.0.0.1:{free_port()}/kierto"
    ask = "from recycling import health; from django.test import RequestFactory as R; "
    ask += "answer = health.readyz(R().get('/readyz')); print(answer.status_code, answer.content.decode())"
    asked = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {ask}"],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "DATABASE_URL": nobody_listens_here,
            "KIERTO_DATA": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    status, _space, body = asked.stdout.partition(" ")
    assert (status, json.loads(body)) == (
        "503",
        {
            "status": "failing",
            "checks": {
                "database": {"ok": False},
                "worker": {"ok": False},
                "messages": {"ok": False},
                "silence": {"ok": False},
                "storage": {"ok": True},
            },
        },
    )


def test_answers_are_not_kept_by_anybody_on_the_way(client, db):
    assert "no-store" in client.get("/readyz").headers["Cache-Control"]


def test_watching_is_reading(client, db):
    assert client.post("/readyz").status_code == 405


def test_a_photo_is_served_as_a_picture_and_nothing_else(client, db, settings):
    folder = settings.MEDIA_ROOT / "photos"
    folder.mkdir(parents=True)
    (folder / "k.webp").write_bytes(b"<script>")
    (folder / "k.html").write_text("<script>")

    served = client.get("/media/photos/k.webp")
    assert (served.status_code, served.headers["Content-Type"]) == (200, "image/webp")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served.getvalue() == b"<script>"
    for name in (
        "photos/k.html",
        "photos/",
        "photos/away.webp",
        "../secret.jpg",
        "photos/%2e%2e/%2e%2e/x.jpg",
    ):
        assert client.get(f"/media/{name}").status_code == 404, name


def test_photos_in_a_bucket_have_no_address_here(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "storages.backends.s3.S3Storage"}}
    assert media_urls(settings) == []
