"""Every number the city may change, on one page, with its history in the audit log."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from recycling.lately import Lately
from recycling.translated import Translated


def number(label, default, low, high, help_text=""):
    """A whole number with the range in which it makes sense."""
    return models.PositiveIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
        help_text=help_text,
    )


class Policy(models.Model):
    """One row. ``Policy.current()`` reads it; the migration makes it."""

    ONLY = 1

    service_name = models.CharField(_("name of the service"), max_length=40, default="Kierto")
    city_name_fi = models.CharField(_("city's name in Finnish"), max_length=60, default="Esimerkkikaupunki")
    city_name_sv = models.CharField(_("city's name in Swedish"), max_length=60, default="Exempelstaden")
    city_name_en = models.CharField(_("city's name in English"), max_length=60, default="Example City")
    help_phone = models.CharField(_("help by phone"), max_length=30, default="02 000 0000")
    help_email = models.EmailField(_("help by e-mail"), default="kierto@kierto.example")
    help_hours_fi = models.CharField(_("phone hours in Finnish"), max_length=60, default="ma-pe 9-15")
    help_hours_sv = models.CharField(_("phone hours in Swedish"), max_length=60, default="mån-fre 9-15")
    help_hours_en = models.CharField(_("phone hours in English"), max_length=60, default="Mon-Fri 9-15")

    hold_minutes = number(_("a hold lasts, minutes"), 20, 5, 120)
    hold_extensions = number(
        _("a hold may be extended, times"), 10, 10, 50, _("Accessibility asks for at least ten.")
    )
    holds_per_device = number(_("open holds on one device"), 3, 1, 20)
    holds_per_network = number(_("holds from one network address in an hour"), 60, 5, 10_000)
    pieces_per_person = number(_("pieces a resident may reserve"), 5, 1, 1000)
    pieces_days = number(_("... in how many days"), 30, 1, 366)
    lead_hours = number(_("working hours needed before a pickup"), 4, 0, 80)
    booking_days = number(_("pickup times are offered for, days"), 14, 1, 90)
    changes_allowed = number(_("changes of time by oneself"), 3, 1, 20)
    reminder_hour = number(_("reminder on the day before, at"), 10, 6, 20)
    reminder_notice_hours = number(_("no reminder if booked later than this before, hours"), 20, 0, 72)
    quiet_from = number(_("nothing unasked is sent from"), 20, 0, 23)
    quiet_until = number(_("... until"), 8, 0, 23)
    missed_after_minutes = number(_("a pickup counts as missed after its end, minutes"), 60, 0, 1440)
    missed_open_days = number(_("a missed reservation is kept, open days"), 3, 0, 30)
    misses_allowed = number(_("misses before online booking pauses"), 2, 1, 20)
    misses_days = number(_("... in how many days"), 90, 1, 366)
    pause_days = number(_("online booking pauses for, days"), 30, 1, 366)
    internal_first_days = number(_("units first, working days"), 5, 0, 60)
    residents_days = number(
        _("then residents too, working days"), 0, 0, 1000, _("0: for as long as it is there.")
    )
    associations_days = number(
        _("then associations too, working days"), 0, 0, 1000, _("0: for as long as it is there.")
    )
    code_minutes = number(_("a one-time code is valid, minutes"), 10, 2, 60)
    code_tries = number(_("tries for a one-time code"), 5, 1, 10)
    device_days = number(_("a device is remembered, days"), 180, 1, 366)
    photos_per_item = number(_("photos of one item"), 8, 1, 20)
    photos_per_day = number(_("photos one worker may add in a day"), 2000, 10, 100_000)
    contact_days = number(
        _("a resident's contact data is kept after the last reservation, days"), 90, 1, 3650
    )
    request_hold_hours = number(_("a request being written holds its pieces, hours"), 24, 1, 240)
    approval_pieces = number(_("a unit's request needs an approval for more pieces than"), 20, 0, 10_000)
    approval_value = number(
        _("... or for more than this as new, €"),
        *(2000, 0, 1_000_000),
        _("Counts only where the categories have prices."),
    )
    approval_first_days = number(_("the approver is reminded after, working days"), 1, 1, 30)
    approval_second_days = number(_("... and again after, working days"), 2, 1, 30)
    approval_deputy_days = number(_("the deputy is asked too after, working days"), 3, 1, 60)
    approval_expires_days = number(_("a request nobody decided ends after, working days"), 5, 2, 90)
    choose_time_days = number(_("an approved request waits for its time, working days"), 5, 1, 60)
    delivery_price = number(_("price of a delivery, €"), 0, 0, 10_000)
    delivery_notice_days = number(_("a delivery is ordered before its day, working days"), 2, 0, 30)
    delivery_days = number(_("delivery times are offered for, days"), 28, 1, 180)
    queue_places = number(_("places in the queue of one item"), 5, 1, 50)
    wanted_answer_days = number(_("an offer from the wanted list stands, working days"), 2, 1, 30)
    request_months = number(_("a unit's requests are kept, months"), 12, 1, 240)
    write_off_pieces = number(_("the lead confirms a write-off of more pieces than"), 5, 0, 10_000)
    write_off_value = number(_("... or of a higher value than, €"), 200, 0, 100_000)
    used_value_percent = number(
        _("a used piece without a price is worth, of a new one, %"),
        *(20, 0, 100),
        _("Counts only for that limit."),
    )
    not_usable_fee_fi = models.TextField(
        _("what it costs a unit to give away what is not usable, in Finnish"),
        max_length=500,
        blank=True,
        help_text=_("One or two sentences, shown to whoever gives something away. Empty: nothing is shown."),
    )
    not_usable_fee_sv = models.TextField(_("... in Swedish"), max_length=500, blank=True)
    not_usable_fee_en = models.TextField(_("... in English"), max_length=500, blank=True)
    report_people = number(
        _("a report shows no group of fewer people than"),
        *(5, 3, 100),
        _("Smaller groups are joined to others, so that nobody is recognised."),
    )
    asks_signature = models.BooleanField(
        _("a hand-over asks for a signature on the screen"),
        default=False,
        help_text=_("Nobody has to sign. Without this the worker can still ask for one."),
    )
    displacement_percent = number(_("share of reuse that replaces a new purchase, %"), 50, 0, 100)
    displacement_instead_percent = number(
        _("... when a unit says it is instead of a purchase, %"), 80, 0, 100
    )

    city_name = Translated("city_name")
    help_hours = Translated("help_hours")
    not_usable_fee = Translated("not_usable_fee")

    class Meta:
        verbose_name = _("rules")
        verbose_name_plural = _("rules")
        constraints = [models.CheckConstraint(name="policy_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(_("Rules of the service"))

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        _shown.forget()

    @classmethod
    def current(cls) -> "Policy":
        """The rules as they are in the database now: what a verb decides by."""
        return cls.objects.get(pk=cls.ONLY)

    @classmethod
    def shown(cls) -> "Policy":
        """The rules as a page shows them, and as a hold is taken by: at most ten seconds old, without a query on each page."""
        return _shown.get(cls.current)


_shown: Lately[Policy] = Lately("policy", seconds=10)
