"""Given without a reservation."""

from decimal import Decimal

import pytest

from inventory.domain import moving, publishing, stock
from inventory.domain.refusals import FewerLeft, NotEnoughLeft, NotOnOffer, OnlyLead
from inventory.models import SiteRole
from recycling.accounts.models import CostCentre
from recycling.audit.models import AuditEntry
from reservations.domain import counters as all_counters
from reservations.domain import walkin
from reservations.domain.refusals import (
    BadPieces,
    GivenTooMany,
    NothingChosen,
    ResidentsMayNot,
    SeveralSites,
    SomeGone,
    StandsInQuarantine,
)
from reservations.models import Handover, Reservation
from tests.factories import (
    NOW,
    counters,
    make_item,
    make_member,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def give(wishes, by, key="key", **more):
    return walkin.give(wishes, by=by, at=NOW, language="fi", client_key=key, **more)


def test_a_resident_takes_things_along_and_stays_without_a_name(sari):
    chairs, lamp = make_item(quantity=4, weight_kg=Decimal(12)), make_item(category="desk_lamp")
    done = give({chairs: 3, lamp: 1}, sari)
    assert (done.status, done.person, done.contact_name, done.made_by) == ("collected", None, "", sari)
    assert (counters(chairs), counters(lamp)) == ((1, 0), (0, 0))
    line = Handover.objects.get().lines.get(item=chairs)
    assert (line.given, line.promised, line.weight_kg, line.co2e_low) == (3, 3, Decimal(36), Decimal(105))
    assert AuditEntry.objects.filter(action="reservation_collected").count() == 1
    assert all_counters.drifts() == []


def test_a_unit_takes_what_residents_may_not_and_more_of_it(sari):
    unit = make_member().memberships.get().department
    centre = CostCentre.objects.create(department=unit, number="31250")
    desks = make_item(quantity=24, condition="fix")
    done = give({desks: 24}, sari, department=unit, cost_centre=centre)
    assert (done.department, done.cost_centre, counters(desks)) == (unit, centre, (0, 0))


def test_the_same_form_twice_gives_once(sari):
    chairs = make_item(quantity=4)
    assert give({chairs: 1}, sari) == give({chairs: 1}, sari)
    assert (counters(chairs), Handover.objects.count()) == ((3, 0), 1)
    give({chairs: 1}, sari, key="another")
    assert counters(chairs) == (2, 0)


def test_only_what_a_resident_may_have_is_given_to_one(sari):
    with pytest.raises(ResidentsMayNot):
        give({make_item(condition="fix"): 1}, sari)
    with pytest.raises(NotOnOffer):
        give({make_item(units_first=True): 1}, sari)


def test_more_than_the_limit_only_a_lead_gives(sari):
    chairs = make_item(quantity=9)
    with pytest.raises(GivenTooMany):
        give({chairs: 6}, sari)
    with pytest.raises(OnlyLead):
        give({chairs: 6}, sari, beyond_limit=True)
    give({chairs: 6}, make_worker(role=SiteRole.LEAD), beyond_limit=True)
    assert counters(chairs) == (3, 0)


def test_what_cannot_be_given_gives_nothing_at_all(sari):
    chairs, draft, gone = make_item(quantity=4), make_item(), make_item(quantity=2)
    publishing.withdraw(draft, by=sari, at=NOW)
    stock.set_aside(gone, 2, reason="repair", by=sari, at=NOW)
    shelved = make_item(shelf=make_shelf())
    moving.block(shelved.shelf, by=sari, at=NOW)
    with pytest.raises(NothingChosen):
        give({}, sari)
    with pytest.raises(BadPieces):
        give({chairs: 0}, sari)
    with pytest.raises(FewerLeft):
        give({chairs: 5}, sari, beyond_limit=False, department=make_member().memberships.get().department)
    with pytest.raises(NotOnOffer):
        give({draft: 1}, sari)
    with pytest.raises(NotEnoughLeft):
        give({gone: 1}, sari)
    with pytest.raises(StandsInQuarantine):
        give({shelved: 1}, sari)
    with pytest.raises(SomeGone) as some:
        give({chairs: 1, gone: 1}, sari)
    assert list(some.value.refusals) == [gone]
    assert (counters(chairs), Reservation.objects.count()) == ((4, 0), 0)


def test_things_of_two_sites_or_of_another_site_are_not_given(sari):
    elsewhere = make_item(site=open_site(make_site("north")))
    for wishes in ({make_item(): 1, elsewhere: 1}, {elsewhere: 1}):
        with pytest.raises(SeveralSites):
            give(wishes, sari)
