"""Words of the city's own for any message: which names may stand in them, how long they may be, who changed what.

Whatever is kept here has been filled with the longest values once: a text message is one part, a subject fits its line.
Locks: the row of the text.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation

from recycling.accounts.domain import contacts, limits
from recycling.audit.domain import record
from recycling.audit.models import AuditEntry
from recycling.notifications import samples
from recycling.notifications.models import Channel, CityText, Part

from . import gsm7, outbox, pieces, texts
from .text_refusals import (
    ChangedMeanwhile,
    NameMissing,
    NameUnknown,
    NoPhone,
    NothingWritten,
    NotInAlphabet,
    SubjectTooLong,
    TextMessageTooLong,
    TextTooLong,
)

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
MOST_WORDS = 4000
TRIAL = "text_trial"
TRIALS_PER_HOUR = 20
# Without these a message is of no use: the link, the code, the time, the last day.
NEEDED = frozenset({"url", "code", "how_to_collect", "when", "when_long", "until", "delivery"})
# A subject is read by whoever looks at the phone on the table.
NEVER_IN_A_SUBJECT = frozenset({"url", "code", "name", "who", "approver", "decider"})
OF_EVERY_MAIL = frozenset({"service", "city", "phone", "hours", "email", "site_url"})


def _name(name, value):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return pieces.Number(name) if is_number else f"{{{name}}}"


@cache
def _names():
    values = samples.longest("en") | dict.fromkeys(OF_EVERY_MAIL | {"short"}, "")
    return {name: _name(name, value) for name, value in values.items()}


@cache
def kinds():
    """``{kind: its parts}`` of all messages there are words for."""
    folder = Path(settings.BASE_DIR) / "templates" / "messages"
    found = sorted(path.name.removesuffix(".subject.txt") for path in folder.glob("*.subject.txt"))
    with_sms = {path.name.removesuffix(".sms.txt") for path in folder.glob("*.sms.txt")}
    return {kind: tuple(part for part in Part if part != Part.SMS or kind in with_sms) for kind in found}


@cache
def _original(kind, part, language):
    """(our own words with names in them, the names of the pieces among those)."""
    named = pieces.Named()
    with translation.override(language):
        text = pieces.render(texts.template_of(kind, part), _names(), named)
    if part == Part.TEXT:
        return texts.tidy(named.found.pop(pieces.BODY)).strip(), frozenset(named.found)
    return " ".join(text.split()), frozenset(named.found)


def original(kind, part, language) -> str:
    """Our own words for a part, as an editor sees them."""
    return _original(kind, part, language)[0]


@cache
def allowed(kind, part) -> frozenset[str]:
    """The names that may stand in a part: what any part of this kind names, for each of them is known whenever it is sent."""
    found: set[str] = set()
    of_others: set[str] = set()
    for other in kinds()[kind]:
        words, theirs = _original(kind, other, "en")
        found |= pieces.names_in(words)
        of_others |= theirs if other != part else set()
    found -= of_others - _original(kind, part, "en")[1]
    if part == Part.TEXT:
        return frozenset(found | OF_EVERY_MAIL)
    return frozenset(found - NEVER_IN_A_SUBJECT if part == Part.SUBJECT else found)


@cache
def needed(kind, part) -> frozenset[str]:
    """The names that must stand in a part: what our own words name of what makes it useful. Nothing in a subject."""
    if part == Part.SUBJECT:
        return frozenset()
    return frozenset(pieces.names_in(original(kind, part, "en")) & NEEDED)


def values(language, kind="", *, longest=False):
    """Values to show a message with, at this service's own address."""
    found = samples.longest(language, kind) if longest else samples.usual(language, kind)
    with translation.override(language):
        return texts.for_mail(found | {"url": settings.SITE_URL + urlsplit(found["url"]).path})


# -- looking


@dataclass(frozen=True)
class Shown:
    """A part as somebody gets it. ``size``: units of a text message or characters of a subject; None for a text."""

    text: str
    size: int | None
    most: int | None

    @property
    def is_too_long(self):
        return self.size is not None and self.most is not None and self.size > self.most


def show(kind, part, language, words="", *, filled) -> Shown:
    """A part filled with ``values``. ``words``: in the city's words instead of ours."""
    own = {part: words}
    with translation.override(language):
        if part == Part.SMS:
            text = texts.sms_as_written(kind, filled, own)
            return Shown(text, gsm7.units(text), gsm7.ONE_MESSAGE)
        if part == Part.SUBJECT:
            text = texts.subject_as_written(kind, filled, own)
            return Shown(text, len(text), texts.LONGEST_SUBJECT)
        return Shown(texts.text_as_written(kind, filled, own), None, None)


