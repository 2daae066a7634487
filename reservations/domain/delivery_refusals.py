"""Every way in which bringing things, or choosing when and where, can be refused, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused

from .refusals import TooLate


class AddressMissing(Refused):
    code = "address_missing"
    message = _("Say where the van brings them: one of the city's places, or a street address.")
    status = 422


class NotACityPlace(Refused):
    code = "not_a_city_place"
    message = _("That is no place of the city that is in use. Choose another one, or write the street.")
    status = 422


class ReceiverMissing(Refused):
    code = "receiver_missing"
    message = _("Say who is there when the van comes: a name and a phone number.")
    status = 422


class BadDoor(Refused):
    code = "bad_door"
    message = _("The narrowest door is from %(low)s to %(high)s cm wide. Leave it empty if it is wider.")
    status = 422


class DeliveryCosts(Refused):
    """Approved as a pickup: nobody has approved what a delivery costs."""

    code = "delivery_costs"
    message = _("A delivery costs %(price)s €, and that was not approved. Call us: %(phone)s.")


class VanPlanned(TooLate):
    code = "van_planned"
    message = _("The van of that day is planned already, so this cannot be changed here. Call us: %(phone)s.")


class NotReceived(Refused):
    code = "not_received"
    message = _("Ask whoever receives them for the six digits, or for a signature.")
    status = 422


class WrongReceiptCode(Refused):
    code = "wrong_receipt_code"
    message = _("Those are not the six digits of this delivery. Ask again, or let them sign.")
    status = 422
