"""Whose work waits on a phone: nothing is lost by signing out, and nobody sends it under another name."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from inventory.models import Item
from tests.browser.people import let_in
from tests.factories import make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COPIES = (
    "async () => (await (await caches.open('kierto-pages')).keys()).map((one) => new URL(one.url).pathname)"
)


def test_signed_out_meanwhile_nothing_is_lost(phone, warehouse):
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    Session.objects.all().delete()
    sari.mend().says("Et ole enää kirjautuneena").waits(1)
    assert Item.objects.count() == 0
    let_in(sari.person, sari.worker).go("/fi/wh/outbox")
    sari.waits(0)
    assert Item.objects.get().created_by == sari.worker


def test_another_person_on_the_same_phone_sends_nothing_under_their_own_name(phone, warehouse):
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    kai = make_worker(warehouse, name="Kai Kuikka")
    let_in(sari.person, kai)
    sari.mend().person.press("[data-send-now]")
    sari.page.wait_for_timeout(1000)
    sari.open("/fi/wh/outbox").waits(0).says("jonkun muun")
    assert sari.page.locator("[data-errands] li").count() == 0
    assert sari.page.evaluate("localStorage.kiertoPages") == str(kai.pk)
    assert Item.objects.count() == 0
    let_in(sari.person, sari.worker).go("/fi/wh/outbox")
    expect(sari.page.locator("[data-outbox]")).to_be_hidden()
    sari.waits(0)
    assert Item.objects.get().created_by == sari.worker


def test_signing_out_warns_and_takes_the_copies_along(phone):
    sari = phone().open("/fi/wh/new")
    assert "/fi/wh/new" in sari.page.evaluate(COPIES)
    sari.cut().log().waits(1)
    sari.context.route("**/wh/outbox/item", lambda route: route.abort())
    sari.mend().page.goto("/fi/accounts/logout")
    expect(sari.page.locator("[data-leaving]")).to_contain_text("1")
    with sari.page.expect_navigation():
        sari.page.locator("main form button").click()
    assert sari.page.evaluate(COPIES) == []
