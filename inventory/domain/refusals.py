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


class NoEnd(Refused):
    code = "no_end"
    message = _("It stays as it is without an end, so there is nothing to lengthen.")


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


class NotJustLogged(Refused):
    code = "not_just_logged"
    message = _(
        "Pieces have come or gone since this was logged, so it cannot be undone. Correct the number of pieces instead."
    )


class FewerHere(Refused):
    code = "fewer_here"
    message = _("There are not that many pieces here.")


class TooManyPieces(Refused):
    code = "too_many_pieces"
    message = _("One lot holds at most %(limit)s pieces.")


class ShelfBlocked(Refused):
    code = "shelf_blocked"
    message = _("The shelf is in quarantine. Nothing is put on it or taken from it until that has ended.")


class OtherSite(Refused):
    """Not wrong, but unusual enough to be said twice. ``site`` is where the thing is now."""

    code = "other_site"
    message = _("This item is kept at another site: %(site)s. Move it here only if it really stands here.")


class MovedMeanwhile(Refused):
    """Sent later than somebody else has moved it. ``rival`` is who that was, or None."""

    code = "moved_meanwhile"
    message = _("%(code)s was moved to %(shelf)s, %(when)s. Check where it stands.")

    def __init__(self, *, rival=None, **details):
        super().__init__(**details)
        self.rival = rival


class Merged(Refused):
    code = "merged"
    message = _("This lot was merged into %(code)s. Use that one.")


class NotEqual(Refused):
    """``what`` names the differences."""

    code = "not_equal"
    message = _("These two lots are not equal. They differ in: %(what)s.")


class SameLot(Refused):
    code = "same_lot"
    message = _("That is this lot itself.")
    status = 422


class AllOfThem(Refused):
    code = "all_of_them"
    message = _("Separate fewer pieces than the lot has. To change the whole lot, edit it.")
    status = 422


class WaitsForLead(Refused):
    code = "waits_for_lead"
    message = _("A write-off of these pieces waits for the lead. It must be answered first.")


class OnlyLead(Refused):
    code = "only_lead"
    message = _("Only the lead of the site can do this.")
    status = 403


class TooLate(Refused):
    code = "too_late"
    message = _("A write-off can be undone on the same day only.")


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


class ScansUnsent(Refused):
    code = "scans_unsent"
    message = _(
        "Some phones are still counting or hold scans that they have not sent. What they have seen would look missing."
    )


class ReportChanged(Refused):
    code = "report_changed"
    message = _("Something was scanned or moved meanwhile. Look at the differences again, then close.")
