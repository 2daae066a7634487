"""From the mail to the decision on a phone: the link, the code, one press. And the pages of a unit under a strict eye."""

from datetime import date

import pytest
from django.utils import timezone

from recycling.accounts.models import Membership
from reservations.models import FurnitureRequest
from tests.factories import category, make_member, make_unit
from tests.reservations.asking import give_role, make_approver, make_waiting

from .inspection import Inspector
from .people import DESK, PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HELMI = "helmi@kierto.example"
APPROVE, RETURN = "button[value=approve]", "main button[value=return]"


@pytest.fixture
def waiting(photographed):
    """A request of 24 chairs and a desk, sent this moment."""
    chairs = photographed(1, quantity=40)
    desk = photographed(1, quantity=3, category=category("desk"))
    risto = make_member("requester", name="Risto Rinne")
    give_role(make_approver("lead", name="Leena Lepola"), "giver", make_unit("library", "Kirjasto"))

    def waiting_(language="fi"):
        make_approver(email=HELMI, language=language)
        return make_waiting(
            {chairs: 24, desk: 1},
            by=risto,
            at=timezone.now(),
            language=language,
            note="Luokka 3 B, toinen kerros.",
        )

    return waiting_


def arrive(found, request, language):
    """The approver opens the link of the mail, and types the code that comes."""
    _words, links = found.newest_message(HELMI)
    (link,) = [one for one in links if one.endswith("/decision")]
    assert link.endswith(f"/{language}/dept/requests/{request.code}/decision")
    found.go(link)
    found.write("email", HELMI).press("main form[novalidate] button", opens=r"/login/code\?next=")
    found.write("code", found.code_from_message(HELMI))
    return found.press("main button[value=verify]", opens="/decision$")


@pytest.mark.parametrize(
    "options",
    [
        {"width": PHONE, "javascript": False},
        pytest.param({"width": PHONE}, marks=pytest.mark.thorough),
        pytest.param({"width": DESK, "keyboard": True}, marks=pytest.mark.thorough),
    ],
)
def test_after_signing_in_one_press_decides(person, waiting, options):
    request = waiting()
    found = arrive(person(**options), request, "fi")
    line = request.lines.first()
    found.write(f"pieces-{line.pk}", "10").press(APPROVE, opens="/dept/approvals$")
    line.refresh_from_db()
    assert (line.pieces, line.asked) == (10, 24)
    assert FurnitureRequest.objects.get().status == "accepted"


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_an_approver_and_a_lead_under_a_strict_eye(person, waiting, language):
    request = waiting(language)
    found = arrive(person(language=language, reduced_motion="reduce"), request, language)
    look = Inspector(found)
    look.look("decide")
    found.press(RETURN)
    look.look("say why")
    Membership.objects.filter(user__email=HELMI).update(role="lead", away_until=date(2099, 1, 1))
    look.go("as the lead", f"/{language}/dept/requests/{request.code}/decision")
    look.open_everything()
    look.look("ask somebody else")
    look.go("waiting", f"/{language}/dept/approvals")
    look.go("people", f"/{language}/dept/people")
    look.open_everything()
    look.look("people, open")
    found.go(f"/{language}/dept/requests/{request.code}/decision").press(APPROVE, opens="/dept/approvals$")
    look.look("decided")
    look.go("what was decided", f"/{language}/dept/requests/{request.code}/decision")
    assert look.wrong == [], look.told()
