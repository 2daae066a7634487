"""Every way in which asking for an approval, or giving one, can be refused, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NoApprover(Refused):
    code = "no_approver"
    message = _(
        "Nobody in your unit can approve this request. Ask the lead of your unit, or an admin of the service, to name an "
        "approver. Then send it again."
    )


class OwnRequest(Refused):
    code = "own_request"
    message = _("This is your own request. Another approver of your unit decides it.")
    status = 403


class NotApprover(Refused):
    code = "not_approver"
    message = _("You are not an approver of this unit any more. Ask the lead of the unit.")
    status = 403


class AlreadyDecided(Refused):
    """``who`` was quicker; ``what`` they decided, in words."""

    code = "already_decided"
    message = _("This request is decided already. What: %(what)s. Who: %(who)s.")


class NotWaiting(Refused):
    code = "not_waiting"
    message = _("This request does not wait for an approval. It is now: %(what)s.")


class SentAgain(Refused):
    code = "sent_again"
    message = _("This request was changed and sent again since you opened the page. Look at it once more.")


class ApprovalOver(Refused):
    code = "approval_over"
    message = _("The time to decide this request has ended, and its items are free again.")
    status = 410


class SayReason(Refused):
    code = "say_reason"
    message = _("Say why, so that whoever asked knows what to do.")
    status = 422


class OnlyLowered(Refused):
    code = "only_lowered"
    message = _("Write a number from 0 to %(pieces)s. An approver can lower what was asked, not raise it.")
    status = 422


class NothingApproved(Refused):
    code = "nothing_approved"
    message = _("Leave at least one piece. If nothing is to be approved, reject the request.")
    status = 422


class OnlyUnitLead(Refused):
    code = "only_unit_lead"
    message = _("Only the lead of the unit can do this.")
    status = 403


class CannotApprove(Refused):
    code = "cannot_approve"
    message = _("That person cannot approve this request. Choose one of those who can.")
    status = 422
