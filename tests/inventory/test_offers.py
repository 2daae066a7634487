"""What units give away where it stands: who may offer, who looks first, on which days it is listed, and how it ends."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.domain import offer_messages, offers, stock
from inventory.domain.offer_refusals import (
    EndsBeforeItBegins,
    NoLastDay,
    NoSiteOfItsOwn,
    NotAGiver,
    NotALaterDay,
    OverAlready,
    SayWhySentBack,
    StillToBeCollected,
    WrongOffer,
)
from inventory.domain.refusals import NotOnOffer
from inventory.messages import why_sent_back
from inventory.models import Item, SiteRole
from inventory.tasks import end_offers
from recycling.accounts.models import Department
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_member,
    make_photo,
    make_shelf,
    make_site,
    make_worker,
)
from tests.giving import make_offer, make_school, until

pytestmark = pytest.mark.django_db

WHEN = {"at": NOW}
NOBODY = AnonymousUser()


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def antti(school):
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def lead():
    return make_worker(make_site(), SiteRole.LEAD)


def seen_by(user, at=NOW):
    return list(Item.objects.visible_to(user, at=at))


# -- offering


def test_what_a_trusted_unit_gives_away_is_in_the_catalogue_at_once(school, antti):
    Department.objects.update(is_trusted_giver=True)
    offer = make_offer(antti)
    assert (offer.status, offer.owner, offer.site, offer.giving) == (
        "published",
        school,
        school.default_site,
        "stays",
    )


def test_a_lead_of_the_unit_needs_nobodys_look(school):
    assert make_offer(make_member("lead")).status == "published"


def test_anything_else_waits_for_a_lead_of_the_warehouse(antti):
    offer = make_offer(antti)
    assert (offer.status, list(offers.waiting())) == ("draft", [offer])


@pytest.mark.parametrize("giving", ["transport", "unsure"])
def test_what_is_to_be_fetched_waits_whoever_offers_it(school, giving):
    assert make_offer(make_member("lead"), giving=giving).status == "draft"


def test_the_same_form_twice_is_one_offer(antti):
    Department.objects.update(is_trusted_giver=True)
    photo = make_photo()
    first = make_offer(antti, client_key="once", photos=[photo])
    assert make_offer(antti, client_key="once", photos=[photo]) == first
    assert Item.objects.count() == 1


@pytest.mark.parametrize("role", ["requester", "approver"])
def test_only_givers_give(school, role):
    with pytest.raises(NotAGiver):
        make_offer(make_member(role))


def test_a_giver_of_another_unit_gives_nothing_of_this_one(school):
    with pytest.raises(NotAGiver):
        make_offer(make_member("giver", code="library", name_fi="Kirjasto"), unit=school)


@pytest.mark.parametrize("site", [None, "warehouse"])
def test_a_unit_without_a_site_of_its_own_cannot_offer(antti, site):
    Department.objects.update(default_site=site and make_site(site))
    with pytest.raises(NoSiteOfItsOwn):
        make_offer(antti)


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ({"available_until": None}, NoLastDay),
        ({"available_until": until(-1)}, OverAlready),
        ({"available_from": until(9), "available_until": until(8)}, EndsBeforeItBegins),
    ],
)
def test_its_days_have_to_make_sense(antti, days, refusal):
    with pytest.raises(refusal):
        make_offer(antti, **days)
    assert not Item.objects.exists()


# -- what the lead decides


def test_a_lead_accepts_and_the_giver_is_told(antti, lead, mailoutbox):
    offers.accept(make_offer(antti), by=lead, **WHEN)
    assert [item.status for item in seen_by(antti)] == ["published"]
    sending.send_due(at=NOW)
    assert [mail.to for mail in mailoutbox] == [["antti@kierto.example"]]


def test_a_lead_sends_back_with_a_reason_and_it_is_offered_again(antti, lead, mailoutbox):
    offer = offers.send_back(make_offer(antti), reason="No legs on the photo.", by=lead, **WHEN)
    assert (offer.status, why_sent_back(offer), list(offers.waiting())) == (
        "withdrawn",
        "No legs on the photo.",
        [],
    )
    sending.send_due(at=NOW)
    assert "No legs on the photo." in mailoutbox[0].body
    offers.again(offer, until=until(9), by=antti, **WHEN)
    assert list(offers.waiting()) == [offer]


def test_a_reason_has_to_be_given(antti, lead):
    with pytest.raises(SayWhySentBack):
        offers.send_back(make_offer(antti), reason=" ", by=lead, **WHEN)


def test_what_is_fetched_becomes_the_warehouses_and_still_knows_who_gave_it(school, antti, lead, mailoutbox):
    offer = make_offer(antti, giving="unsure")
    offers.fetch(offer, by=lead, **WHEN)
    assert offers.agreed_to_be_fetched([offer]) == {offer.pk}
    sending.send_due(at=NOW)
    assert len(mailoutbox) == 1
    arrived = offers.arrived(offer, shelf=make_shelf(), by=lead, **WHEN)
    assert (arrived.status, arrived.site, arrived.owner, arrived.giving) == (
        "published",
        make_site(),
        school,
        "",
    )
    assert (arrived.available_until, list(Item.objects.given_by_units_of(antti))) == (None, [])


@pytest.mark.parametrize("verb", [offers.accept, offers.fetch])
def test_what_does_not_wait_is_not_decided(school, lead, verb):
    with pytest.raises(WrongOffer):
        verb(make_offer(make_member("lead")), by=lead, **WHEN)


# -- the days on which it is listed


@pytest.fixture
def listed(antti):
    """``listed(available_from=until(2))``: an offer in the catalogue."""
    Department.objects.update(is_trusted_giver=True)
    return lambda **fields: make_offer(antti, **fields)


def test_it_is_listed_from_its_first_day_to_its_last(listed, antti):
    offer = listed(available_from=until(2), available_until=until(4))
    listed_on = [day for day in range(7) if seen_by(antti, later(days=day))]
    assert listed_on == [2, 3, 4]
    assert list(Item.objects.shown_to(antti, at=later(days=5))) == []
    assert offer.published_at.date() == until(1)  # midnight in Finland is the evening before in UTC


def test_the_units_first_days_begin_with_its_own_first_day(listed):
    Policy.objects.update(internal_first_days=3)
    offer = listed(available_from=until(2))
    assert offer.public_from == offer.published_at + timedelta(days=3)


@pytest.mark.parametrize("day", [-1, 5])
def test_nobody_takes_a_piece_on_another_day(listed, antti, day):
    offer = listed(available_from=until(0), available_until=until(4))
    at = later(days=day)
    with pytest.raises(NotOnOffer):
        stock.hold(offer, 1, visible=Item.objects.visible_to(antti, at=at))


def test_residents_have_it_only_where_they_may_come(listed):
    closed, open_ = listed(residents_may_come=False), listed(residents_may_come=True)
    Item.objects.update(public_from=NOW)
    assert seen_by(NOBODY) == [open_]
    with pytest.raises(NotOnOffer):
        stock.hold(closed, 1, visible=Item.objects.visible_to(NOBODY, at=NOW))


def test_what_was_collected_to_the_last_piece_keeps_its_page(listed, antti):
    offer = listed(available_until=until(1))
    Item.objects.update(quantity=0)
    assert list(Item.objects.shown_to(antti, at=later(days=5))) == [offer]


# -- while it is listed


def test_it_gets_more_time(listed, antti):
    offer = listed(available_until=until(2))
    offers.extend(offer, until=until(20), by=antti, **WHEN)
    assert seen_by(antti, later(days=20)) == [offer]


def test_more_time_is_a_later_day(listed, antti):
    with pytest.raises(NotALaterDay):
        offers.extend(listed(available_until=until(9)), until=until(9), by=antti, **WHEN)


def test_a_draft_is_not_extended(antti):
    with pytest.raises(WrongOffer):
        offers.extend(make_offer(antti), until=until(60), by=antti, **WHEN)


def test_it_is_opened_to_residents(listed, antti):
    offer = listed(residents_may_come=False)
    offers.open_to_residents(offer, by=antti, **WHEN)
    assert seen_by(NOBODY) == [offer]


def test_opened_to_residents_in_the_units_first_days_it_is_in_their_stage(listed, antti):
    offer = listed(residents_may_come=False)
    Item.objects.update(stage="units", stage_until=later(days=7), public_from=later(days=7))
    opened = offers.open_to_residents(offer, by=antti, **WHEN)
    assert (opened.stage, opened.stage_until, seen_by(NOBODY)) == ("residents", None, [offer])


def test_a_transport_is_asked_for_after_all(listed, antti):
    offer = offers.ask_transport(listed(), by=antti, **WHEN)
    assert (offer.giving, list(offers.waiting()), seen_by(antti)) == ("transport", [offer], [])


def test_no_transport_for_what_somebody_comes_for(listed, antti):
    offer = listed(quantity=3)
    stock.hold(offer, 1, visible=Item.objects.all())
    with pytest.raises(StillToBeCollected):
        offers.ask_transport(offer, by=antti, **WHEN)


def test_what_is_gone_keeps_only_what_is_promised(listed, antti):
    offer = listed(quantity=5)
    stock.hold(offer, 2, visible=Item.objects.all())
    stock.set_aside(offer, 1, reason="repair", by=antti, **WHEN)
    offers.gone(offer, by=antti, **WHEN)
    assert (counters(offer), seen_by(antti)) == ((2, 2), [])


def test_what_is_gone_is_out_of_the_catalogue(listed, antti):
    offer = offers.gone(listed(quantity=5), by=antti, **WHEN)
    assert (counters(offer), offer.status) == ((0, 0), "withdrawn")
    with pytest.raises(WrongOffer):
        offers.again(offer, until=until(3), by=antti, **WHEN)


def test_an_ended_offer_is_out_at_once_and_promises_stay(listed, antti):
    free, promised = listed(), listed(quantity=3, available_from=until(-3))
    stock.hold(promised, 1, visible=Item.objects.all())
    assert offers.end(free, by=antti, **WHEN).status == "withdrawn"
    assert offers.end(promised, by=antti, **WHEN).status == "published"
    assert offers.end(free, by=antti, **WHEN).status == "withdrawn"
    assert (seen_by(antti), counters(promised)) == ([], (3, 1))


def test_its_facts_are_changed_like_any_items(listed, antti):
    offer = listed()
    offers.edit(offer, version=offer.version, place="Aula", available_until=until(3), by=antti, **WHEN)
    offer.refresh_from_db()
    assert (offer.place, offer.available_until) == ("Aula", until(3))
    with pytest.raises(OverAlready):
        offers.edit(offer, version=offer.version, available_until=until(-2), by=antti, **WHEN)


# -- the end


def test_the_job_takes_out_what_is_over_and_leaves_what_somebody_comes_for(listed, antti):
    free, promised, going = (listed(available_until=until(day), quantity=2) for day in (1, 1, 9))
    stock.hold(promised, 1, visible=Item.objects.all())
    assert list(Item.objects.over(later(days=2)).order_by("pk")) == [free, promised]
    offers.end_over(free, at=later(days=2))
    with pytest.raises(StillToBeCollected):
        offers.end_over(promised, at=later(days=2))
    with pytest.raises(WrongOffer):
        offers.end_over(going, at=later(days=2))
    statuses = Item.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["withdrawn", "published", "published"]


def test_the_job_runs_by_itself(listed, time_machine):
    offer = listed(available_until=until(1))
    time_machine.move_to(later(days=3))
    end_offers()
    offer.refresh_from_db()
    assert offer.status == "withdrawn"


def asked(at):
    offer_messages.remind(at=at)
    return Notification.objects.filter(kind="offer_ending").count()


def test_the_giver_is_asked_seven_and_two_days_before_and_each_time_once(listed, antti, mailoutbox):
    offer = listed(available_until=until(20), quantity=2)
    counts = [asked(later(days=day)) for day in (12, 13, 13, 15, 18, 19, 20, 21)]
    assert counts == [0, 1, 1, 1, 2, 2, 2, 2]
    sending.send_due(at=later(days=13))
    assert (offer.shown_code in mailoutbox[0].body, mailoutbox[0].to) == (True, ["antti@kierto.example"])


def test_more_time_means_no_question_about_the_old_day_and_one_about_the_new(listed, antti, mailoutbox):
    offer = listed(available_until=until(5))
    asked(NOW)
    offers.extend(offer, until=until(30), by=antti, **WHEN)
    sending.send_due(at=NOW)
    assert mailoutbox == []
    assert asked(later(days=25)) == 2


def test_nobody_is_asked_at_night(listed):
    listed(available_until=until(5))
    offer_messages.remind(at=later(hours=14))  # 23.00
    assert Notification.objects.get().send_after == later(hours=23)  # 8.00


def test_who_has_left_the_unit_is_not_written_to(listed, antti, mailoutbox):
    listed(available_until=until(5))
    asked(NOW)
    antti.memberships.all().delete()
    sending.send_due(at=NOW)
    assert mailoutbox == []


# -- whose it is


def test_an_offer_is_its_units_givers_and_leads_to_change(listed, antti):
    offer = listed()
    lead, requester = make_member("lead"), make_member("requester")
    other = make_member("lead", code="library", name_fi="Kirjasto")
    found = [list(Item.objects.given_by_units_of(one)) for one in (antti, lead, requester, other, NOBODY)]
    assert found == [[offer], [offer], [], [], []]


def test_a_draft_of_the_warehouse_is_no_offer(antti):
    draft = make_item(publish=False)
    assert list(offers.waiting()) == []
    with pytest.raises(WrongOffer):
        offers.accept(draft, by=make_worker(), **WHEN)


def test_a_draft_that_was_sent_back_comes_from_a_giver_who_may_take_it_back(antti):
    offer = make_offer(antti)
    assert offers.end(offer, by=antti, **WHEN).status == "withdrawn"
