"""The kinds of messages: which app says what. The app that knows a kind registers it when the service starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.conf import settings

from recycling.notifications.channels import Attachment
from recycling.notifications.models import Notification

from . import quiet


@dataclass(frozen=True)
class Draft:
    """To whom, and the values that the words of this kind ask for (``templates/messages/<kind>...``).

    ``words`` names another kind whose words are used instead; the mail's button leads to ``values["url"]``. ``own`` are words
    to say instead of those that the city keeps. ``unsubscribe`` is an address to which a mail program may POST so that no more
    of these come (RFC 8058). ``tz`` is the clock by which its night is meant, "" for the service's.
    """

    to: str
    values: dict
    words: str = ""
    attachments: tuple[Attachment, ...] = ()
    own: dict[str, str] | None = None
    unsubscribe: str = ""
    tz: tzinfo | str = ""


class NotNow(Exception):  # noqa: N818  (an ordinary answer, not an error of the program)
    """Looked at again, this is no longer to be said. ``reason`` is for the ledger: one word."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = str(reason)


class NotYet(Exception):  # noqa: N818  (likewise)
    """Still to be said, but at ``until``: nobody asked for it at this hour."""

    def __init__(self, until):
        super().__init__(until)
        self.until = until


class UnknownKindError(LookupError):
    """Nobody has registered this kind."""

    reason = "unknown_kind"


_drafts: dict[str, Callable[[Notification, datetime], Draft]] = {}
_by_mail_instead: set[str] = set()
_not_at_night: set[str] = set()


def says(kind, *, by_mail_instead=False, not_at_night=False):
    """Register the function that looks at the state again and drafts messages of this ``kind``, or raises `NotNow`.

    ``by_mail_instead``: a text message that failed for good goes out as a mail. The function is asked for the address of
    that channel then, and says `NotNow` where none is known. ``not_at_night``: nobody asked for it at that moment, so it waits
    for the end of the quiet hours, however late it comes to be sent.
    """

    def register(function):
        if _drafts.setdefault(kind, function) is not function:
            raise ValueError(f"{kind} is already said by {_drafts[kind].__module__}")
        if by_mail_instead:
            _by_mail_instead.add(kind)
        if not_at_night:
            _not_at_night.add(kind)
        return function

    return register


def by_both_channels():
    """The kinds whose text message, when it failed for good, is sent as a mail; a person may choose between the two."""
    return frozenset(_by_mail_instead)


def never_at_night():
    """The kinds that wait for the end of the quiet hours."""
    return frozenset(_not_at_night)


def known():
    """Every registered kind."""
    return sorted(_drafts)


def draft(notification, at) -> Draft:
    """What ``notification`` says at this moment, in the active language. Raises `NotNow`, `NotYet`, `UnknownKindError`."""
    try:
        function = _drafts[notification.kind]
    except KeyError:
        raise UnknownKindError(notification.kind) from None
    written = function(notification, at)
    if notification.kind in _not_at_night:
        morning = quiet.after(at, tz=written.tz or settings.TIME_ZONE, person=notification.person_id)
        if morning > at:
            raise NotYet(morning)
    return written
