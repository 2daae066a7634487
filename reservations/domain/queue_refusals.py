"""Every way in which a queue says no, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class FreeNow(Refused):
    code = "free_now"
    message = _("It is free now. Book a pickup time before somebody else does.")


class DrawnLater(Refused):
    code = "drawn_later"
    message = _(
        "Lots decide who gets it, on %(when)s. Say that you want it until then; nobody can reserve it before."
    )


class DrawTooSoon(Refused):
    code = "draw_too_soon"
    message = _("Leave people at least a day to say that they want it.")
    status = 422


class NotForDraw(Refused):
    code = "not_for_draw"
    message = _("Residents cannot reserve it now, so there is nothing to draw for.")


class WaitsForDraw(Refused):
    code = "waits_for_draw"
    message = _("Lots are still to be drawn for one of these. Merge them after the draw.")


class NeverSoMany(Refused):
    code = "never_so_many"
    message = _("There are %(there)s of them in all. You cannot wait for more.")
    status = 422


class AtLeastTooMany(Refused):
    code = "at_least_too_many"
    message = _("You cannot take at least more pieces than you want.")
    status = 422


class QueueFull(Refused):
    code = "queue_full"
    message = _(
        "%(limit)s people wait for it already. More would hope in vain: look at others of this kind instead."
    )


class NotInQueue(Refused):
    code = "not_in_queue"
    message = _("You are not in this queue any more.")


class YourTurn(Refused):
    code = "your_turn"
    message = _("It is your turn right now. Choose a time, or pass it on.")
