"""Every way in which the wanted list and a need list say no, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NeededInThePast(Refused):
    code = "needed_in_the_past"
    message = _("The day by which you need them has passed. Choose a later one.")
    status = 422


class LessThanAtLeast(Refused):
    code = "less_than_at_least"
    message = _("You cannot take at least more pieces than you want.")
    status = 422


class FoundAlready(Refused):
    """Fewer pieces than it has been given already."""

    code = "wanted_found_already"
    message = _("You have %(had)s of them already. Write a larger number, or end the entry.")
    status = 422


class OfferWaits(Refused):
    code = "offer_waits"
    message = _("There is an offer for this. Answer it first.")


class StandsOnList(Refused):
    code = "stands_on_list"
    message = _(
        "What you were offered for this is on a request list. Send that first, or take it off the list."
    )


class OfferOver(Refused):
    code = "offer_over"
    message = _("The time to answer this offer has ended. You wait on, and are told when something comes.")


class NothingThere(Refused):
    code = "nothing_there"
    message = _("These have just gone. Look at what is there now.")


class TakenAlready(Refused):
    code = "taken_already"
    message = _("They are on your request list already. Look at the row once more.")


class SayWhyBought(Refused):
    code = "say_why_bought"
    message = _("Say in a few words why you buy it anyway.")
    status = 422
