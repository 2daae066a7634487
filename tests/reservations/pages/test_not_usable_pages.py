"""What is not usable, on the pages: the unit's own with the photo, the door, the warehouse's offers, the form's warning."""

import pytest
from django.urls import reverse
from django.utils import translation

from inventory.models import NotUsable, SiteRole
from recycling.accounts.models import Department
from recycling.policy.models import Policy
from reservations.models import Reservation
from tests.factories import counters, make_item, make_member, make_shelf, make_worker
from tests.giving import make_not_usable, make_offer, make_school
from tests.inventory.hall import picture, words_of
from tests.reservations.driving import first_window, make_delivery, open_van
from tests.reservations.pages.desk import address
from tests.reservations.pages.test_giving_pages import browser_of

pytestmark = pytest.mark.django_db

FEE = "Recycling what is not usable costs the unit 45 euros a piece."


@pytest.fixture
def antti():
    make_school()
    Department.objects.update(is_trusted_giver=True)
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def chairs(antti):
    return make_offer(antti, quantity=12)


@pytest.fixture
def row(chairs, sari):
    return make_not_usable(chairs, 2, by=sari)


def page(person, row, name="not_usable", **data):
    with translation.override("en"):
        path = reverse(f"reservations:{name}", args=[row.aside.token])
    browser = browser_of(person)
    return browser.post(path, data) if data else browser.get(path)


@pytest.fixture
def fee():
    Policy.objects.update(not_usable_fee_en=FEE)


# -- the unit's page


def test_the_unit_sees_what_is_wrong_and_what_it_costs(antti, row, fee):
    said = words_of(page(antti, row))
    for words in ("Not usable 2 × Office chair", "Yksi jalka on irti.", FEE, "nobody can reserve it"):
        assert words in said
    assert words_of(browser_of(antti).get("/en/dept/give")).count("Not usable 2 × Office chair") == 1


def test_the_photo_is_shown_there_and_its_own_address_is_said_nowhere(antti, row):
    answer = page(antti, row, "not_usable_picture")
    assert (answer.status_code, b"".join(answer)) == (200, b"a picture")
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("image/jpeg", True)
    assert row.photo.key not in page(antti, row).content.decode()


def test_nobody_else_sees_either(row, sari):
    others = (make_member("giver", code="library"), sari, make_member("requester"))
    for name in ("not_usable", "not_usable_picture"):
        assert [page(one, row, name).status_code for one in others] == [404, 403, 403]


def test_a_photo_that_has_gone_is_not_there(antti, row):
    type(row.photo).objects.filter(pk=row.photo_id).update(key="elsewhere")
    assert page(antti, row, "not_usable_picture").status_code == 404


def test_what_works_after_all_is_on_offer_again(antti, row, chairs):
    for _tap in range(2):
        page(antti, row, works="1")
    assert counters(chairs) == (12, 0)
    assert "This is settled." in words_of(page(antti, row))


def test_what_was_recycled_is_written_off(antti, row, chairs):
    assert page(antti, row, destination="").status_code == 422
    page(antti, row, destination="metal")
    gone = row.aside.write_offs.get()
    assert (counters(chairs), gone.reason, gone.destination, gone.status) == (
        (10, 0),
        "broken",
        "metal",
        "done",
    )
    assert page(antti, row, destination="metal").status_code == 409


def test_much_of_it_waits_for_the_service(antti, row):
    Policy.objects.update(write_off_pieces=1)
    page(antti, row, destination="metal")
    assert "It waits until the service confirms" in words_of(page(antti, row))


def test_what_stands_in_the_warehouse_is_its_own_to_see_to(antti, row):
    type(row.aside.item).objects.update(giving="")
    assert "It stands in the warehouse" in words_of(page(antti, row))
    assert page(antti, row, works="1").status_code == 404


# -- said before


@pytest.mark.parametrize(("text", "shown"), [(FEE, True), ("", False)])
def test_the_form_says_beforehand_what_it_costs(antti, text, shown):
    Policy.objects.update(not_usable_fee_en=text)
    said = words_of(browser_of(antti).get("/en/dept/give/new"))
    assert ("45 euros" in said, "you recycle it." in said) == (shown, True)


# -- at the door


@pytest.fixture
def brought(warehouse, antti):
    """Two chairs that the school gave, on their way to a library."""
    open_van(warehouse)
    given = make_item(quantity=2, owner=antti.memberships.get().department)
    risto = make_member(code="library", name_fi="Kirjasto", name="Risto Rinne", cost_centre="31250")
    return make_delivery({given: 2}, slot=first_window(), by=risto)


def at_the_door(desk, reservation, **said):
    key = reservation.lines.get().pk
    typed = {f"{name}-{key}": value for name, value in said.items()}
    return desk.post(address("deliver", reservation.code), typed | {"typed": reservation.pickup_code})


def test_the_driver_takes_a_photo_and_the_giver_is_told(desk, brought):
    answer = at_the_door(desk, brought, why="broken", given=1)
    assert (answer.status_code, "Take at least one photo." in words_of(answer)) == (422, True)
    at_the_door(desk, brought, why="broken", given=1, wrong="Selkä irti", photo=picture())
    row = NotUsable.objects.get()
    assert (Reservation.objects.get(pk=brought.pk).status, row.aside.pieces) == ("collected", 1)
    assert row.photo.uploaded_by == row.aside.by


def test_when_nothing_can_be_used_nothing_is_received(desk, brought):
    answer = at_the_door(desk, brought, why="broken", given=0, wrong="Selät irti", photo=picture())
    assert Reservation.objects.get(pk=brought.pk).status == "cancelled"
    assert "Nothing was received" in words_of(desk.get(answer["Location"]))


def test_of_what_nobody_gave_no_photo_is_asked(desk, warehouse):
    open_van(warehouse)
    own = make_delivery({make_item(quantity=2): 2}, slot=first_window(), by=make_member(cost_centre="31250"))
    assert "A photo of what is wrong" not in words_of(desk.get(address("deliver", own.code)))
    at_the_door(desk, own, why="broken", given=1)
    assert (Reservation.objects.get(pk=own.pk).status, NotUsable.objects.count()) == ("collected", 0)


# -- fetched by the warehouse


def test_what_arrives_and_is_not_usable_is_said_with_a_photo(antti, warehouse):
    asked = make_offer(antti, quantity=3, giving="transport", available_until=None)
    shelf = make_shelf(site=warehouse)
    lead = browser_of(make_worker(warehouse, SiteRole.LEAD))
    here = {"item": asked.code, "arrived": "1", "site": warehouse.code, "shelf": shelf.code, "pieces": 1}
    answer = lead.post("/en/wh/offers", here)
    assert (answer.status_code, "Write what is wrong with it" in words_of(answer)) == (422, True)
    answer = lead.post("/en/wh/offers", here | {"words": "Rikki", "photo": picture()}, follow=True)
    assert "What is not usable is set aside, and the unit was told." in words_of(answer)
    assert (NotUsable.objects.get().aside.item, counters(asked)) == (asked, (3, 1))