def title(kind, language) -> str:
    """What a message is called in a list: its subject, in our words."""
    return show(kind, Part.SUBJECT, language, filled=values(language, kind)).text


def named(kind, part, language):
    """(name, whether it must stand in the part, what usually stands in its place) of each name that may."""
    filled = values(language, kind)
    with translation.override(language):
        filled |= texts.pieces_of(kind, part, filled)
    return [(name, name in needed(kind, part), filled[name]) for name in sorted(allowed(kind, part))]


def kept(kind, part, language) -> CityText:
    """The row of a part, or a new one that nobody has kept yet."""
    asked = {"kind": kind, "part": part, "language": language}
    return CityText.objects.filter(**asked).first() or CityText(**asked)


def history(text):
    """The audit rows of a text, the newest first: who, when, and the words from then on."""
    if text.pk is None:
        return AuditEntry.objects.none()
    rows = AuditEntry.objects.filter(target_type="citytext", target_id=text.pk)
    return rows.select_related("actor").order_by("-pk")


# -- writing


def check(kind, part, language, typed) -> str:
    """``typed`` as it would be kept. Refuses what is empty, names the wrong things, or is too long with the longest values."""
    words = typed.strip() if part == Part.TEXT else " ".join(typed.split())
    words = texts.tidy(words).strip()
    if not words:
        raise NothingWritten
    if len(words) > MOST_WORDS:
        raise TextTooLong(most=MOST_WORDS)
    _check_names(kind, part, words)
    if part == Part.SMS and (strange := gsm7.strange(pieces.NAMED.sub("", words))):
        raise NotInAlphabet(characters=" ".join(strange))
    shown = show(kind, part, language, words, filled=values(language, kind, longest=True))
    if shown.is_too_long:
        refusal = TextMessageTooLong if part == Part.SMS else SubjectTooLong
        raise refusal(size=shown.size, most=shown.most)
    return words


def _check_names(kind, part, words):
    names = pieces.names_in(words)
    unknown = sorted(f"{{{name}}}" for name in names - allowed(kind, part)) + pieces.strays(words)
    if unknown:
        raise NameUnknown(names=", ".join(unknown))
    if missing := needed(kind, part) - names:
        raise NameMissing(names=", ".join(sorted(f"{{{name}}}" for name in missing)))


@transaction.atomic
def write(kind, part, language, typed, *, seen, by, at) -> CityText:
    """Say this from now on. Our own words, typed again, are our own words. Refuses as `check` does, and `changed_meanwhile`
    when somebody has written since version ``seen``.
    """
    words = check(kind, part, language, typed)
    if words == original(kind, part, language):
        words = ""
    return _keep(kind, part, language, words, seen=seen, by=by, at=at)


@transaction.atomic
def take_back(kind, part, language, *, seen, by, at) -> CityText:
    """Say what we said before anybody changed it. Refuses `changed_meanwhile`."""
    return _keep(kind, part, language, "", seen=seen, by=by, at=at)


def _keep(kind, part, language, words, *, seen, by, at):
    asked = {"kind": kind, "part": part, "language": language}
    CityText.objects.bulk_create([CityText(**asked)], ignore_conflicts=True)
    row = CityText.objects.select_for_update().get(**asked)
    if row.version != seen:
        raise ChangedMeanwhile
    if row.words != words:
        row.words, row.version = words, row.version + 1
        row.save(update_fields=["words", "version"])
        record(
            "text_written" if words else "text_taken_back",
            row,
            by=by,
            at=at,
            version=row.version,
            words=words,
        )
    return row


def try_out(kind, part, language, typed, *, by, at):
    """Send the message with these words to whoever writes them. Refuses as `check` does, and `no_phone`, `too_often`."""
    words = check(kind, part, language, typed)
    if part == Part.SMS and not (by.phone and contacts.sms_offered()):
        raise NoPhone
    limits.count(TRIAL, str(by.pk), limit=TRIALS_PER_HOUR, per=timedelta(hours=1), at=at)
    outbox.post(
        f"user:{by.pk}",
        TRIAL,
        channel=Channel.SMS if part == Part.SMS else Channel.EMAIL,
        language=language,
        key=at.isoformat(),
        send_after=at,
        send_before=at + timedelta(hours=1),
        person=by,
        words=[kind, part, words],
    )
