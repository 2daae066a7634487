"""What a unit asks for: one list of things for a unit, sent once, decided once."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Site
from recycling.accounts.models import CostCentre, Department, Language, Membership, UnitRole

from .reservation import Reservation
from .slot import Fulfilment
from .thread import RequestMessage


class RequestStatus(models.TextChoices):
    WRITING = "writing", _("Being written")
    WAITING = "waiting", _("Waiting for approval")
    RETURNED = "returned", _("Returned to be changed")
    ACCEPTED = "accepted", _("Approved")
    REJECTED = "rejected", _("Not approved")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


_R = RequestStatus
# From each status, the ones it may move to. What is not a key here is final.
REQUEST_NEXT = {
    _R.WRITING: {_R.WAITING, _R.ACCEPTED, _R.CANCELLED},
    _R.WAITING: {_R.ACCEPTED, _R.RETURNED, _R.REJECTED, _R.CANCELLED, _R.EXPIRED},
    _R.RETURNED: {_R.WAITING, _R.ACCEPTED, _R.CANCELLED},
    _R.ACCEPTED: {_R.CANCELLED},
}
# Its list may still be changed by whoever asks.
BEING_WRITTEN = (_R.WRITING, _R.RETURNED)


class Replaces(models.TextChoices):
    """What the things are instead of: the share of a new purchase that they save depends on it."""

    PURCHASE = "purchase", _("instead of a purchase")
    ADDITION = "addition", _("an addition")
    TEMPORARY = "temporary", _("for a while only")


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the units where this person asks, approves or leads, and a list that they are writing themselves.

        Nobody sees another unit's. Those of a unit that was closed stay readable.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        roles = (UnitRole.REQUESTER, UnitRole.APPROVER, UnitRole.LEAD)
        mine = Membership.objects.filter(user=user, role__in=roles)
        return self.filter(Q(department__in=mine.values("department")) | Q(by=user, status__in=BEING_WRITTEN))

    def served_by(self, user):
        """What was sent, with a part of it at a warehouse where this person works."""
        parts = Reservation.objects.at_warehouses_of(user).filter(request=OuterRef("pk"))
        return self.filter(Exists(parts), sent_at__isnull=False)

    def with_news(self):
        """Each with ``has_news``: the warehouse has written and nobody of the unit has read it."""
        news = RequestMessage.objects.unread(from_unit=False).filter(request=OuterRef("pk"))
        return self.annotate(has_news=Exists(news))

    def being_written(self):
        return self.filter(status__in=BEING_WRITTEN)

    def waiting(self):
        """Those that somebody has to approve."""
        return self.filter(status=_R.WAITING)

    def overdue(self, at):
        """Those that nobody decided in time."""
        return self.waiting().filter(waiting_until__lte=at)


class FurnitureRequest(models.Model):
    """A unit asks for furniture: what, for which cost centre, instead of what, by when, and how it gets there.

    Its pieces are promised by its ``reservations``, one for each site; its ``lines`` are what was asked, and stay when a
    reservation's time has run out. ``waiting_until`` is the deadline of an approval.
    """

    code = models.CharField(max_length=12, unique=True, editable=False, help_text="Q…, as people call it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="requests")
    department = models.ForeignKey(Department, models.PROTECT, related_name="requests")
    cost_centre = models.ForeignKey(CostCentre, models.PROTECT, null=True, related_name="+")
    replaces = models.CharField(
        _("what it replaces"), max_length=10, choices=Replaces, blank=True, default=""
    )
    needed_by = models.DateField(_("needed by"), null=True)
    note = models.TextField(_("note"), max_length=1000, blank=True, default="")
    contact_name = models.CharField(_("contact"), max_length=100, blank=True, default="")
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True, default="")
    fulfilment = models.CharField(max_length=10, choices=Fulfilment, blank=True, default="")
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.WRITING)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="requests_to_approve"
    )
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    waiting_until = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(
        default=0, help_text="how far an approval was called for: reminders, the deputy, the requester"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision_reason = models.TextField(max_length=1000, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True, help_text="when contact and notes were removed")

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("furniture request")
        verbose_name_plural = _("furniture requests")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="request_status_known", condition=Q(status__in=RequestStatus.values)),
            models.CheckConstraint(
                name="request_replaces_known", condition=Q(replaces__in=["", *Replaces.values])
            ),
            models.CheckConstraint(
                name="request_fulfilment_known", condition=Q(fulfilment__in=["", *Fulfilment.values])
            ),
            models.UniqueConstraint(
                name="request_one_being_written_for_a_person",
                fields=["by"],
                condition=Q(status=_R.WRITING),
            ),
            models.CheckConstraint(
                name="request_nobody_decides_their_own", condition=Q(decided_by=None) | ~Q(decided_by=F("by"))
            ),
            models.CheckConstraint(
                name="request_waits_with_a_deadline_and_an_approver",
                condition=Q(status=_R.WAITING, waiting_until__isnull=False, approver__isnull=False)
                | (~Q(status=_R.WAITING) & Q(waiting_until=None)),
            ),
            models.CheckConstraint(
                name="request_closed_at_set_exactly_when_over",
                condition=Q(status__in=[_R.REJECTED, _R.CANCELLED, _R.EXPIRED], closed_at__isnull=False)
                | (~Q(status__in=[_R.REJECTED, _R.CANCELLED, _R.EXPIRED]) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="request_sent_says_what_and_for_whom",
                condition=Q(status__in=[_R.WRITING, _R.RETURNED, _R.CANCELLED])
                | (
                    Q(sent_at__isnull=False, cost_centre__isnull=False, needed_by__isnull=False)
                    & ~Q(replaces="")
                    & ~Q(fulfilment="")
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="request_waiting", fields=["waiting_until"], condition=Q(waiting_until__isnull=False)
            ),
            models.Index(name="request_of_unit", fields=["department", "-id"]),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("reservations:request", args=[self.code])


class RequestLine(models.Model):
    """So many pieces of an item are asked for; ``asked`` is set when the approver has lowered them."""

    request = models.ForeignKey(FurnitureRequest, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="request_lines")
    pieces = models.PositiveIntegerField()
    asked = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="requestline_an_item_once", fields=["request", "item"]),
            # An approver may lower a line to nothing.
            models.CheckConstraint(
                name="requestline_pieces_or_lowered",
                condition=Q(pieces__gte=1) | Q(asked__gte=1),
            ),
            models.CheckConstraint(
                name="requestline_only_ever_lowered", condition=Q(asked=None) | Q(asked__gte=F("pieces"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} x {self.item_id}"


class Lift(models.TextChoices):
    YES = "yes", _("there is a lift")
    NO = "no", _("there is no lift")


class Delivery(models.Model):
    """Where a request's things are brought: a site of the city or a street of its own, and what the driver has to know."""

    request = models.OneToOneField(FurnitureRequest, models.CASCADE, related_name="delivery")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    street = models.CharField(_("street address"), max_length=120, blank=True, default="")
    floor = models.CharField(_("floor"), max_length=20, blank=True, default="")
    lift = models.CharField(_("lift"), max_length=3, choices=Lift, blank=True, default="")
    door_cm = models.PositiveSmallIntegerField(_("narrowest door, cm"), null=True)
    unloading = models.CharField(_("where the van stops"), max_length=200, blank=True, default="")
    # As it was when the list was sent; until then nothing, as the rules may change.
    price = models.DecimalField(_("price, €"), max_digits=8, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                name="delivery_goes_somewhere", condition=Q(site__isnull=False) | ~Q(street="")
            ),
            models.CheckConstraint(name="delivery_lift_known", condition=Q(lift__in=["", *Lift.values])),
            models.CheckConstraint(name="delivery_price_not_negative", condition=Q(price__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}"
