"""Every way in which a unit's request can be refused, each with a way on."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from recycling.errors import Refused


class NotYourList(Refused):
    code = "not_your_list"
    message = _("Only who made this list can change it. You can copy it to a list of your own.")
    status = 403


class OtherUnitsList(Refused):
    """Somebody who asks for two units writes a list for one, and would put on it what is the other's."""

    code = "other_units_list"
    message = _("You are writing a list for another unit: %(unit)s. Send it or give it up first.")


class NotRequester(Refused):
    code = "not_requester"
    message = _("You do not ask for furniture for this unit any more. Ask the lead of the unit.")


class UnitClosed(Refused):
    code = "unit_closed"
    message = _("This unit is closed, so nothing can be sent for it. Choose another unit of yours.")


class OnlyRemain(Refused):
    """Fewer pieces are left than were wanted. ``left`` counts those too that the list has already."""

    code = "only_remain"
    message = ngettext_lazy(
        "%(left)s piece remains. You wanted %(pieces)s, so the list was not changed.",
        "%(left)s pieces remain. You wanted %(pieces)s, so the list was not changed.",
        "left",
    )


class NothingOnList(Refused):
    code = "nothing_on_list"
    message = _("There is nothing on the list yet. Choose things from the catalogue first.")
    status = 422


class PiecesGone(Refused):
    """What the list asks for is not all held. Each line says how many remain."""

    code = "pieces_gone"
    message = _(
        "Some of the pieces have gone to others. Nothing was sent. Look at the list: it says how many remain."
    )


class CentreMissing(Refused):
    code = "centre_missing"
    message = _("Choose the cost centre.")
    status = 422


class CentreOfAnother(Refused):
    code = "centre_of_another"
    message = _("That cost centre belongs to another unit. Choose one of your unit's own.")
    status = 422


class CentreClosed(Refused):
    code = "centre_closed"
    message = _("The cost centre %(number)s is not open now. Choose another one.")
    status = 422


class SayReplaces(Refused):
    code = "say_replaces"
    message = _("Say whether the things are instead of a purchase, an addition, or for a while only.")
    status = 422


class SayNeededBy(Refused):
    code = "say_needed_by"
    message = _("Say by when the things are needed.")
    status = 422


class NeededByPast(Refused):
    code = "needed_by_past"
    message = _("The day by which the things are needed is over. Choose a later one.")
    status = 422


class SayWay(Refused):
    code = "say_way"
    message = _("Choose whether you collect the things or have them delivered, and where to.")
    status = 422


class SetTooSmall(Refused):
    code = "set_too_small"
    message = ngettext_lazy(
        "%(left)s piece alike remains, fewer than the %(at_least)s that you need. Nothing was added.",
        "%(left)s pieces alike remain, fewer than the %(at_least)s that you need. Nothing was added.",
        "left",
    )


class BadSet(Refused):
    code = "bad_set"
    message = _("Write how many you want, and a number below it that would do.")
    status = 422


class PartCollected(Refused):
    code = "part_collected"
    message = _("A part has been collected already. Cancel those of its reservations that you do not need.")


class NotInThread(Refused):
    code = "not_in_thread"
    message = _(
        "Only the unit that sent this request and the warehouse that has its things write here. Call us instead."
    )
    status = 403


class NothingWritten(Refused):
    code = "nothing_written"
    message = _("Write the message first.")
    status = 422


class MessageTooLong(Refused):
    code = "message_too_long"
    message = _("The message is too long. Write at most %(most)s characters.")
    status = 422


class ThreadOver(Refused):
    """Nobody looks at what is written about it any more: it is forgotten, or its things are long gone."""

    code = "thread_over"
    message = _("This request is over, so nobody would read the message. Call us instead.")
