from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.vocabulary import CONDITIONS, colour_choices, condition_choices, material_choices
from recycling import clock
from recycling.accounts.models import Department
from recycling.accounts.rules import Who, kind_of
from recycling.codes import new_item_code, shown

from .category import Category
from .place import Shelf, Site


class ItemStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Stage(models.TextChoices):
    """For whom a published item is by now; each stage keeps those of the ones before it."""

    UNITS = "units", _("units of the city")
    RESIDENTS = "residents", _("residents")
    ASSOCIATIONS = "associations", _("associations")
    LEAVING = "leaving", _("auction or recycling")


class Alerted(models.TextChoices):
    """Whose search alerts have been compared with a published item: nobody's yet, those of units, or everybody's."""

    NOBODY = "", _("nobody")
    UNITS = "units", _("units of the city")
    EVERYBODY = "all", _("everybody")


class Giving(models.TextChoices):
    """What a unit that gives something away wants to happen with it."""

    STAYS = "stays", _("it stays with us and is collected there")
    TRANSPORT = "transport", _("please fetch it to the warehouse")
    UNSURE = "unsure", _("we do not know, please help")


# From each status, the ones it may move to; inventory.domain.publishing is the only place that moves it.
NEXT = {
    # An offer that is sent back to its unit, or taken back by it, was never in the catalogue.
    ItemStatus.DRAFT: {ItemStatus.PUBLISHED, ItemStatus.WITHDRAWN},
    ItemStatus.PUBLISHED: {ItemStatus.WITHDRAWN},
    ItemStatus.WITHDRAWN: {ItemStatus.DRAFT},
}

MAX_PIECES = 10_000

# What has been collected to the last piece keeps its page.
NOBODY_TOOK_IT = Q(stage=Stage.LEAVING, quantity__gt=0)


class ItemQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=ItemStatus.PUBLISHED)

    def on_offer(self):
        """Published and some pieces left: what "available now" means."""
        return self.published().filter(quantity__gt=F("reserved"))

    def visible_to(self, user, *, at):
        """What this person may see in the catalogue: units and staff from the start, everybody else from ``public_from``.

        What nobody took and is leaving only staff see.
        """
        return self.visible_as(kind_of(user), at=at)

    def visible_as(self, who, *, at):
        """What this kind of person sees."""
        return self._shown_as(who, at=at).filter(quantity__gt=0)

    def shown_to(self, user, *, at):
        """The items whose own page this person may open: what is visible to them, and what has been collected since."""
        return self._shown_as(kind_of(user), at=at)

    def _shown_as(self, who, *, at):
        published = self.published().in_time(at)
        if who == Who.STAFF:
            return published
        offered = published.exclude(NOBODY_TOOK_IT)
        return offered if who == Who.UNIT else offered.open_to_residents(at)

    def open_to_residents(self, at):
        return self.filter(public_from__lte=at, residents_may_come=True)

    def not_alerted(self, at):
        """What units, or residents, see by now and no search alert of theirs has been compared with."""
        for_all = Q(alerted=Alerted.UNITS, public_from__lte=at, residents_may_come=True)
        seen = self.visible_as(Who.UNIT, at=at).exclude(alerted=Alerted.EVERYBODY)  # as the index has it
        return seen.filter(Q(alerted=Alerted.NOBODY) | for_all)

    def reservable_by(self, user, *, at):
        """What this person may reserve for themselves: of what they see, a unit's member only what residents may have.

        What units alone see is taken by a request of the unit.
        """
        seen = self.visible_to(user, at=at)
        return seen.open_to_residents(at) if kind_of(user) == Who.UNIT else seen

    def leaving(self):
        """What nobody took and has free pieces: it goes to auction or recycling, unless somebody puts it back."""
        return self.on_offer().filter(stage=Stage.LEAVING)

    def stage_over(self, at):
        """What moves on by now."""
        return self.published().filter(stage_until__lte=at)

    def in_time(self, at):
        """Without what a unit gives away from a later day on, or gave away until an earlier one.

        What has been collected to the last piece keeps its page.
        """
        day = clock.city_day(at)
        early, late = {"available_from__gt": day}, {"available_until__lt": day}
        return self.exclude(quantity__gt=0, **early).exclude(quantity__gt=0, **late)

    def over(self, at):
        """The published offers whose last day has passed."""
        return self.published().filter(quantity__gt=0, available_until__lt=clock.city_day(at))

    def own_site_offers(self):
        """What units give away where it stands, or have asked to be fetched; what has arrived in a warehouse is ours."""
        return self.exclude(giving="").filter(owner__isnull=False)

    def given_by_units_of(self, user):
        """The offers that this person may change: those of the units for which they give things away."""
        return self.own_site_offers().filter(owner__in=Department.objects.with_role(user, "giver"))

    def handled_by(self, user):
        """The items a worker may edit: those at the sites where they work."""
        return self.filter(site__in=Site.objects.worked_at_by(user))

    def newest_first(self):
        return self.order_by("-published_at", "-pk")


