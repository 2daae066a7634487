"""Why something cannot be given away from a unit's own site, or not any more."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NotAGiver(Refused):
    code = "not_a_giver"
    message = _("You do not give things away for this unit. A lead of the unit can add you.")
    status = 403


class NoSiteOfItsOwn(Refused):
    code = "no_site_of_its_own"
    message = _(
        "We do not know yet where your unit is. Call the service, and we add your site; then you can give things away."
    )


class NoLastDay(Refused):
    code = "no_last_day"
    message = _("Say until when it can be collected.")
    status = 422


class OverAlready(Refused):
    code = "over_already"
    message = _("The last day has passed. Choose today or a later day.")
    status = 422


class EndsBeforeItBegins(Refused):
    code = "ends_before_it_begins"
    message = _("The last day is before the first.")
    status = 422


class NotALaterDay(Refused):
    code = "not_a_later_day"
    message = _("Choose a day after %(until)s.")
    status = 422


class SayWhySentBack(Refused):
    code = "say_why_sent_back"
    message = _("Write what the unit should change.")
    status = 422


class SayWhatIsWrong(Refused):
    code = "say_what_is_wrong"
    message = _("Write what is wrong with it, and take a photo of it.")
    status = 422


class StillToBeCollected(Refused):
    """``pieces`` of it are reserved: they are handed over or cancelled first."""

    code = "still_to_be_collected"
    message = _("%(pieces)s of it are reserved. Hand them over first, or ask those people to cancel.")


class WhereDoesItStand(Refused):
    code = "where_does_it_stand"
    message = _("Write the shelf on which it stands now.")
    status = 422


class WrongOffer(Refused):
    code = "wrong_offer"
    message = _("This is no longer possible for this offer. Look at what it says now.")
