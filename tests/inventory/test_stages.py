"""For whom a thing is by now, until when, and who moves it on."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.domain import intake, lots, publishing, stages, stock
from inventory.domain.refusals import NoEnd, OnlyLead, WrongStep
from inventory.models import Category, Item, ItemStatus, SiteRole, Stage
from recycling.audit.models import AuditEntry
from recycling.policy.models import Policy
from tests.factories import (
    NOW,
    category,
    counters,
    later,
    make_association_member,
    make_item,
    make_member,
    make_photo,
    make_site,
    make_user,
    make_worker,
)

pytestmark = pytest.mark.django_db


def midnight(year, month, day, hour=22):
    """The beginning of the day after this one in Finland: at 22 by UTC in winter."""
    return datetime(year, month, day, hour, tzinfo=UTC)


# From Monday 16 November, five working days: until Monday the 23rd is over.
UNITS_END = midnight(2026, 11, 23)
# Ten more, the Tuesday after it included: until Monday 7 December is over.
RESIDENTS_END = midnight(2026, 12, 7)
# Three more: until Thursday 10 December is over.
ASSOCIATIONS_END = midnight(2026, 12, 10)


@pytest.fixture
def rules():
    """Five working days for units, ten for residents, three for associations."""
    Policy.objects.update(internal_first_days=5, residents_days=10, associations_days=3)


@pytest.fixture
def lead():
    return make_worker(make_site(), SiteRole.LEAD)


def dates(item):
    item.refresh_from_db()
    return item.stage, item.stage_until, item.public_from


def done(item):
    rows = AuditEntry.objects.filter(target_type="item", target_id=item.pk).order_by("pk")
    return [row.action for row in rows if row.action not in {"item_logged", "item_published"}]


def sees(person, at):
    return list(Item.objects.visible_to(person, at=at))


# -- how it begins


def test_units_are_first_for_five_working_days_unless_the_city_says_otherwise():
    assert Policy.current().internal_first_days == 5
    chair = make_item(units_first=True)
    assert dates(chair) == (Stage.UNITS, UNITS_END, UNITS_END)


def test_working_days_leave_out_the_weekend_and_public_holidays():
    christmas = datetime(
        2026, 12, 21, 7, tzinfo=UTC
    )  # a Monday: Tue, Wed, (Thu, Fri Christmas), Mon, Tue, Wed
    assert dates(make_item(units_first=True, at=christmas))[1] == midnight(2026, 12, 30)


def test_the_days_are_those_of_the_sites_clock():
    far = make_site("tornio", timezone="Europe/Stockholm")
    assert dates(make_item(units_first=True, site=far))[1] == midnight(2026, 11, 23, hour=23)


def test_a_category_has_days_of_its_own_or_those_of_its_parent():
    Category.objects.filter(key="seating").update(internal_first_days=1)
    assert dates(make_item(units_first=True))[1] == midnight(2026, 11, 17)
    Category.objects.filter(key="office_chair").update(internal_first_days=2)
    assert dates(make_item(units_first=True))[1] == midnight(2026, 11, 18)


def test_without_first_days_residents_have_it_at_once(rules):
    Category.objects.filter(key="office_chair").update(internal_first_days=0)
    # Ten working days after this Monday.
    assert dates(make_item(units_first=True)) == (Stage.RESIDENTS, midnight(2026, 11, 30), NOW)


def test_residents_have_no_end_unless_the_city_gives_one():
    assert dates(make_item()) == (Stage.RESIDENTS, None, NOW)


def test_a_part_of_a_lot_keeps_its_stage_and_dates(rules, lead):
    chairs = make_item(quantity=4, units_first=True)
    stages.move_on(chairs, at=later(days=10))
    part = lots.split(chairs, 1, by=lead, at=later(days=11), condition="worn")
    assert dates(part) == dates(chairs) == (Stage.RESIDENTS, RESIDENTS_END, UNITS_END)


def test_what_is_withdrawn_moves_no_further_and_begins_anew_when_it_is_published_again(rules, lead):
    chair = make_item(units_first=True)
    publishing.withdraw(chair, by=lead, at=NOW)
    assert dates(chair)[1] is None
    assert stages.move_due(at=later(days=100)) == 0
    publishing.reopen(chair, by=lead, at=NOW)
    publishing.publish(chair, by=lead, at=later(days=1))
    assert dates(chair)[:2] == (Stage.UNITS, midnight(2026, 11, 24))


# -- the plan


def test_the_plan_is_dated_to_the_end(rules):
    steps = stages.planned(make_item(units_first=True))
    assert [(one.stage, one.since, one.until, one.is_now) for one in steps] == [
        (Stage.UNITS, NOW, UNITS_END, True),
        (Stage.RESIDENTS, UNITS_END, RESIDENTS_END, False),
        (Stage.ASSOCIATIONS, RESIDENTS_END, ASSOCIATIONS_END, False),
        (Stage.LEAVING, ASSOCIATIONS_END, None, False),
    ]


def test_the_plan_ends_with_a_stage_that_has_no_end():
    assert [one.stage for one in stages.planned(make_item(units_first=True))] == [
        Stage.UNITS,
        Stage.RESIDENTS,
    ]
    assert stages.planned(make_item(publish=False)) == []


def test_what_nobody_took_goes_where_the_category_says():
    assert stages.last_stage(category()) == "recycling"
    Category.objects.filter(key="seating").update(last_stage="auction")
    assert stages.last_stage(category()) == "auction"
    Category.objects.filter(key="office_chair").update(last_stage="recycling")
    assert stages.last_stage(category()) == "recycling"


# -- moving on


def test_the_plan_is_what_happens(rules):
    chair = make_item(units_first=True)
    for at, stage, until in [
        (UNITS_END, Stage.RESIDENTS, RESIDENTS_END),
        (RESIDENTS_END, Stage.ASSOCIATIONS, ASSOCIATIONS_END),
        (ASSOCIATIONS_END, Stage.LEAVING, None),
    ]:
        assert stages.move_due(at=at) == 1
        assert dates(chair) == (stage, until, UNITS_END)
    assert done(chair) == ["item_for_residents", "item_for_associations", "item_leaving"]


def test_each_move_raises_the_version_so_that_kept_pages_are_made_anew(rules):
    chair = make_item(units_first=True)
    assert stages.move_on(chair, at=UNITS_END).version == chair.version + 1


def test_nothing_moves_before_its_time_or_twice(rules):
    chair = make_item(units_first=True)
    with pytest.raises(WrongStep):
        stages.move_on(chair, at=later(UNITS_END, seconds=-1))
    assert [stages.move_due(at=UNITS_END), stages.move_due(at=UNITS_END)] == [1, 0]
    assert done(chair) == ["item_for_residents"]


def test_a_job_that_was_away_makes_up_for_every_step_with_the_dates_of_the_plan(rules):
    chair = make_item(units_first=True)
    assert stages.move_due(at=later(ASSOCIATIONS_END, days=30)) == 1
    assert dates(chair) == (Stage.LEAVING, None, UNITS_END)
    assert done(chair) == ["item_for_residents", "item_for_associations", "item_leaving"]


def test_a_job_that_comes_late_gives_nobody_less_than_the_plan(rules):
    chair = make_item(units_first=True)
    stages.move_due(at=later(UNITS_END, days=3))
    assert dates(chair)[1] == RESIDENTS_END


def test_what_has_been_collected_goes_no_way_and_what_comes_back_of_it_is_for_everybody(rules, lead):
    chair = make_item(units_first=True)
    stock.correct(chair, quantity=0, by=lead, at=NOW, reason="counted")
    stages.move_due(at=ASSOCIATIONS_END)
    assert dates(chair) == (Stage.RESIDENTS, None, UNITS_END)


def test_one_that_breaks_does_not_stop_the_others(rules, monkeypatch):
    bad, good = make_item(units_first=True), make_item(units_first=True)
    real = stages.record

    def record(action, target, **more):
        if target.pk == bad.pk:
            raise RuntimeError
        return real(action, target, **more)

    monkeypatch.setattr(stages, "record", record)
    assert stages.move_due(at=UNITS_END) == 1
    assert (dates(bad)[0], dates(good)[0]) == (Stage.UNITS, Stage.RESIDENTS)


# -- by a lead


def test_a_lead_lengthens_a_stage_and_what_follows_is_later(rules, lead):
    chair = make_item(units_first=True)
    stages.prolong(chair, 2, by=lead, at=NOW)
    longer = midnight(2026, 11, 25)
    assert dates(chair) == (Stage.UNITS, longer, longer)
    assert sees(AnonymousUser(), UNITS_END) == []
    assert done(chair) == ["item_stage_prolonged"]


def test_a_stage_that_is_over_is_lengthened_from_today(rules, lead):
    chair = make_item()  # for residents until the 30th is over
    stages.prolong(chair, 1, by=lead, at=datetime(2026, 12, 2, 7, tzinfo=UTC))
    assert dates(chair)[:2] == (Stage.RESIDENTS, midnight(2026, 12, 3))


def test_what_has_no_end_cannot_be_lengthened(lead):
    with pytest.raises(NoEnd):
        stages.prolong(make_item(), 2, by=lead, at=NOW)


def test_a_lead_moves_it_on_at_once_and_its_days_count_from_today(rules, lead):
    chair = make_item(units_first=True)
    stages.move_on(chair, by=lead, at=NOW)
    assert dates(chair) == (Stage.RESIDENTS, midnight(2026, 11, 30), NOW)
    stages.move_on(chair, by=lead, at=NOW)
    assert dates(chair)[:2] == (Stage.ASSOCIATIONS, midnight(2026, 11, 19))
    stages.move_on(chair, by=lead, at=NOW)
    assert dates(chair)[:2] == (Stage.LEAVING, None)
    with pytest.raises(WrongStep):
        stages.move_on(chair, by=lead, at=NOW)


def test_a_lead_puts_back_to_residents_what_nobody_took(rules, lead):
    chair = make_item(units_first=True)
    stages.move_due(at=ASSOCIATIONS_END)
    stages.back_to(chair, Stage.RESIDENTS, by=lead, at=ASSOCIATIONS_END)
    # Friday 11 December and nine more: the 24th and 25th are no working days.
    assert dates(chair) == (Stage.RESIDENTS, midnight(2026, 12, 28), UNITS_END)
    assert sees(AnonymousUser(), ASSOCIATIONS_END) == [chair]


@pytest.mark.parametrize("stage", [Stage.UNITS, Stage.RESIDENTS, Stage.ASSOCIATIONS, Stage.LEAVING])
def test_nothing_goes_back_to_units_or_forwards(rules, lead, stage):
    with pytest.raises(WrongStep):
        stages.back_to(make_item(), stage, by=lead, at=NOW)


def test_what_is_not_in_the_catalogue_has_no_stage_to_change(lead):
    draft = make_item(publish=False)
    for verb in (
        lambda: stages.move_on(draft, by=lead, at=NOW),
        lambda: stages.prolong(draft, 1, by=lead, at=NOW),
        lambda: stages.back_to(draft, Stage.RESIDENTS, by=lead, at=NOW),
    ):
        with pytest.raises(WrongStep):
            verb()


def test_only_the_lead_of_its_site_changes_it(rules):
    chair = make_item(units_first=True)
    elsewhere = make_worker(make_site("other"), SiteRole.LEAD)
    for person in (make_worker(make_site()), elsewhere, make_member()):
        for verb in (
            lambda by: stages.move_on(chair, by=by, at=NOW),
            lambda by: stages.prolong(chair, 1, by=by, at=NOW),
            lambda by: stages.back_to(chair, Stage.RESIDENTS, by=by, at=NOW),
        ):
            with pytest.raises(OnlyLead):
                verb(person)
    assert done(chair) == []


# -- who sees it


def test_who_sees_what_in_each_stage(rules):
    make_item(units_first=True)
    people = {
        "resident": AnonymousUser(),
        "signed in": make_user(),
        "association": make_association_member(),
        "unit": make_member(),
        "staff": make_worker(make_site()),
    }
    everybody = set(people)
    for at, expected in [
        (NOW, {"unit", "staff"}),
        (UNITS_END, everybody),
        (RESIDENTS_END, everybody),
        (ASSOCIATIONS_END, {"staff"}),
    ]:
        stages.move_due(at=at)
        assert {name for name, person in people.items() if sees(person, at)} == expected


def test_residents_see_it_on_their_day_though_the_job_is_late(rules):
    chair = make_item(units_first=True)
    assert sees(AnonymousUser(), UNITS_END) == [chair]


def test_what_was_collected_keeps_its_page_also_when_it_was_leaving(rules, lead):
    chair = make_item()
    stages.move_due(at=later(days=100))
    assert not Item.objects.shown_to(AnonymousUser(), at=later(days=100)).exists()
    stock.correct(chair, quantity=0, by=lead, at=NOW, reason="counted")
    assert Item.objects.shown_to(AnonymousUser(), at=later(days=100)).exists()


def test_what_nobody_took_and_is_free_is_on_the_warehouses_list(rules):
    free, promised = make_item(quantity=2), make_item()
    stages.move_due(at=later(days=100))
    Item.objects.filter(pk=promised.pk).update(reserved=1)
    assert list(Item.objects.leaving()) == [free]
    assert counters(free) == (2, 0)


def test_the_limit_of_pieces_is_for_residents_and_until_its_turn_for_an_association(rules):
    chair = make_item(units_first=True)
    people = [AnonymousUser(), make_association_member(), make_member(), make_worker(make_site())]
    limits = []
    for at in (NOW, UNITS_END, RESIDENTS_END):
        stages.move_due(at=at)
        chair.refresh_from_db()
        limits.append([stages.is_limited(chair, person) for person in people])
    assert limits == [[True, True, True, False], [True, True, True, False], [True, False, True, False]]


def test_a_thing_just_logged_can_be_undone_though_the_lead_has_moved_it_on(rules, lead):
    chair = intake.log(
        by=lead, at=NOW, category=category(), site=make_site(), condition="good", photos=[make_photo()]
    )
    stages.move_on(chair, by=lead, at=NOW)
    intake.undo(chair, by=lead, at=NOW)
    chair.refresh_from_db()
    assert (chair.status, chair.quantity) == (ItemStatus.WITHDRAWN, 0)
