"""Two workers on the photos of one room: one makes a lot of them while the other throws them away."""

import pytest

from inventory.domain import loads
from inventory.domain.loads import AlreadyGrouped
from inventory.models import Item, Photo
from tests.concurrency import race, unexpected
from tests.factories import NOW, category, make_photo, make_site, make_worker

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 12


def shot(room, number):
    taken = [make_photo() for _number in range(number)]
    for photo in taken:
        loads.keep_shot(room, photo)
    return taken


def test_a_photo_is_a_lots_or_thrown_away_and_never_both():
    sari = make_worker(make_site())
    facts = {"by": sari, "at": NOW, "site": make_site(), "kind": "load", "name": "Lasti", "rooms": ["Sali"]}
    room = loads.open_load(**facts).rooms.get()
    bystander, *taken = shot(room, 1 + 2 * ROUNDS)
    lot = {"by": sari, "at": NOW, "category": category(), "condition": "good", "quantity": 1}

    def act(number):
        pair = taken[number // 2 * 2 :][:2]
        if number % 2:
            return loads.throw_away(room, pair)
        return loads.group(room, pair, **lot)

    results = race(act, runners=2 * ROUNDS)
    assert unexpected(results, AlreadyGrouped) == []
    lots = Item.objects.all()
    assert {(lot.photo_count, lot.photos.count()) for lot in lots} <= {(2, 2)}
    assert Photo.objects.count() == 1 + 2 * lots.count()
    assert sum(isinstance(one, AlreadyGrouped) for one in results) == ROUNDS
    assert list(loads.waiting(room)) == [bystander]
