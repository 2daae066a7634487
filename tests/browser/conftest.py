"""What the browser tests share: it is a Monday morning, the warehouse is open, and messages arrive in the demo's mailbox."""

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from inventory.domain import intake, photos
from inventory.domain.drawing import draw
from tests.factories import NOW, category, make_site, make_worker, open_site

from .people import AtTheKeyboard, Person

SMALL = (800, 600)

# A busy machine needs more than the five seconds that Playwright waits for what will be there.
expect.set_options(timeout=20_000)


@pytest.fixture(autouse=True)
def clock():
    """NOW, and the time goes on: in the server's threads too."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def warehouse(clock, live_server, settings):
    """An open warehouse whose messages can be read in the browser."""
    settings.EMAIL_BACKEND = "recycling.notifications.channels.DemoMailbox"
    return open_site(make_site(latitude="60.190000", longitude="24.960000", is_step_free=True), capacity=3)


@pytest.fixture
def person(open_page, warehouse):
    """``person(width=360, language="fi")``: somebody in front of a fresh browser; ``keyboard=True`` has no pointer."""

    def person_(*, language="fi", keyboard=False, **options):
        kind = AtTheKeyboard if keyboard else Person
        return kind(open_page(language=language, **options), language)

    return person_


@pytest.fixture(scope="session")
def drawn():
    """A chair's pictures from three sides, drawn once for the run."""
    return [draw("office_chair", colour="black", seed=7, view=view, size=SMALL) for view in range(3)]


@pytest.fixture
def photographed(warehouse, drawn):
    """``photographed(2, quantity=3)``: an item on offer for everybody with so many real photos, their sizes made."""
    worker = make_worker(name="Lasse Laukka")

    def photographed_(number=2, *, sized=True, quantity=1, publish=True, **answers):
        at = timezone.now()
        facts = {"category": category(), "site": warehouse, "condition": "good", "colour": "black"}
        facts |= {"public_from": at} | answers
        item = intake.log(
            by=worker,
            at=at,
            photos=[photos.take_in_bytes(one, by=worker, at=at, is_drawing=True) for one in drawn[:number]],
            quantity=quantity,
            publish=publish,
            **facts,
        )
        if sized:
            for photo in item.photos.all():
                photos.make_renditions(photo, at=at)
        return item

    return photographed_


@pytest.fixture
def files(drawn, tmp_path):
    """Two photos, as a phone has them."""
    paths = [tmp_path / f"IMG_{number}.jpg" for number in range(2)]
    for path, picture in zip(paths, drawn, strict=False):
        path.write_bytes(picture)
    return paths
