"""The jobs: they find what is due by themselves, do it once, and one bad row never stops the rest."""

import logging
import subprocess
import sys
from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from inventory.models import Item
from recycling import health
from recycling.notifications.models import Notification, Tick
from recycling.notifications.tasks import send_due
from reservations import tasks
from reservations.models import ClosedDay, PickupSlot, Reservation
from tests import services
from tests.factories import (
    NOW,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_reservation,
    make_site,
    open_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=10)


def at(moment):
    """The jobs look at the clock: this is what it shows."""
    return time_machine.travel(moment, tick=False)


def statuses():
    return list(Reservation.objects.order_by("pk").values_list("status", flat=True))


def test_what_is_held_too_long_is_let_go_and_nothing_else():
    chair = make_item(quantity=5)
    hold({chair: 2}, device="a" * 64)
    hold({chair: 1}, device="b" * 64, at=later(minutes=5))
    make_reservation({chair: 1})
    with at(later(minutes=20)):
        tasks.expire_overdue()
    assert statuses() == ["expired", "held", "booked"]
    assert counters(chair) == (5, 2)


def test_running_a_job_twice_or_late_changes_nothing_more():
    chair = make_item(quantity=5)
    hold({chair: 2})
    for _time in range(2):
        with at(later(days=30)):
            tasks.expire_overdue()
    assert (statuses(), counters(chair)) == (["expired"], (5, 0))


def test_a_row_whose_counters_are_wrong_does_not_stop_the_others(caplog):
    broken, sound = make_item(quantity=2), make_item(quantity=2)
    hold({broken: 1}, device="a" * 64)
    hold({sound: 1}, device="b" * 64)
    # Somebody repaired the database by hand and forgot this.
    Item.objects.filter(pk=broken.pk).update(reserved=0)
    with at(later(minutes=20)):
        tasks.expire_overdue()
    assert statuses() == ["held", "expired"]
    assert "reservations.expire_overdue: reservation" in caplog.text
    assert "broke: RuntimeError at stock.py:" in caplog.text


def test_a_pickup_counts_as_missed_an_hour_after_its_end():
    early = make_reservation({make_item(): 1})
    late = make_reservation({make_item(): 1}, slot=first_slot(skip=1), contact="bea@example.org")
    assert late.slot.ends_at == early.slot.ends_at + timedelta(minutes=30)
    with at(early.slot.ends_at + timedelta(minutes=59)):
        tasks.mark_missed()
    assert statuses() == ["booked", "booked"]
    with at(early.slot.ends_at + timedelta(minutes=60)):
        tasks.mark_missed()
    assert statuses() == ["missed", "booked"]
    with at(late.slot.ends_at + timedelta(days=1)):
        tasks.mark_missed()
    assert statuses() == ["missed", "missed"]


def test_a_missed_pickup_is_kept_some_open_days_and_then_let_go():
    chair = make_item()
    reservation = make_reservation({chair: 1})
    with at(reservation.slot.ends_at + timedelta(hours=1)):
        tasks.mark_missed()
        tasks.expire_overdue()
    assert (statuses(), counters(chair)) == (["missed"], (1, 1))
    with at(later(days=4)):
        tasks.expire_overdue()
    assert (statuses(), counters(chair)) == (["expired"], (1, 0))


def test_times_are_planned_ahead_for_every_site_with_holidays_closed():
    north = make_site("north")
    open_site(north)
    PickupSlot.objects.all().delete()
    with at(NOW):
        tasks.plan_slots()
    assert set(PickupSlot.objects.values_list("site__code", flat=True)) == {"warehouse", "north"}
    assert ClosedDay.objects.filter(is_holiday=True, day="2026-12-25").count() == 1
    before = PickupSlot.objects.count()
    with at(NOW):
        tasks.plan_slots()
    assert PickupSlot.objects.count() == before


def test_a_site_with_an_impossible_clock_does_not_stop_the_others(caplog):
    bad = make_site("bad")
    open_site(bad)
    PickupSlot.objects.all().delete()
    type(bad).objects.filter(pk=bad.pk).update(timezone="Mars/Olympus")
    with at(NOW):
        tasks.plan_slots()
    assert set(PickupSlot.objects.values_list("site__code", flat=True)) == {"warehouse"}
    assert f"reservations.plan_slots: site {bad.pk} broke: ZoneInfoNotFoundError" in caplog.text


def test_the_forgetting_job_forgets_codes_and_people():
    reservation = make_reservation()
    with at(reservation.slot.ends_at + timedelta(hours=1)):
        tasks.mark_missed()
    with at(later(days=4)):
        tasks.expire_overdue()
    with at(later(days=95)):
        tasks.forget_expired()
    assert Reservation.objects.get().contact == ""


