"""Every way in which a booking can be refused, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NothingChosen(Refused):
    code = "nothing_chosen"
    message = _("Choose at least one item.")
    status = 422


class BadPieces(Refused):
    code = "bad_pieces"
    message = _("Write how many pieces you want, from 1 up.")
    status = 422


class SomeGone(Refused):
    """Several items at once, some of which are gone. ``refusals`` says which and why."""

    code = "some_gone"
    message = _(
        "Some of these items have just gone. Nothing was reserved yet; look at the list and try again."
    )

    def __init__(self, refusals):
        super().__init__()
        self.refusals = refusals


class ResidentsMayNot(Refused):
    code = "residents_may_not"
    message = _("This item is for the city's units only.")


class OnlyByRequest(Refused):
    """For a member of a unit: they see it, and it is not for them alone."""

    code = "only_by_request"
    message = _(
        "This item is for the city's units only. Whoever asks for furniture for the unit puts it on the request list."
    )


class TooManyHolds(Refused):
    code = "too_many_holds"
    message = _("You are already booking %(limit)s times at once. Finish or cancel one of them first.")


class TooManyPieces(Refused):
    """Over the limit of pieces in a number of days. ``next_day`` says when the next is possible, in words."""

    code = "too_many_pieces"
    message = _(
        "You can reserve at most %(limit)s pieces in %(days)s days. You have %(have)s. The next is possible on %(next_day)s."
    )


class MoreThanLimit(Refused):
    code = "more_than_limit"
    message = _("You can reserve at most %(limit)s pieces in %(days)s days.")


class BookingPaused(Refused):
    code = "booking_paused"
    message = _(
        "Booking online is paused until %(until)s, because reservations were not collected. You can book by phone: %(phone)s."
    )


class HoldOver(Refused):
    code = "hold_over"
    message = _(
        "The time to finish this booking has ended, and the items are free again. You can start again."
    )
    status = 410


class NoMoreExtensions(Refused):
    code = "no_more_extensions"
    message = _("The time cannot be extended any more. Finish the booking, or start again.")


class WrongState(Refused):
    code = "wrong_state"
    message = _("This is no longer possible for this reservation. Look at what it says now.")


class SlotFull(Refused):
    code = "slot_full"
    message = _("That time has just gone. Choose another time.")


class SlotNotOffered(Refused):
    code = "slot_not_offered"
    message = _("That time is not offered. Choose one of these times.")


class TimeMissing(Refused):
    code = "time_missing"
    message = _("Choose a pickup time first.")


class ContactMissing(Refused):
    code = "contact_missing"
    message = _("Tell us who collects, and prove your contact with the code that we send.")


class TooManyChanges(Refused):
    code = "too_many_changes"
    message = _("The time has been changed %(limit)s times already. Call us to change it again: %(phone)s.")


class TooLate(Refused):
    code = "too_late"
    message = _("The pickup time has begun, so this cannot be done here any more. Call us: %(phone)s.")


class DayHasBookings(Refused):
    """``codes`` are the reservations that somebody must move or cancel first."""

    code = "day_has_bookings"
    message = _("That day has %(count)s reservations. Move or cancel them first: %(codes)s.")


class NoSuchPickup(Refused):
    code = "no_such_pickup"
    message = _(
        "No open reservation at your site has that code. Check the digits, or look for the name on the list."
    )
    status = 404


class SayWhyNot(Refused):
    code = "say_why_not"
    message = _("Say why not everything was handed over.")
    status = 422


class NothingGiven(Refused):
    code = "nothing_given"
    message = _("Nothing was marked as handed over. If the person takes nothing, cancel the reservation.")
    status = 422


class InQuarantine(Refused):
    code = "in_quarantine"
    message = _(
        "%(code)s stands on a shelf in quarantine and is not handed over. Choose “it is collected another time” for it."
    )


class NothingToReturn(Refused):
    code = "nothing_to_return"
    message = _("Fewer pieces of that hand-over are still out. Look at it again.")


class WrongPiece(Refused):
    """What was scanned is not what is wanted. ``found`` and ``wanted`` name both, with their codes."""

    code = "wrong_piece"
    message = _("Wrong piece. This is %(found)s. Wanted: %(wanted)s.")


class NothingWanted(WrongPiece):
    message = _("Wrong piece. This is %(found)s. Nothing is left to pick.")


class NobodyWants(WrongPiece):
    message = _("Wrong piece. This is %(found)s. Nobody on this list wants it.")


class NotAThing(Refused):
    code = "not_a_thing"
    message = _("That is not the label of an item. Scan the label on the thing itself.")
    status = 422


class CountFirst(Refused):
    """The right item, of which several pieces are wanted: a number goes with the scan."""

    code = "count_first"
    message = _("This is the right item. %(pieces)s pieces are wanted: count them.")
    status = 422


class BadCount(Refused):
    code = "bad_count"
    message = _("Write how many you counted, from 1 to %(pieces)s.")
    status = 422


class NotAlike(Refused):
    """``what`` names the differences."""

    code = "not_alike"
    message = _("%(code)s is not equal to what is wanted. They differ in: %(what)s.")


class NotEnoughAlike(Refused):
    code = "not_enough_alike"
    message = _("%(code)s has too few pieces that can be given instead.")


class SeveralSites(Refused):
    code = "several_sites"
    message = _("These items are at different sites. What is given or booked together stands at one site.")


class StandsInQuarantine(InQuarantine):
    message = _("%(code)s stands on a shelf in quarantine and is not handed over.")


class GivenTooMany(MoreThanLimit):
    message = _(
        "A resident can take at most %(limit)s pieces in %(days)s days. A lead of the site can give more."
    )


class HasTooMany(TooManyPieces):
    message = _(
        "The person can reserve at most %(limit)s pieces in %(days)s days and has %(have)s. The next is possible on "
        "%(next_day)s. A lead of the site can book more."
    )
