from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Site, SiteKind
from recycling.accounts.models import Department, Language
from recycling.accounts.models.contact import ContactChannel
from recycling.codes import new_token

from .slot import Fulfilment, PickupSlot


class ReservationStatus(models.TextChoices):
    HELD = "held", _("Being booked")
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for approval")
    BOOKED = "booked", _("Booked")
    READY = "ready", _("Ready for pickup")
    MISSED = "missed", _("Not collected")
    COLLECTED = "collected", _("Collected")
    CANCELLED = "cancelled", _("Cancelled")
    REJECTED = "rejected", _("Not approved")
    EXPIRED = "expired", _("Expired")


_S = ReservationStatus
# From each status, the ones it may move to. What is not a key here is final.
NEXT = {
    _S.HELD: {_S.BOOKED, _S.AWAITING_APPROVAL, _S.COLLECTED, _S.CANCELLED, _S.EXPIRED},
    # Back to held: returned to whoever asked, or approved and waiting for its time.
    _S.AWAITING_APPROVAL: {_S.HELD, _S.BOOKED, _S.REJECTED, _S.CANCELLED, _S.EXPIRED},
    # Back to held: a unit has it brought instead of fetching it, or the other way round, and chooses the time anew.
    _S.BOOKED: {_S.HELD, _S.READY, _S.COLLECTED, _S.CANCELLED, _S.MISSED},
    _S.READY: {_S.BOOKED, _S.COLLECTED, _S.CANCELLED, _S.MISSED},
    _S.MISSED: {_S.HELD, _S.BOOKED, _S.COLLECTED, _S.CANCELLED, _S.EXPIRED},
}
HOLDS_PIECES = tuple(NEXT)
OPEN_AT_DESK = (_S.BOOKED, _S.READY, _S.MISSED)


class CancelReason(models.TextChoices):
    ELSEWHERE = "elsewhere", _("I found one elsewhere")
    NO_TIME = "no_time", _("I cannot make it")
    DOES_NOT_FIT = "does_not_fit", _("It does not fit")
    OTHER = "other", _("Another reason")


class ReservationQuerySet(models.QuerySet):
    def holding(self):
        """Those whose pieces are promised to somebody."""
        return self.filter(status__in=HOLDS_PIECES)

    def overdue(self, at):
        """Those whose deadline has passed: unfinished bookings, missed ones kept long enough.

        What waits for an approval ends with its request (``FurnitureRequest.objects.overdue``), all of it at once.
        """
        ending = [_S.HELD, _S.MISSED]
        return self.filter(status__in=ending, held_until__lte=at)

    def open_at_desk(self):
        """Those that can still be handed over, on any open day."""
        return self.filter(status__in=OPEN_AT_DESK)

    def of_device(self, device):
        """A booking in progress belongs to the browser that started it."""
        return self.filter(device=device).exclude(device="")

    def handed_over_by(self, user):
        """What a worker may see and hand over: the reservations of the sites where they work."""
        return self.filter(site__in=Site.objects.worked_at_by(user))

    def given_by_unit_of(self, user):
        """What somebody who gives things away for a unit may see and hand over: what is collected of it at the unit's own site.

        Two units in one building may have things in one reservation; then both see it.
        """
        units = Department.objects.with_role(user, "giver")
        theirs = ReservationLine.objects.filter(reservation=models.OuterRef("pk"), item__owner__in=units)
        sites = Site.objects.filter(kind=SiteKind.DEPARTMENT, pk__in=units.values("default_site"))
        return self.filter(models.Exists(theirs), site__in=sites)

    def serving(self):
        """All but what was taken off a list again, or given up before it had a time."""
        return self.exclude(status=_S.CANCELLED, booked_at=None)

    def of_warehouses(self):
        """The parts of requests about which a warehouse is written to; at a unit's own site there is nobody to read it."""
        return self.serving().filter(site__kind=SiteKind.WAREHOUSE)

    def at_warehouses_of(self, user):
        """Those parts at the warehouses where this person works."""
        return self.of_warehouses().filter(site__in=Site.objects.worked_at_by(user))

    def offered_to(self, entries, *, at):
        """What is offered to these entries of a wanted list and waits for an answer, the next deadline first."""
        rows = self.filter(wanted__in=entries, status=ReservationStatus.HELD, held_until__gt=at)
        return rows.order_by("held_until", "pk")

    def asked(self):
        """Those that wait for the giver to take one of the proposed times."""
        return self.filter(status=ReservationStatus.HELD, booked_at__isnull=False)


