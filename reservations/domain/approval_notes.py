"""Which messages an approval and a request's thread ask for, and when.

Each is a row in the outbox, written with the change itself.
"""

from django.conf import settings

from recycling.notifications.domain import outbox

from .reminders import after_quiet_hours

# What is said to an approver, and to the requester about a deadline: nothing of it is true once somebody has decided.
WHILE_WAITING = ("approval_request", "approval_reminder", "approval_deputy", "approval_ends")


def recipient(request):
    return f"request:{request.pk}"


def _post(request, kind, person, *, at, language, key="", before=None):
    if not person.email:
        return
    # A request that was returned is sent again: what is said about it then is another message.
    sent = int(request.sent_at.timestamp())
    outbox.post(
        recipient(request),
        kind,
        channel="email",
        language=language,
        key=f"{person.pk}:{sent}:{key}",
        send_after=at,
        send_before=before,
        person=person,
        request=request.pk,
        reader=person.pk,
    )


def _to_approver(request, kind, person, *, at, key=""):
    when = at if kind == "approval_request" else after_quiet_hours(at, tz=settings.TIME_ZONE)
    _post(request, kind, person, at=when, language=person.language, key=key, before=request.waiting_until)


def asked(request, *, at):
    """The approver is asked; of an earlier round nothing more is said."""
    silence(request, why="sent_again")
    _to_approver(request, "approval_request", request.approver, at=at)


def asked_instead(request, *, at):
    """Somebody else is asked from now on."""
    silence(request, why="reassigned", kinds=("approval_request", "approval_reminder"))
    _to_approver(request, "approval_request", request.approver, at=at, key=f"instead-{at:%Y%m%d%H%M%S}")


def reminded(request, *, step, at):
    _to_approver(request, "approval_reminder", request.approver, at=at, key=str(step))


def deputy_asked(request, deputy, *, at):
    _to_approver(request, "approval_deputy", deputy, at=at)


def ends_soon(request, *, at):
    """The requester, on the working day before the last."""
    when = after_quiet_hours(at, tz=settings.TIME_ZONE)
    before = request.waiting_until
    _post(request, "approval_ends", request.by, at=when, language=request.language, before=before)


def expired(request, *, at):
    """Nobody asked for this at night."""
    silence(request, why="expired")
    when = after_quiet_hours(at, tz=settings.TIME_ZONE)
    _post(request, "approval_expired", request.by, at=when, language=request.language)


def decided(request, kind, *, at):
    """``kind``: decision_approved, decision_lowered, decision_returned or decision_rejected."""
    silence(request, why="decided")
    _post(request, kind, request.by, at=at, language=request.language)


def written(request, first_unread, *, at):
    """The warehouse has written. Once for each time that the unit has something unread, however much is added to it."""
    _post(request, "request_message", request.by, at=at, language=request.language, key=str(first_unread.pk))


def silence(request, *, why, kinds=WHILE_WAITING):
    outbox.unsay(recipient(request), kinds=kinds, why=why)
