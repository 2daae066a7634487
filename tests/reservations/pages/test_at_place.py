"""The taker's phone at a place where nobody is, and the giver's pages of the paper that hangs there."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from inventory.models import Item, NotUsable, Photo, Site
from recycling.accounts.models import Department
from recycling.notifications.domain import sending
from reservations.domain import site_code
from reservations.models import Handover, Reservation
from tests.factories import NOW, counters, later, make_member, make_reservation
from tests.giving import give_weekly, make_offer, make_school, nobody_hands_over
from tests.inventory.hall import picture, problems, words_of
from tests.reservations.pages.test_giving_pages import browser_of

pytestmark = pytest.mark.django_db

TIME = later(days=1, hours=4)
# The reservation with its site and time, its lines, and their photos: the same however many lines.
PAGE = 3


@pytest.fixture
def antti():
    make_school(name_en="Park School", street_en="Koulukuja 1")
    Department.objects.update(is_trusted_giver=True)
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def site(antti):
    give_weekly(antti.memberships.get().department, antti)
    return nobody_hands_over(antti)


def offered(antti, quantity=12):
    found = make_offer(antti, quantity=quantity, residents_may_come=True, place="Luokka 112")
    Item.objects.update(public_from=NOW)
    return found


@pytest.fixture
def chairs(antti, site):
    return offered(antti)


@pytest.fixture
def reserved(chairs):
    return make_reservation({chairs: 2}, language="en")


@pytest.fixture
def there(reserved, clock):
    """It is time."""
    clock.move_to(TIME)
    return reserved


def take(aino, reservation, **typed):
    line = reservation.lines.get()
    typed = {
        f"given-{line.pk}": line.pieces,
        "typed": site_code.digits(Site.objects.get(pk=reservation.site_id)),
    } | typed
    return aino.post("at_place", reservation.token, **typed)


def answers(reservation, **said):
    """Of the one line: ``given``, ``why``, ``wrong``, ``photo``."""
    key = reservation.lines.get().pk
    return {f"{name}-{key}": value for name, value in said.items()}


# -- the reservation's page


def test_before_its_time_the_page_says_from_when_on(aino, reserved):
    said = words_of(aino.get("manage", reserved.token))
    assert "Nobody hands it over. A paper with four digits is at the place." in said
    assert "The code of the place works from Tue 17 Nov 13:00 on" in said
    assert ("I am here and take these</a>" in said, "Ask Antti Antaja" in said) == (False, True)
    assert reserved.pickup_code[:3] not in said
    answer = aino.get("at_place", reserved.token)
    assert (answer.status_code, answer["Location"]) == (302, f"/en/r/{reserved.token}")


def test_at_its_time_the_page_has_the_button(aino, there):
    html = aino.get("manage", there.token).content.decode()
    assert re.search(rf'href="/en/r/{there.token}/here">I am here and take these', html)


def test_where_somebody_hands_over_there_is_nothing_of_it(aino, there):
    Site.objects.update(is_unattended=False)
    said = words_of(aino.get("manage", there.token))
    assert ("I am here" in said, "Pickup code" in said) == (False, True)
    assert aino.get("at_place", there.token).status_code == 302
    answer = aino.post("at_place", there.token, typed="1234")
    assert (answer.status_code, "Somebody hands this over." in words_of(answer)) == (409, True)


def test_the_confirmation_says_how_it_is_collected(reserved, mailoutbox):
    sending.send_due(at=NOW)
    (mail,) = [one for one in mailoutbox if one.to == ["aino@example.org"]]
    assert "type the four digits of the paper there" in mail.body
    assert "Ask: Antti Antaja" in mail.body
    assert "at the warehouse" not in mail.body


# -- I am here


def test_the_digits_are_all_it_takes(aino, there, chairs):
    assert "Office chair" in words_of(aino.get("at_place", there.token))
    answer = take(aino, there)
    assert (answer["Location"], counters(chairs)) == (f"/en/r/{there.token}", (10, 0))
    said = words_of(aino.get("manage", there.token))
    assert ("Thank you for collecting" in said, "What it saved" in said) == (True, True)


def test_pressed_twice_it_leads_to_the_receipt(aino, there):
    take(aino, there)
    assert take(aino, there)["Location"] == f"/en/r/{there.token}"
    assert Handover.objects.count() == 1


def test_a_wrong_code_says_so_in_one_sentence(aino, there, site):
    wrong = f"{(int(site_code.digits(site)) + 1) % 10_000:04d}"
    answer = take(aino, there, typed=wrong)
    assert answer.status_code == 422
    assert problems(answer) == [
        "These are not the four digits of this place. Look at the paper there, and type them again."
    ]
    for _try in range(4):
        take(aino, there, typed=wrong)
    answer = take(aino, there)
    assert (answer.status_code, Handover.objects.count()) == (429, 0)


def test_nothing_typed_is_asked_for(aino, there):
    answer = take(aino, there, typed="")
    assert answer.status_code == 422
    assert "Write the four digits of the paper at the place." in words_of(answer)


def test_what_is_not_usable_takes_words_and_a_photo(aino, there, chairs):
    answer = take(aino, there, **answers(there, why="broken", given=1))
    assert (answer.status_code, Reservation.objects.get().status) == (422, "booked")
    said = words_of(answer)
    assert "Write what is wrong with it, and take a photo of it." in said
    assert "Take at least one photo." in said
    said = answers(there, why="broken", given=1, wrong="A leg is off.", photo=picture())
    assert take(aino, there, **said).status_code == 302
    row = NotUsable.objects.get()
    assert (row.words, row.aside.pieces, counters(chairs)) == ("A leg is off.", 1, (11, 1))


def test_what_is_no_photo_is_refused_and_nothing_is_taken(aino, there):
    bad = picture()
    bad.file.seek(0)
    bad.file.write(b"not a picture at all")
    said = answers(there, why="broken", given=1, wrong="A leg is off.", photo=bad)
    answer = take(aino, there, **said)
    assert (answer.status_code, Photo.objects.filter(item=None).count()) == (422, 0)
    assert Reservation.objects.get().status == "booked"


def test_whoever_leaves_all_of_it_ends_the_reservation(aino, there, chairs):
    take(aino, there, **answers(there, why="not_wanted", given=0))
    assert (Reservation.objects.get().status, counters(chairs)) == ("cancelled", (12, 0))


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_asks_the_same_for_one_line_and_for_three(
    aino, antti, site, clock, lines, django_assert_num_queries
):
    row = make_reservation({offered(antti): 1 for _line in range(lines)}, language="en")
    clock.move_to(TIME)
    aino.get("at_place", row.token)
    with django_assert_num_queries(PAGE):
        aino.get("at_place", row.token)


# -- the paper


def giver(name, person, **data):
    with translation.override("en"):
        address = reverse(f"reservations:{name}")
    browser = browser_of(person)
    return browser.post(address, data) if data else browser.get(address)


def test_the_paper_has_the_digits_and_a_sentence_in_each_language(antti, site):
    answer = giver("give_paper", antti)
    html = answer.content.decode()
    assert f'<p class="paper-digits">{site_code.digits(site)}</p>' in html
    assert re.findall(r'class="lead" lang="(\w\w)"', html) == ["fi", "sv", "en"]


def test_there_is_no_paper_where_somebody_hands_over(antti):
    assert giver("give_paper", antti).status_code == 404


def test_the_giver_turns_it_on_and_off_and_makes_new_digits(antti):
    assert "Nobody hands over here" in words_of(giver("give_code", antti))
    giver("give_code", antti, unit="school", action="on")
    site = Site.objects.get(code="school")
    first = site_code.digits(site)
    assert (site.is_unattended, first in giver("give_code", antti).content.decode()) == (True, False)
    for _tap in range(2):
        giver("give_code", antti, unit="school", action="renew", paper=site.paper)
    site.refresh_from_db()
    assert (site.paper, site_code.digits(site) != first) == (2, True)
    giver("give_code", antti, unit="school", action="renew", paper="nonsense")
    giver("give_code", antti, unit="school", action="off")
    site.refresh_from_db()
    assert (site.paper, site.is_unattended) == (2, False)


def test_the_pages_lead_to_it(antti, site):
    html = giver("give_windows", antti).content.decode()
    assert 'href="/en/dept/give/code?unit=school"' in html
