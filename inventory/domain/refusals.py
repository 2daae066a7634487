"""Every way in which the stock can say no."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NotEnoughLeft(Refused):
    code = "not_enough_left"
    message = _("The item has just gone.")


class FewerLeft(NotEnoughLeft):
    """Some pieces are left, but fewer than were asked for. ``left`` says how many."""

    message = _("Only %(left)s left. Choose a smaller number.")


class NotOnOffer(Refused):
    code = "not_on_offer"
    message = _("This item is not on offer now.")


class WrongStep(Refused):
    code = "wrong_step"
    message = _("The item has changed meanwhile, so this is no longer possible. Look at it again.")


class StaleEdit(Refused):
    code = "stale_edit"
    message = _(
        "Somebody else changed this item while you were editing. Check their changes, then save again."
    )


class StillPromised(Refused):
    code = "still_promised"
    message = _("%(pieces)s of these are promised to somebody. Cancel or hand over those reservations first.")


class StillAside(StillPromised):
    """Nobody is waiting for it, but pieces of it are set aside: the worker ends that first."""

    message = _("%(pieces)s of these are set aside. Put them back on offer or write them off first.")


class NotComplete(Refused):
    code = "not_complete"
    message = _("Add at least one photo before publishing.")


class ShelfElsewhere(Refused):
    code = "shelf_elsewhere"
    message = _("That shelf is at another site.")


class TooLateToUndo(Refused):
    code = "too_late_to_undo"
    message = _("Only who logged the item can undo it, and only on the same day. Withdraw it instead.")


class FewerHere(Refused):
    code = "fewer_here"
    message = _("There are not that many pieces here.")
