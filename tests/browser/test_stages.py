"""For whom things are: a unit's badge and sentence, the lead's section on the item's page, and what nobody took."""

import pytest

from inventory.models import Item, SiteRole, Stage
from recycling.policy.models import Policy
from tests.factories import make_association_member, make_member, make_worker

from .inspection import Inspector
from .people import PHONE, SELDOM
from .test_worker import SARI, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(person):
    """``member(make_member)``: somebody whom that makes, signed in by a code."""

    def member_(make, email, *, language="fi", opens):
        make(email=email, language=language)
        found = person(language=language, width=PHONE, reduced_motion="reduce")
        found.go(f"/{language}/accounts/login")
        found.write("email", email).press("main form[novalidate] button.primary", opens="/login/code$")
        found.write("code", found.code_from_message(email))
        return found.press("main button[value=verify]", opens=opens)

    return member_


@pytest.mark.parametrize("language", SELDOM)
def test_the_pages_that_say_for_whom_things_are(person, member, photographed, warehouse, language):
    Policy.objects.update(residents_days=10, associations_days=3)
    new, left, nobodys = (
        photographed(quantity=12, public_from=None),
        photographed(quantity=12),
        photographed(),
    )
    Item.objects.filter(pk=nobodys.pk).update(stage=Stage.LEAVING, stage_until=None)
    unit = member(make_member, "risto@kierto.example", language=language, opens=f"/{language}/dept$")
    look = Inspector(unit)
    look.go("list", f"/{language}/items")
    look.go("item for units", f"/{language}/items/{new.shown_code}")
    association = member(make_association_member, "assi@kierto.example", language=language, opens="/")
    look_too = Inspector(association)
    look_too.go("item for associations soon", f"/{language}/items/{left.shown_code}")

    make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language, role=SiteRole.LEAD)
    sari = person(language=language, width=PHONE, reduced_motion="reduce")
    sign_in(sari)
    hall = Inspector(sari)
    sari.go(f"/{language}/wh/items/{new.shown_code}").press("section:has(#stage-title) summary")
    hall.look("for whom")
    sari.write("days", "0").press("[name=longer]", opens="/stage$")
    hall.look("for whom with a mistake")
    sari.write("days", "2").press("[name=longer]", opens=f"{new.shown_code}$")
    sari.press("section:has(#stage-title) summary").press("[name=on]", opens=f"{new.shown_code}$")
    new.refresh_from_db()
    assert new.stage == Stage.RESIDENTS
    hall.go("what nobody took", f"/{language}/wh/leaving")
    assert nobodys.shown_code in sari.text()
    sari.press("[name=residents]", opens="/wh/leaving$")
    hall.look("nothing left over")
    hall.go("item for staff", f"/{language}/items/{nobodys.shown_code}")
    assert look.wrong + look_too.wrong + hall.wrong == [], look.told() + look_too.told() + hall.told()
