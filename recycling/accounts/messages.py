"""What the messages about signing in and about units say, read when they are sent."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from recycling import clock
from recycling.accounts.domain import contacts, joining
from recycling.accounts.models import AskOutcome, ContactCode, UnitAsk, User
from recycling.codes import shown_pickup
from recycling.notifications.domain import city_texts
from recycling.notifications.domain.kinds import Draft, NotNow, says
from recycling.notifications.models import Part


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


@says("passkey_added")
@says("passkey_removed")
def passkey(notification, at):  # noqa: ARG001  (it was so, whatever has become of it since)
    """That there is a new key to the person's account, or one fewer: somebody else may have done it."""
    person = _person(notification)
    when = clock.moment_text(notification.send_after, ZoneInfo(settings.TIME_ZONE))
    return Draft(person.email, {"when_done": when, "url": _address("account_passkeys")})


@says("text_trial")
def text_trial(notification, at):  # noqa: ARG001  (a trial is of use until its deadline)
    """A message as somebody is just writing it, to themselves."""
    person = _person(notification)
    kind, part, words = notification.context["words"]
    to = person.phone if part == Part.SMS else person.email
    if not to:
        raise NotNow("contact_forgotten")
    return Draft(to, city_texts.values(notification.language), words=kind, own={part: words})


@says("unit_ask")
def unit_ask(notification, at):  # noqa: ARG001  (an ask waits for its answer)
    """To whoever may answer: who wants to join which unit."""
    person = _person(notification)
    ask = _ask(notification)
    if ask.outcome != AskOutcome.OPEN:
        raise NotNow(ask.outcome)
    if not joining.may_decide(person, ask):
        raise NotNow("no_lead")
    values = {
        "who": ask.user.name,
        "unit": ask.department.name,
        "url": _address("account_unit_ask", ask.token),
    }
    return Draft(person.email, values)


@says("unit_answer")
def unit_answer(notification, at):  # noqa: ARG001  (an answer stays one)
    """To whoever asked: yes or no."""
    person = _person(notification)
    ask = _ask(notification)
    values = {
        "granted": ask.outcome == AskOutcome.GRANTED,
        "unit": ask.department.name,
        "url": _address("account_no_unit"),
    }
    return Draft(person.email, values)


def _person(notification):
    person = User.objects.filter(pk=_number(notification), is_active=True).first()
    if person is None or not person.email:
        raise NotNow("contact_forgotten")
    return person


def _ask(notification):
    found = UnitAsk.objects.select_related("user", "department").filter(pk=notification.context["ask"])
    if (ask := found.first()) is None:
        raise NotNow("withdrawn")
    return ask


def _address(name, *arguments):
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def _number(notification):
    return int(notification.recipient.partition(":")[2])