# What every walk through the catalogue asks for, and therefore what its indexes hold.
IN_CATALOGUE = Q(status=ItemStatus.PUBLISHED, quantity__gt=0)


# What the list of things to complete asks for (inventory.domain.completeness), and what its indexes hold.
LACKS_SIZE = Q(quantity__gt=0) & (Q(width_cm=None) | Q(depth_cm=None) | Q(height_cm=None))
LACKS_WEIGHT = Q(quantity__gt=0, weight_kg=None)
LACKS_SECOND_PHOTO = Q(quantity__gt=0, photo_count__lt=2)


def newest(name, *first, **only):
    """The index for walking the catalogue from the newest, inside one value of ``first`` or among those that are ``only`` so."""
    return models.Index(*first, "published_at", "id", name=name, condition=IN_CATALOGUE & Q(**only))


def centimetres(label):
    return models.DecimalField(
        label, max_digits=6, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0.1)]
    )


class Item(models.Model):
    """A lot of one or more equal pieces.

    ``quantity`` counts the pieces that are here, ``reserved`` those of them that are promised to somebody; only
    ``inventory.domain.stock`` writes either. Everything a page calls "reserved" or "gone" is these two numbers.
    """

    code = models.CharField(max_length=7, unique=True, default=new_item_code, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="items", verbose_name=_("category"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="items", verbose_name=_("site"))
    shelf = models.ForeignKey(
        Shelf, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("shelf")
    )
    quantity = models.PositiveIntegerField(_("pieces"), default=1)
    reserved = models.PositiveIntegerField(_("reserved"), default=0, editable=False)
    status = models.CharField(max_length=10, choices=ItemStatus, default=ItemStatus.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    condition = models.CharField(_("condition"), max_length=10, choices=condition_choices)
    colour = models.CharField(_("colour"), max_length=20, choices=colour_choices, blank=True)
    material = models.CharField(_("material"), max_length=20, choices=material_choices, blank=True)
    maker = models.CharField(_("maker or model"), max_length=100, blank=True)
    width_cm = centimetres(_("width, cm"))
    depth_cm = centimetres(_("depth, cm"))
    height_cm = centimetres(_("height, cm"))
    weight_kg = models.DecimalField(
        _("weight, kg"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
    )
    description = models.TextField(_("description"), blank=True, max_length=2000)
    defects = models.TextField(_("defects"), blank=True, max_length=1000)
    text_language = models.CharField(
        _("language of the texts"), max_length=2, default="fi", choices=settings.LANGUAGES
    )
    price = models.DecimalField(_("price, €"), max_digits=7, decimal_places=2, default=0)
    owner = models.ForeignKey(
        "accounts.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("given by"),
    )
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_until = models.DateField(_("available until"), null=True, blank=True)

    # Of what a unit gives away where it stands.
    giving = models.CharField(
        _("what happens with it"), max_length=10, choices=Giving, blank=True, default=""
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who hands it over"),
    )
    place = models.CharField(_("place in the building"), max_length=120, blank=True, default="")
    access = models.CharField(_("how to get there"), max_length=300, blank=True, default="")
    residents_may_come = models.BooleanField(_("residents may come for it"), default=True)

    # Only inventory.domain.stages writes these two; ``stage_until`` is empty where a stage has no end.
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.RESIDENTS, editable=False)
    stage_until = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    # What comes into the catalogue begins with nobody; inventory.domain.alerts moves it on.
    alerted = models.CharField(
        max_length=5, choices=Alerted, blank=True, default=Alerted.NOBODY, editable=False
    )
    public_from = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    # Given by an import: which row of which table this is, so that a second run changes nothing.
    import_key = models.CharField(max_length=200, null=True, unique=True, editable=False)
    # A worker's form sends it once: a double tap makes one item.
    client_key = models.CharField(max_length=40, null=True, unique=True, editable=False)
    # How many photos it has; written wherever a photo comes or goes, so that a list need not count them.
    photo_count = models.PositiveSmallIntegerField(default=0, editable=False)
    # An equal lot that took in the pieces of this one; the old label leads there.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", editable=False)
    search_keys = models.TextField(blank=True, default="", editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.CheckConstraint(
                name="item_reserved_within_quantity", condition=Q(reserved__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="item_quantity_not_negative", condition=Q(quantity__gte=0, reserved__gte=0)
            ),
            models.CheckConstraint(name="item_status_known", condition=Q(status__in=ItemStatus.values)),
            models.CheckConstraint(name="item_stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="item_alerted_known", condition=Q(alerted__in=Alerted.values)),
            models.CheckConstraint(name="item_giving_known", condition=Q(giving__in=["", *Giving.values])),
            models.CheckConstraint(
                name="item_available_forwards",
                condition=Q(available_from=None)
                | Q(available_until=None)
                | Q(available_until__gte=F("available_from")),
            ),
            models.CheckConstraint(
                name="item_condition_known", condition=Q(condition__in=[word.key for word in CONDITIONS])
            ),
            models.CheckConstraint(
                name="item_published_has_its_dates",
                condition=~Q(status=ItemStatus.PUBLISHED)
                | Q(public_from__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="item_sizes_positive",
                condition=(Q(width_cm__isnull=True) | Q(width_cm__gt=0))
                & (Q(depth_cm__isnull=True) | Q(depth_cm__gt=0))
                & (Q(height_cm__isnull=True) | Q(height_cm__gt=0))
                & (Q(weight_kg__isnull=True) | Q(weight_kg__gt=0)),
            ),
            models.CheckConstraint(name="item_price_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(
                name="item_merged_has_no_pieces_of_its_own",
                condition=Q(merged_into__isnull=True) | Q(quantity=0),
            ),
        ]
        indexes = [
            # One partial index for each way the catalogue is walked: a page reads 25 entries of one of them, and a rare
            # combination of filters is found by the rarest of its parts. ``reserved`` is in none of them, so that holding
            # a piece touches no index; what is gone (no pieces here) leaves them all.
            newest("item_newest"),
            newest("item_newest_in_category", "category"),
            newest("item_newest_in_colour", "colour"),
            newest("item_newest_in_condition", "condition"),
            newest("item_newest_at_site", "site"),
            newest("item_newest_free", price=0),
            models.Index("width_cm", name="item_by_width", condition=IN_CATALOGUE),
            models.Index("site", "id", name="item_lacks_size", condition=LACKS_SIZE),
            models.Index("site", "id", name="item_lacks_weight", condition=LACKS_WEIGHT),
            models.Index("site", "id", name="item_lacks_second_photo", condition=LACKS_SECOND_PHOTO),
            # What the jobs look for.
            models.Index("stage_until", name="item_stage_ends", condition=Q(stage_until__isnull=False)),
            models.Index(
                "available_until", name="item_offer_ends", condition=Q(available_until__isnull=False)
            ),
            models.Index(
                "public_from", name="item_not_alerted", condition=IN_CATALOGUE & ~Q(alerted=Alerted.EVERYBODY)
            ),
            # What was logged in the last minutes: "is it this one?"
            models.Index("site", "created_at", name="item_logged_at_site"),
        ]

    def __str__(self) -> str:
        return shown(self.code)

    def get_absolute_url(self) -> str:
        return reverse("inventory:item", args=[shown(self.code)])

    @property
    def available(self) -> int:
        return self.quantity - self.reserved

    @property
    def shown_code(self) -> str:
        return shown(self.code)