class Reservation(models.Model):
    """Pieces promised to somebody at one site, at one time.

    ``held_until`` is the deadline of a status that has one (held, awaiting approval, missed) and empty otherwise.
    ``bundle`` is shared by the reservations that one booking made, one for each site. ``contact`` is where messages about this
    reservation go; ``person`` is empty until a contact has been proved.
    """

    code = models.CharField(
        max_length=12, unique=True, editable=False, help_text="for staff: R-… on lists and in the audit"
    )
    token = models.CharField(max_length=10, unique=True, default=new_token, editable=False)
    bundle = models.CharField(max_length=16, db_index=True, editable=False)
    pickup_code = models.CharField(max_length=6, blank=True, default="", editable=False)
    client_key = models.CharField(max_length=60, null=True, unique=True, editable=False)
    device = models.CharField(max_length=64, blank=True, default="", editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="reservations", editable=False
    )
    # The worker who booked it on somebody's behalf, or gave the things away without a booking.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="reservations"
    )
    cost_centre = models.ForeignKey("accounts.CostCentre", models.PROTECT, null=True, related_name="+")
    # The unit's request that it is a part of; the wanted entry that it is offered to.
    request = models.ForeignKey(
        "FurnitureRequest", models.PROTECT, null=True, related_name="reservations", editable=False
    )
    wanted = models.ForeignKey(
        "WantedEntry", models.PROTECT, null=True, related_name="offers", editable=False
    )
    # The place in a queue whose turn it is.
    queued = models.ForeignKey("QueueEntry", models.PROTECT, null=True, related_name="offers", editable=False)
    contact_name = models.CharField(_("name"), max_length=100, blank=True)
    contact_channel = models.CharField(max_length=5, choices=ContactChannel, blank=True)
    contact = models.CharField(max_length=254, blank=True)
    contact_proved_at = models.DateTimeField(null=True)
    wants_reminder = models.BooleanField(default=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    site = models.ForeignKey(Site, models.PROTECT, related_name="reservations")
    slot = models.ForeignKey(PickupSlot, models.PROTECT, null=True, related_name="reservations")
    places = models.PositiveSmallIntegerField(
        default=0, help_text="places it takes in its slot; 0 without one, or given back"
    )
    fulfilment = models.CharField(max_length=10, choices=Fulfilment, default=Fulfilment.PICKUP)
    stop = models.PositiveSmallIntegerField(
        null=True, help_text="its turn in the round of its van; empty until a lead has put the round in order"
    )
    status = models.CharField(max_length=20, choices=ReservationStatus, default=ReservationStatus.HELD)
    held_until = models.DateTimeField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    changes = models.PositiveSmallIntegerField(default=0)
    miss_excused = models.BooleanField(default=False)
    missed_at = models.DateTimeField(null=True)
    coming_at = models.DateTimeField(
        null=True, help_text="when its person last said that they come, or chose this time"
    )
    created_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=20, choices=CancelReason, blank=True, default="")
    forgotten_at = models.DateTimeField(null=True, help_text="when name and contact were removed")

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="reservation_status_known", condition=Q(status__in=ReservationStatus.values)
            ),
            models.CheckConstraint(
                name="reservation_closed_at_set_exactly_when_final",
                condition=Q(status__in=HOLDS_PIECES, closed_at__isnull=True)
                | (~Q(status__in=HOLDS_PIECES) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="reservation_deadline_where_the_status_has_one",
                condition=Q(status__in=[_S.HELD, _S.AWAITING_APPROVAL, _S.MISSED], held_until__isnull=False)
                | (~Q(status__in=[_S.HELD, _S.AWAITING_APPROVAL, _S.MISSED]) & Q(held_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="reservation_booked_has_person_time_and_code",
                condition=~Q(status__in=OPEN_AT_DESK)
                | (Q(person__isnull=False, slot__isnull=False) & ~Q(pickup_code="")),
            ),
            models.CheckConstraint(
                name="reservation_places_go_with_a_slot",
                condition=Q(slot__isnull=True, places=0)
                | Q(slot__isnull=False, places__gte=1)
                | (~Q(status__in=HOLDS_PIECES) & Q(places=0)),
            ),
            models.CheckConstraint(
                name="reservation_fulfilment_known", condition=Q(fulfilment__in=Fulfilment.values)
            ),
            models.UniqueConstraint(
                name="reservation_open_pickup_code_once_per_site",
                fields=["site", "pickup_code"],
                condition=Q(status__in=OPEN_AT_DESK),
            ),
        ]
        indexes = [
            models.Index(
                name="reservation_deadlines", fields=["held_until"], condition=Q(held_until__isnull=False)
            ),
            models.Index(name="reservation_by_person", fields=["person", "created_at"]),
            models.Index(name="reservation_by_device", fields=["device", "status"]),
            models.Index(
                name="reservation_open_at_site", fields=["site", "slot"], condition=Q(status__in=OPEN_AT_DESK)
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("reservations:manage", args=[self.token])

    @property
    def is_open(self) -> bool:
        return self.status in NEXT

    @property
    def is_kept(self) -> bool:
        """The rest of a hand-over, waiting for its person to choose another time; or none of the proposed ones suited.

        An offer from the wanted list waits for an answer instead.
        """
        is_held = self.status == ReservationStatus.HELD and self.person_id is not None
        return is_held and self.wanted_id is None and not self.is_asked

    @property
    def is_offer(self) -> bool:
        """What somebody has waited for is theirs, until they choose a time or pass it on."""
        return self.is_kept and self.queued_id is not None

    @property
    def was_offer(self) -> bool:
        """It was offered to somebody who waited, and they never chose a time."""
        return self.queued_id is not None and self.booked_at is None

    @property
    def is_delivery(self) -> bool:
        return self.fulfilment == Fulfilment.DELIVERY

    @property
    def is_asked(self) -> bool:
        """Its person has confirmed it and proposed times; whoever gives the things away has not taken one yet."""
        return self.status == ReservationStatus.HELD and self.booked_at is not None

    @property
    def is_walk_in(self) -> bool:
        """Handed over at once: it never had a time."""
        return self.status == ReservationStatus.COLLECTED and self.slot_id is None

    @property
    def first_name(self) -> str:
        return self.contact_name.split(" ")[0]


class ReservationLine(models.Model):
    """So many pieces of one item. ``counted`` of them were scanned at their shelf; all of them make the line verified."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="lines")
    pieces = models.PositiveIntegerField()
    picked_at = models.DateTimeField(null=True)
    picked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    counted = models.PositiveIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="reservationline_an_item_once", fields=["reservation", "item"]),
            models.CheckConstraint(name="reservationline_at_least_one_piece", condition=Q(pieces__gte=1)),
            models.CheckConstraint(
                name="reservationline_counted_within_pieces", condition=Q(counted__lte=F("pieces"))
            ),
            models.CheckConstraint(
                name="reservationline_verified_when_picked_and_all_counted",
                condition=Q(verified_at__isnull=True) | Q(picked_at__isnull=False, counted=F("pieces")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} x {self.item_id}"
