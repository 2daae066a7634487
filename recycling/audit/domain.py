"""Writing down what was done, and who looked at personal data."""

from .models import AuditEntry, ViewEntry


def record(action, target, *, by, at, origin="", **details):
    """One audit row in the caller's transaction. ``details`` are ids, codes and numbers, never contact data."""
    row = entry(action, target, by=by, at=at, origin=origin, **details)
    row.save()
    return row


def record_all(rows):
    """Many such rows, each made by ``entry``, in one question."""
    AuditEntry.objects.bulk_create(rows, batch_size=1000)


def entry(action, target, *, by, at, origin="", **details):
    """An audit row that is still to be written."""
    person = by if getattr(by, "pk", None) else None
    return AuditEntry(
        at=at,
        actor=person,
        origin=origin or ("person" if person else "job"),
        action=action,
        target_type=target._meta.model_name,
        target_id=target.pk,
        details=details,
    )


def viewed(target, *, by, at, purpose, subject=None):
    """``by`` is about to be shown ``subject``'s personal data. Written before the page is sent, or the page is not sent."""
    return ViewEntry.objects.create(
        at=at,
        actor=by,
        purpose=purpose,
        subject=subject,
        target_type=target._meta.model_name,
        target_id=target.pk,
    )


def viewed_all(targets, *, by, at, purpose):
    """``viewed`` for each ``(target, subject)`` of a page that shows several people, in one question."""
    ViewEntry.objects.bulk_create(
        ViewEntry(
            at=at,
            actor=by,
            purpose=purpose,
            subject=subject,
            target_type=target._meta.model_name,
            target_id=target.pk,
        )
        for target, subject in targets
    )
