"""What the messages about codes say, read when they are sent."""

from django.conf import settings

from recycling.accounts.domain import contacts
from recycling.accounts.models import ContactCode, User
from recycling.codes import shown_pickup
from recycling.notifications.domain.kinds import Draft, NotNow, says


@says("contact_code")
def contact_code(notification, at):
    """The six digits, as long as they are of use."""
    code = ContactCode.objects.filter(pk=_number(notification)).first()
    if code is None or code.expires_at <= at:
        raise NotNow("too_late")
    if code.used_at:
        raise NotNow("used")
    if code.replaced_at:
        raise NotNow("replaced")
    minutes = round((code.expires_at - code.created_at).total_seconds() / 60)
    # Six digits are read in threes, like a pickup code.
    return Draft(code.contact, {"code": shown_pickup(contacts.digits(code)), "minutes": minutes})


@says("sign_in_code")
def sign_in_code(notification, at):  # noqa: ARG001  (how long it is good for is the message's own deadline)
    """The code that the sign-in page waits for."""
    person = User.objects.filter(pk=_number(notification), is_active=True).first()
    if person is None or not person.email:
        raise NotNow("contact_forgotten")
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    return Draft(person.email, {"code": notification.context["code"], "minutes": minutes})


def _number(notification):
    return int(notification.recipient.partition(":")[2])
