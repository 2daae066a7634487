"""How messages leave: e-mail through Django's backend, text messages through an interface, and the demo's mailbox.

A channel either delivers, or says whether trying again makes sense. What it tells the log is ids, never an address.
"""

import logging
import smtplib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.mime.text import MIMEText
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils.module_loading import import_string

from .models import Channel, DemoMessage

log = logging.getLogger(__name__)


class TryLater(Exception):  # noqa: N818  (an answer of the other side, not an error of the program)
    """Not delivered; another time it may be. ``reason`` is a word or a reply code."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = str(reason)


class Away(TryLater):
    """Nobody answers at the other side, or not to us: the next letter will not fare better."""


class NotReached(Away):
    """And it is certain that nothing of this letter has got there: another try cannot make a second copy of it."""


class Rejected(TryLater):
    """Not delivered, and trying again would not help."""


class BadAddress(Rejected):
    """Not delivered, because nothing arrives at this address."""


@dataclass(frozen=True)
class Attachment:
    """A text that goes with a mail; ``method`` is what a calendar entry asks for."""

    name: str
    content: bytes
    subtype: str
    method: str = ""


@dataclass(frozen=True)
class Mail:
    """What a mail says, the same words twice."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letter:
    """A finished e-mail. ``message_id`` is the same for every try."""

    to: str
    mail: Mail
    message_id: str
    language: str
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = ""


class EmailChannel:
    """E-mail through whatever ``EMAIL_BACKEND`` names, over one connection for as long as it is open."""

    failures: tuple[type[Exception], ...] = (smtplib.SMTPException, OSError)

    def __init__(self):
        self._connection = get_connection()

    def send(self, letter):
        """Deliver ``letter`` to the mail server, or raise `TryLater` or `Rejected`."""
        try:
            self._connection.open()
        except self.failures as error:
            self.close()
            answer = self.answer_to(error)
            raise (NotReached(answer.reason) if isinstance(answer, Away) else answer) from error
        try:
            if not self._connection.send_messages([_as_email(letter)]):
                raise TryLater("nothing_taken")
        except self.failures as error:
            # Whatever state the conversation is in now, the next letter starts a new one.
            self.close()
            raise self.answer_to(error) from error

    def answer_to(self, error):
        """What a failure of the conversation means: a 5xx about this letter is final, everything else may pass."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            codes = [code for code, _reply in error.recipients.values()]
            final = bool(codes) and all(500 <= code < 600 for code in codes)
            return (BadAddress if final else TryLater)(f"smtp_{max(codes, default=0)}")
        if isinstance(error, smtplib.SMTPDataError):
            return (Rejected if 500 <= error.smtp_code < 600 else TryLater)(f"smtp_{error.smtp_code}")
        if isinstance(error, smtplib.SMTPResponseException):
            # Greeting, log-in or sender refused, before any of the letter: that is about us, and somebody will put it right.
            return NotReached(f"smtp_{error.smtp_code}")
        return Away(type(error).__name__)

    def close(self):
        """End the conversation, if there is one."""
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()


class _Email(EmailMultiAlternatives):
    """A mail with what a provider is to give back with its later news (``esp.py``). Over SMTP nobody sees it."""

    metadata: dict[str, str]


def _as_email(letter):
    message = _Email(
        letter.mail.subject,
        letter.mail.text,
        to=[letter.to],
        headers={
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    if letter.unsubscribe:
        message.extra_headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message.attach_alternative(letter.mail.html, "text/html")
    message.metadata = {"reference": letter.message_id}
    for attachment in letter.attachments:
        part = MIMEText(attachment.content.decode(), attachment.subtype, "utf-8")
        if attachment.method:
            part.set_param("method", attachment.method)
        part.add_header("Content-Disposition", "attachment", filename=attachment.name)
        message.attach(part)
    return message


class SmsChannel(Protocol):
    """What every way of sending text messages can do."""

    def send(self, to: str, text: str, reference: str) -> None:
        """Deliver ``text``, or raise `TryLater` or `Rejected`. ``reference`` is the same for every try.

        `NotReached` where nothing can have been taken: then it is tried for three days, else eight times.
        """


class MailboxSms:
    """Text messages into the demo mailbox, and their references into the log."""

    def __init__(self):
        _only_in_the_demo()

    def send(self, to, text, reference):
        """Keep the message where whoever tries the demo can read it."""
        _keep(reference, channel=Channel.SMS, to=to, text=text)
        log.info("text message %s is in the demo mailbox", reference)


class NoSms:
    """Where no way of sending text messages is configured."""

    def send(self, *_message):
        """Refuse."""
        raise Rejected("no_sms_channel")


def sms_channel() -> SmsChannel:
    """The channel that ``SMS_CHANNEL`` names: ``mailbox``, ``http``, or the dotted path of a class."""
    if not settings.SMS_CHANNEL:
        return NoSms()
    if settings.SMS_CHANNEL == "mailbox":
        return MailboxSms()
    if settings.SMS_CHANNEL == "http":
        return import_string("recycling.notifications.http_sms.HttpSms")()
    return import_string(settings.SMS_CHANNEL)()


@contextmanager
def opened():
    """The e-mail channel for a round of sending, closed at its end."""
    channel = import_string("recycling.notifications.esp.EspChannel")() if settings.ESP else EmailChannel()
    try:
        yield channel
    finally:
        channel.close()


class DemoMailbox(BaseEmailBackend):
    """The e-mail backend of the demo: whatever is sent can be read in the browser, and goes nowhere else."""

    def __init__(self, **options):
        _only_in_the_demo()
        super().__init__(**options)

    def send_messages(self, email_messages):
        """Keep every message; one that arrives again is kept once and counted."""
        for message in email_messages:
            whole = message.message()
            _keep(
                whole["Message-ID"],
                channel=Channel.EMAIL,
                to=", ".join(message.recipients())[:254],
                subject=message.subject[:200],
                text=message.body,
                attachments=", ".join(filter(None, (part.get_filename() for part in whole.walk())))[:200],
            )
        return len(email_messages)


def _keep(message_id, **fields):
    """Store a message in the mailbox once; says in the log and in ``copies`` when it came again."""
    _row, new = DemoMessage.objects.get_or_create(message_id=message_id[:200], defaults=fields)
    if not new:
        DemoMessage.objects.filter(message_id=message_id[:200]).update(copies=F("copies") + 1)
        log.info("message %s came again and is kept once", message_id)


def _only_in_the_demo():
    if not settings.DEMO:
        raise ImproperlyConfigured(
            "The demo mailbox exists only in the demo. Name a mail server in EMAIL_URL."
        )
