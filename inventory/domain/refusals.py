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


class NotComplete(Refused):
    code = "not_complete"
    message = _("Add at least one photo before publishing.")


class ShelfElsewhere(Refused):
    code = "shelf_elsewhere"
    message = _("That shelf is at another site.")


class FewerHere(Refused):
    code = "fewer_here"
    message = _("There are not that many pieces here.")


class AlreadyCounted(Refused):
    code = "already_counted"
    message = _("Shelf %(shelf)s is in a stock-take already. Close or cancel that one first.")


class NoArea(Refused):
    code = "no_area"
    message = _("Choose at least one shelf.")


class WrongStockTakeStep(Refused):
    code = "wrong_stock_take_step"
    message = _("The stock-take has changed meanwhile, so this is no longer possible.")


class StockTakePaused(Refused):
    code = "stock_take_paused"
    message = _("The stock-take is paused. Scans wait until somebody resumes it.")


class StockTakeOver(Refused):
    code = "stock_take_over"
    message = _("The stock-take was cancelled. The scan was not used.")


class UnknownItem(Refused):
    code = "unknown_item"
    message = _("No item has this code. Put the thing aside and log it after the stock-take.")


class UnknownPlace(Refused):
    code = "unknown_place"
    message = _("This shelf is not in the stock-take.")


class HowMany(Refused):
    code = "how_many"
    message = _("How many pieces are here? Type the number.")


class BadScan(Refused):
    code = "bad_scan"
    message = _("The scan could not be read. Scan the thing again.")
    status = 422


class OnlyLead(Refused):
    code = "only_lead"
    message = _("Only a lead of the site may do this.")
    status = 403


class ScansUnsent(Refused):
    code = "scans_unsent"
    message = _(
        "Some phones are still counting or hold scans that they have not sent. What they have seen would look missing."
    )


class ReportChanged(Refused):
    code = "report_changed"
    message = _("Something was scanned or moved meanwhile. Look at the differences again, then close.")
