"""What the migrations say, and what the database refuses by itself."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from recycling.audit.append_only import create_triggers
from recycling.audit.domain import record
from recycling.audit.models import AuditEntry
from tests.factories import NOW, make_item

OURS = ("accounts", "policy", "audit", "notifications", "inventory", "reservations")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_audit_log_only_grows(change):
    if connection.vendor == "sqlite":  # the test run took them away to be able to empty its tables
        create_triggers(_Statements())
    entry = record("tested", make_item(), by=None, at=NOW)
    rows = AuditEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(action="forged") if change == "update" else rows.delete()
    assert AuditEntry.objects.get(pk=entry.pk).action == "tested"


class _Statements:
    """A schema editor inside the test's own transaction, which takes the triggers away again."""

    connection = connection

    def execute(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_status_is_checked_by_the_database():
    """Choices are a promise to the form; only a check constraint binds the database."""
    unchecked = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.fields:
                if field.name in {"status", "role", "kind", "channel", "fulfilment"} and field.choices:
                    names = [constraint.name for constraint in model._meta.constraints]
                    if not any(name.endswith(f"{field.name}_known") for name in names):
                        unchecked.append(f"{model.__name__}.{field.name}")
    assert unchecked == []


def test_constraint_names_are_sentences():
    short = [
        constraint.name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if len(constraint.name.split("_")) < 3
    ]
    assert short == []
