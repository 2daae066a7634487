"""What a unit gave and nobody can use: set aside, told, kept for a while, forgotten."""

from datetime import timedelta

import pytest

from inventory.domain import not_usable, offer_messages, offers, photos
from inventory.domain.offer_refusals import SayWhatIsWrong
from inventory.domain.refusals import FewerHere
from inventory.models import NotUsable, Photo, SetAside
from recycling.accounts.models import Department
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from reservations.domain import forgetting
from tests.factories import NOW, counters, later, make_item, make_member, make_shelf, make_worker
from tests.giving import make_not_usable, make_offer, make_school
from tests.inventory.hall import picture

pytestmark = pytest.mark.django_db

WHEN = {"at": NOW}


@pytest.fixture
def antti():
    make_school()
    Department.objects.update(is_trusted_giver=True)
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def lead():
    return make_worker(role="lead")


@pytest.fixture
def chairs(antti):
    return make_offer(antti, quantity=12)


@pytest.fixture
def asked(antti):
    """Three chairs that the warehouse is asked to fetch."""
    return make_offer(antti, quantity=3, giving="transport", available_until=None)


def test_it_is_set_aside_and_the_unit_has_a_page_for_it(chairs, lead, antti, mailoutbox):
    row = make_not_usable(chairs, 2, by=lead)
    assert (counters(chairs), row.aside.reason) == ((12, 2), "repair")
    sending.send_due(**WHEN)
    assert (mailoutbox[0].to, row.aside.token in mailoutbox[0].body) == (["antti@kierto.example"], True)


def test_never_more_than_are_free(chairs, lead):
    with pytest.raises(FewerHere):
        make_not_usable(chairs, 13, by=lead)
    assert (NotUsable.objects.count(), Notification.objects.filter(kind="not_usable").count()) == (0, 0)


def test_nobody_is_told_of_what_was_forgotten(chairs, lead, mailoutbox):
    make_not_usable(chairs, by=lead)
    not_usable.forget(before=later(hours=1))
    sending.send_due(**WHEN)
    assert mailoutbox == []


def test_of_what_no_unit_gave_nobody_is_told(lead):
    make_not_usable(make_item(quantity=2), by=lead)
    assert Notification.objects.filter(kind="not_usable").count() == 0
    assert offer_messages.giver_of(make_item()) is None


@pytest.mark.parametrize(
    ("words", "file", "refusal"), [(" ", "photo", SayWhatIsWrong), ("Rikki", None, photos.NoPhoto)]
)
def test_it_takes_words_and_a_photo(lead, words, file, refusal):
    with pytest.raises(refusal):
        not_usable.take_in(words, file and picture(), by=lead, **WHEN)
    assert Photo.objects.count() == 0


def test_the_photo_goes_through_the_same_pipeline_as_every_other(lead):
    found = not_usable.take_in(" Rikki ", picture(), by=lead, **WHEN)
    assert (found.words, found.photo.status, found.photo.uploaded_by) == ("Rikki", "pending", lead)
    assert photos.make_due_renditions(**WHEN) == 1


def test_only_givers_of_the_unit_find_it(chairs, lead, antti):
    row = make_not_usable(chairs, by=lead)
    people = (
        antti,
        make_member("lead"),
        make_member("requester"),
        make_member("giver", code="library"),
        lead,
    )
    assert [list(not_usable.lasting(one)) for one in people] == [[row], [row], [], [], []]


# -- kept for a while


def test_the_photo_is_not_swept_away_like_a_forgotten_upload(chairs, lead):
    row, loose = make_not_usable(chairs, by=lead), not_usable.take_in("Rikki", picture(), by=lead, **WHEN)
    photos.sweep(at=later(days=3))
    assert set(Photo.objects.filter(item=None)) == {row.photo}
    assert loose.photo.pk != row.photo_id


def test_words_and_photo_go_together_after_a_year_and_the_pieces_stay_aside(chairs, lead):
    old, new = make_not_usable(chairs, by=lead), make_not_usable(chairs, by=lead, at=later(days=2))
    forgetting.forget_contacts(later(days=366))
    assert list(NotUsable.objects.all()) == [new]
    assert not Photo.objects.filter(pk=old.photo_id).exists()
    assert SetAside.objects.lasting().count() == 2
    photos.sweep(at=NOW + timedelta(days=900))
    assert not photos.default_storage.exists(old.photo.master_name)


# -- fetched by the warehouse


def test_what_is_not_usable_when_it_arrives_is_set_aside_and_the_rest_is_published(asked, lead, antti):
    shelf = make_shelf()
    found = not_usable.take_in("Rikki", picture(), by=lead, **WHEN)
    here = offers.arrived(asked, shelf=shelf, pieces_not_usable=1, found=found, by=lead, **WHEN)
    assert (here.status, counters(here), here.giving) == ("published", (3, 1), "")
    (row,) = not_usable.lasting(antti)
    assert (row.aside.item, row.photo) == (here, found.photo)
    assert Notification.objects.get(kind="not_usable").person == antti


def test_when_none_of_it_is_usable_nothing_comes_into_the_catalogue(asked, lead):
    found = not_usable.take_in("Rikki", picture(), by=lead, **WHEN)
    here = offers.arrived(asked, shelf=make_shelf(), pieces_not_usable=3, found=found, by=lead, **WHEN)
    here.refresh_from_db()
    assert (here.status, counters(here)) == ("draft", (3, 3))


def test_more_than_arrived_is_refused_and_nothing_has_arrived(asked, lead):
    found = not_usable.take_in("Rikki", picture(), by=lead, **WHEN)
    with pytest.raises(FewerHere):
        offers.arrived(asked, shelf=make_shelf(), pieces_not_usable=4, found=found, by=lead, **WHEN)
    asked.refresh_from_db()
    assert (asked.giving, counters(asked), NotUsable.objects.count()) == ("transport", (3, 0), 0)