def test_the_outbox_job_sends(mailoutbox):
    make_reservation()
    with at(NOW):
        send_due()
    assert [mail.to for mail in mailoutbox] == [["aino@example.org"]]


def test_every_job_of_the_clock_exists_under_its_name():
    current_app.loader.import_default_modules()
    ours = ["accounts.forget_expired", "notifications.send_due", "operations.tick"]
    ours += ["reservations.expire_overdue", "reservations.mark_missed", "reservations.plan_slots"]
    ours += ["reservations.call_for_approval"]
    scheduled = {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}
    assert set(ours) - scheduled == set()
    assert [name for name in ours if name not in current_app.tasks] == []


# -- drain: the same without any broker


def test_draining_does_every_job_once_without_a_broker(mailoutbox, settings):
    settings.CELERY_BROKER_URL = "amqp://nobody@127.0.0.1:1"
    now = timezone.now()
    open_site(at=now, capacity=10)
    make_reservation({make_item(at=now): 1}, at=now)
    earlier = now - timedelta(minutes=21)
    hold({make_item(at=earlier): 1}, at=earlier)
    call_command("drain", "reservations.expire_overdue", "notifications.send_due", "operations.tick")
    assert statuses() == ["booked", "expired"]
    # On some days the reminder is due at once as well, so the mails are not counted.
    assert ({mail.to[0] for mail in mailoutbox}, booked_statuses()) == ({"aino@example.org"}, {"sent"})
    assert health.look(at=timezone.now())["worker"]["ok"] is True


def test_draining_a_job_that_does_not_exist_says_which_there_are():
    with pytest.raises(CommandError, match=r"No such job: nonsense\. Jobs: accounts\.forget_expired, "):
        call_command("drain", "nonsense")


def test_a_job_that_breaks_is_named_at_the_end_and_the_others_are_done(monkeypatch, capsys):
    current_app.loader.import_default_modules()

    def breaks():
        raise RuntimeError("aino@example.org")

    monkeypatch.setattr(current_app.tasks["reservations.mark_missed"], "run", breaks)
    with pytest.raises(CommandError, match=r"Not done: reservations\.mark_missed"):
        call_command("drain", "reservations.mark_missed", "operations.tick")
    assert Tick.objects.count() == 1
    said = capsys.readouterr().err
    assert "reservations.mark_missed: RuntimeError at test_tasks.py:" in said
    assert "aino" not in said


def booked_statuses():
    return set(Notification.objects.filter(kind="booked").values_list("status", flat=True))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_the_loop_goes_on_until_somebody_says_stop(smtp_sink, tmp_path):
    now = timezone.now()
    open_site(at=now, capacity=10)
    make_reservation({make_item(at=now): 1}, at=now)
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "DATABASE_URL": services.database_url(connection.settings_dict),
        "CELERY_BROKER_URL": "amqp://nobody@127.0.0.1:1",
        "EMAIL_URL": smtp_sink.url,
        "KIERTO_DATA": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "drain", "--loop", "notifications.send_due", "operations.tick"]
    process = subprocess.Popen(
        command,
        env=services.os.environ | environment,
        cwd=services.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        services.wait_until(lambda: smtp_sink.to("aino@example.org"), seconds=20, why="the confirmation")
        make_reservation({make_item(at=now): 1}, at=now, contact="bea@example.org")
        services.wait_until(lambda: smtp_sink.to("bea@example.org"), seconds=20, why="the second round")
        services.wait_until(lambda: booked_statuses() == {"sent"}, seconds=20, why="both rows marked")
    finally:
        process.send_signal(services.signal.SIGINT)
        said, _none = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "Ended.\n")
    assert booked_statuses() == {"sent"}


@pytest.mark.parametrize(("options", "ends"), [(["--loop"], True), ([], False)])
def test_an_end_in_the_first_round_is_an_end_of_the_loop_and_no_success_of_a_single_round(
    monkeypatch, capsys, options, ends
):
    current_app.loader.import_default_modules()

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(current_app.tasks["operations.tick"], "run", interrupted)
    with nullcontext() if ends else pytest.raises(KeyboardInterrupt):
        call_command("drain", *options, "operations.tick")
    assert capsys.readouterr().out == ("Ended.\n" if ends else "")


def test_the_log_of_a_job_holds_no_contact(caplog):
    caplog.set_level(logging.DEBUG)
    broken = make_item(quantity=2)
    make_reservation({broken: 1}, contact="marker@example.org", name="Marker Asukas")
    Item.objects.filter(pk=broken.pk).update(reserved=0)
    with at(later(days=1)):
        tasks.mark_missed()
    with at(later(days=8)):
        tasks.expire_overdue()
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("recycling"))
    assert "broke" in ours
    assert "arker" not in ours
