"""The outbox: whatever the service will say is a row, written in the transaction that gave the reason to say it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


class NotificationStatus(models.TextChoices):
    DUE = "due", _("waiting")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not sent")


OPEN = (NotificationStatus.DUE, NotificationStatus.CLAIMED)
# Why it was not sent: its last moment had passed, or its person wanted none.
TOO_LATE, NOT_WANTED = "too_late", "not_wanted"
# What follows it in a key tells a message that somebody sent again from the first one.
AGAIN = "#"


class NotificationQuerySet(models.QuerySet):
    def due(self, at):
        """What is to be sent at this moment: its time has come, or whoever claimed it fell silent."""
        waiting = Q(status=NotificationStatus.DUE, send_after__lte=at)
        lapsed = Q(status=NotificationStatus.CLAIMED, claimed_until__lte=at)
        return self.filter(waiting | lapsed)


class Notification(models.Model):
    """One message to one recipient. ``context`` holds ids only; what it says is read when it is sent.

    ``recipient`` names whose contact is used ("reservation:12", "code:7"), so that no address lies here and a
    changed one is followed.
    """

    recipient = models.CharField(max_length=60)
    channel = models.CharField(max_length=5, choices=Channel)
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=100)
    status = models.CharField(max_length=8, choices=NotificationStatus, default=NotificationStatus.DUE)
    created_at = models.DateTimeField(auto_now_add=True)
    send_after = models.DateTimeField()
    send_before = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    unanswered = models.PositiveSmallIntegerField(
        default=0, help_text="those of the tries of which nothing reached the other side"
    )
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    why_not = models.CharField(max_length=60, blank=True, default="")
    last_error = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="what kind of failure the last try met, never its text",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notifications"
    )
    address_mark = models.CharField(
        max_length=64, blank=True, default="", help_text="keyed hash of the address that the last try went to"
    )
    delivered_at = models.DateTimeField(null=True, help_text="when the provider said that it arrived")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                name="notification_said_once", fields=["recipient", "channel", "kind", "dedupe_key"]
            ),
            models.CheckConstraint(
                name="notification_status_known", condition=Q(status__in=NotificationStatus.values)
            ),
            models.CheckConstraint(
                name="notification_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="notification_sent_at_set_exactly_when_sent",
                condition=Q(status=NotificationStatus.SENT, sent_at__isnull=False)
                | (~Q(status=NotificationStatus.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notification_failed_at_set_exactly_when_failed",
                condition=Q(status=NotificationStatus.FAILED, failed_at__isnull=False)
                | (~Q(status=NotificationStatus.FAILED) & Q(failed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notification_claimed_has_its_claim",
                condition=~Q(status=NotificationStatus.CLAIMED)
                | (Q(claimed_until__isnull=False) & ~Q(claim="")),
            ),
        ]
        indexes = [
            models.Index(name="notification_due", fields=["send_after"], condition=Q(status="due")),
            models.Index(
                name="notification_claimed", fields=["claimed_until"], condition=Q(status="claimed")
            ),
            # Whether anything leaves, and what failed: asked for by every look at the health.
            models.Index(name="notification_sent", fields=["channel", "sent_at"], condition=Q(status="sent")),
            models.Index(name="notification_failed", fields=["failed_at"], condition=Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient}"

    @property
    def first_key(self) -> str:
        """The key under which this was asked for first, however often it was sent again since."""
        return self.dedupe_key.partition(AGAIN)[0]

    @property
    def message_id(self) -> str:
        """The same for every try of this message, so that a mailbox can recognise a second copy."""
        return f"<kierto-{self.pk}-{self.kind}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>"


class Trouble(models.Model):
    """An address at which a message did not arrive, until something arrives there again. The address itself is not kept."""

    address_mark = models.CharField(max_length=64, unique=True, help_text="keyed hash of the address")
    since = models.DateTimeField()
    reason = models.CharField(max_length=60, help_text="a word or a reply code")

    def __str__(self) -> str:
        return f"trouble {self.pk}"


class MessageChoice(models.Model):
    """How a person wants to be written to, for all of their reservations. What is empty is as they book, or as the city says.

    ``quiet_from`` and ``quiet_until`` are hours of the site's clock; the same hour twice is no quiet hours at all.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_choice")
    channel = models.CharField(max_length=5, choices=Channel, blank=True, default="")
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="messagechoice_channel_known", condition=Q(channel__in=["", *Channel.values])
            ),
            models.CheckConstraint(
                name="messagechoice_quiet_hours_are_two_hours_of_a_day",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__range=(0, 23), quiet_until__range=(0, 23)),
            ),
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class CalendarFeed(models.Model):
    """The address at which somebody's calendar program reads the pickups of their sites. A new token ends the old address."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed {self.pk}"


class Part(models.TextChoices):
    """What a message consists of, as editors see it."""

    SUBJECT = "subject", _("subject of the e-mail")
    TEXT = "text", _("text of the e-mail")
    SMS = "sms", _("text message")


class CityTextQuerySet(models.QuerySet):
    def words_of(self, kind, language):
        """``{part: words}`` that the city has written for this kind."""
        return dict(self.filter(kind=kind, language=language).exclude(words="").values_list("part", "words"))


class CityText(models.Model):
    """What the city says instead of our words, with ``{names}`` for the values. Empty: our words, as they were.

    ``kind`` names the words (``templates/messages/``). What stood here before is in the audit log. ``version`` counts the
    changes, so that nobody writes over what somebody else has just written.
    """

    kind = models.CharField(max_length=40)
    part = models.CharField(max_length=7, choices=Part)
    language = models.CharField(max_length=2)
    words = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=0)

    objects = CityTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of the city")
        verbose_name_plural = _("texts of the city")
        constraints = [
            models.UniqueConstraint(name="citytext_one_for_each", fields=["kind", "part", "language"]),
            models.CheckConstraint(name="citytext_part_known", condition=Q(part__in=Part.values)),
            models.CheckConstraint(
                name="citytext_language_known",
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.part} {self.language}"


class DemoMessage(models.Model):
    """What the demo's mailbox holds: e-mails and text messages to be read in the browser. Exists only in the demo.

    ``copies`` counts how often a message with this id arrived; it is kept once.
    """

    at = models.DateTimeField(auto_now_add=True)
    channel = models.CharField(max_length=5, choices=Channel)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    attachments = models.CharField(max_length=200, blank=True, help_text="their names")
    message_id = models.CharField(max_length=200, unique=True)
    copies = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="demomessage_channel_known", condition=Q(channel__in=Channel.values))
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Tick(models.Model):
    """When a job last ran: how the service knows that the worker is alive."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
