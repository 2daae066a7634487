"""Without a network things are logged, moved, picked and handed over, tabs are closed; afterwards all of it is there, once."""

import pytest
from playwright.sync_api import expect

from inventory.models import Item, Photo
from tests.factories import make_worker

from .people import PHONE
from .test_counting import let_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHUTTER = "[data-shutter]"
SAVE = "button.primary[form=intake]"
FIVE = 5


class Phone:
    """A phone of a worker, whose network comes and goes."""

    def __init__(self, person, worker):
        self.person = let_in(person, worker)
        self.page, self.context = person.page, person.page.context

    def open(self, path):
        """An address, and the copies of pages that are made for later."""
        self.person.go(path)
        expect(self.page.locator("html")).to_have_attribute("data-ready", "offline")
        return self

    def cut(self):
        self.context.set_offline(True)
        return self

    def mend(self):
        self.context.set_offline(False)
        return self

    def new_tab(self, path):
        """The tab is closed and another one opened."""
        self.page.close()
        self.person.page = self.page = self.context.new_page()
        self.page.goto(path)
        return self

    def log(self, kind="office_chair", shots=1):
        """One thing in the form that is open."""
        for _shot in range(shots):
            self.person.press(SHUTTER)
        self.person.choose("category", kind).choose("condition", "good")
        self.person.press(SAVE)
        return self

    def waits(self, number):
        bar = self.page.locator("[data-outbox]")
        if number:
            expect(bar.locator("[data-count]")).to_have_text(str(number))
        else:
            expect(bar).to_be_hidden()
        return self


@pytest.fixture
def phone(person, warehouse):
    """``phone(name="Sari Sorsa")``: a worker with a phone of 360 px, signed in."""

    def phone_(name="Sari Sorsa", **options):
        worker = make_worker(warehouse, name=name)
        return Phone(person(width=PHONE, service_workers="allow", permissions=["camera"], **options), worker)

    return phone_


def test_five_things_without_a_network_are_five_things(phone):
    sari = phone().open("/fi/wh/new").cut()
    for number in range(2):
        sari.log(shots=2).waits(number + 1)
    sari.new_tab("/fi/wh/new").waits(2)
    expect(sari.page.locator("[data-copy]")).to_contain_text("Ei verkkoa")
    for number in range(2, FIVE):
        sari.log(shots=2).waits(number + 1)
    assert Item.objects.count() == 0
    sari.mend().waits(0)
    assert (Item.objects.count(), Photo.objects.count()) == (FIVE, 2 * FIVE)
    assert [item.photos.count() for item in Item.objects.all()] == [2] * FIVE
