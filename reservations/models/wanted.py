"""What units wait for, and what they looked for before they bought it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Category
from inventory.vocabulary import CONDITIONS, condition_choices
from recycling.accounts.models import Department, Language


class WantedStatus(models.TextChoices):
    OPEN = "open", _("waiting")
    OFFERED = "offered", _("offered")
    TAKEN = "taken", _("on a request list")
    FOUND = "found", _("found")
    ENDED = "ended", _("ended")


_W = WantedStatus
WANTED_NEXT = {
    # Found without an offer: what it was offered before was taken, and its list is sent late.
    _W.OPEN: {_W.OFFERED, _W.FOUND, _W.ENDED},
    _W.OFFERED: {_W.OPEN, _W.TAKEN, _W.ENDED},
    _W.TAKEN: {_W.OPEN, _W.FOUND, _W.ENDED},
}


class WhyDeclined(models.TextChoices):
    """Why a unit does not take what it is offered."""

    SIZE = "size", _("the size does not fit")
    CONDITION = "condition", _("the condition is not good enough")
    LOOKS = "looks", _("it does not fit the room")
    TOO_LATE = "too_late", _("it comes too late")
    NO_NEED = "no_need", _("we do not need it any more")
    OTHER = "other", _("another reason")


class WantedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(department__in=Department.objects.with_role(user, "requester", "approver"))

    def written_by(self, user):
        """Those that this person may change, end and answer for: of the units where they ask."""
        return self.filter(department__in=Department.objects.with_role(user, "requester"))

    def waiting(self, day):
        """Those that what comes in now may be offered to, the earliest need first."""
        return self.filter(status=_W.OPEN, needed_by__gte=day).order_by("needed_by", "pk")


class WantedEntry(models.Model):
    """A unit waits for so many pieces of a kind. What matches is offered to it for a while, as a held reservation.

    ``still`` is how many of ``pieces`` it still waits for. It takes a part only from ``at_least`` pieces on. ``request`` is the
    list on which an offer was put, until that is sent.
    """

    token = models.CharField(max_length=10, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="wanted")
    department = models.ForeignKey(Department, models.PROTECT, related_name="wanted")
    category = models.ForeignKey(Category, models.PROTECT, related_name="wanted")
    pieces = models.PositiveIntegerField(_("pieces"))
    still = models.PositiveIntegerField(editable=False)
    at_least = models.PositiveIntegerField(_("at least"), default=1)
    width_cm = models.PositiveSmallIntegerField(_("at most wide, cm"), null=True, blank=True)
    depth_cm = models.PositiveSmallIntegerField(_("at most deep, cm"), null=True, blank=True)
    height_cm = models.PositiveSmallIntegerField(_("at most high, cm"), null=True, blank=True)
    # The worst condition that will do, and what of the words for a condition is at least as good.
    condition = models.CharField(_("condition at least"), max_length=10, choices=condition_choices)
    needed_by = models.DateField(_("needed by"))
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    status = models.CharField(max_length=10, choices=WantedStatus, default=WantedStatus.OPEN)
    request = models.ForeignKey("FurnitureRequest", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = WantedQuerySet.as_manager()

    class Meta:
        verbose_name = _("wanted entry")
        verbose_name_plural = _("wanted list")
        ordering = ["needed_by", "pk"]
        constraints = [
            models.CheckConstraint(name="wanted_status_known", condition=Q(status__in=WantedStatus.values)),
            models.CheckConstraint(
                name="wanted_condition_known",
                condition=Q(condition__in=[word.key for word in CONDITIONS]),
            ),
            models.CheckConstraint(
                name="wanted_numbers_within_each_other",
                condition=Q(
                    pieces__gte=1, at_least__gte=1, at_least__lte=F("pieces"), still__lte=F("pieces")
                ),
            ),
            models.CheckConstraint(
                name="wanted_waits_for_something",
                condition=Q(status=_W.FOUND) | Q(status=_W.ENDED) | Q(still__gte=1),
            ),
            models.CheckConstraint(
                name="wanted_closed_at_set_exactly_when_over",
                condition=Q(status__in=[_W.OPEN, _W.OFFERED, _W.TAKEN], closed_at=None)
                | Q(status__in=[_W.FOUND, _W.ENDED], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="wanted_taken_onto_a_list",
                condition=~Q(status=_W.TAKEN) | Q(request__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="wanted_waiting", fields=["category", "needed_by"], condition=Q(status=_W.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return self.token


class NeedListQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(department__in=Department.objects.with_role(user, "requester"))


class NeedList(models.Model):
    """What a unit was about to buy, looked for here first."""

    token = models.CharField(max_length=10, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="need_lists")
    created_at = models.DateTimeField()

    objects = NeedListQuerySet.as_manager()

    class Meta:
        verbose_name = _("need list")
        verbose_name_plural = _("need lists")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.token


class WhyBought(models.TextChoices):
    """Why what was found is bought all the same."""

    SIZE = "size", _("the size does not fit")
    CONDITION = "condition", _("the condition is not good enough")
    LOOKS = "looks", _("it does not fit the room")
    TOO_FEW = "too_few", _("there are too few")
    TOO_LATE = "too_late", _("it comes too late")
    OTHER = "other", _("another reason")


class NeedLine(models.Model):
    """One row of a need list: how many of what, and what came of it."""

    need_list = models.ForeignKey(NeedList, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    pieces = models.PositiveIntegerField()
    width_cm = models.PositiveSmallIntegerField(null=True)
    found = models.PositiveIntegerField(default=0, help_text="pieces that matched when it was looked for")
    taken = models.PositiveIntegerField(default=0)
    why_not = models.CharField(max_length=10, choices=WhyBought, blank=True, default="")
    why_words = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="needline_a_number_once", fields=["need_list", "number"]),
            models.CheckConstraint(name="needline_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.CheckConstraint(
                name="needline_why_known", condition=Q(why_not__in=["", *WhyBought.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} x {self.words}"


class ProposedTime(models.Model):
    """A time that somebody proposes for a pickup by arrangement; the giver takes one of them."""

    reservation = models.ForeignKey("Reservation", models.CASCADE, related_name="proposed")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                name="proposedtime_once_for_a_reservation", fields=["reservation", "starts_at"]
            ),
            models.CheckConstraint(
                name="proposedtime_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.starts_at:%Y-%m-%d %H:%M}"
