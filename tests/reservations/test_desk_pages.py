"""The desk, as its pages are served: the day's list, the code, the hand-over, and what they say to nonsense."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inventory.models import SetAside, SiteRole, SiteStaff
from recycling.audit.models import AuditEntry, ViewEntry
from recycling.notifications.models import Notification
from reservations.domain import booking, handover, slots
from reservations.domain.refusals import DayHasBookings
from reservations.models import Handover, Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_user,
    make_worker,
    open_site,
)
from tests.inventory.hall import problems, words_of

pytestmark = pytest.mark.django_db

# Of every page: the session and the person. Of the list: the sites, the reservations with their slots, their lines with items
# and shelves; the missed ones that are kept and their lines.
TODAY_PAGE = 7
# The same without the missed ones, of another day.
OTHER_DAY_PAGE = 5
# The reservation twice (found, and read again as it is now), its lines, their photos, the view that is written down, the
# hand-over, the history and the messages.
GIVE_PAGE = 10

ARABIC = "\N{RIGHT-TO-LEFT OVERRIDE}كرسي"


@pytest.fixture(autouse=True)
def clock():
    """It is NOW, until a test moves on."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def warehouse():
    return open_site()


@pytest.fixture
def sari(warehouse):
    return make_worker(warehouse)


@pytest.fixture
def desk(client, sari):
    """The browser of a worker of Warehouse 1."""
    client.force_login(sari)
    return client


def address(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"reservations:{name}", args=args)


def fresh(reservation):
    return Reservation.objects.get(pk=reservation.pk)


def give(browser, reservation, **fields):
    return browser.post(address("handover", reservation.code), fields)


def find(browser, typed, **fields):
    return browser.post(address("desk_find"), {"typed": typed, **fields})


def rows_of(answer):
    """What each reservation of the list says, in order."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", row, flags=re.DOTALL)).split())
        for row in re.findall(r"<article.*?</article>", answer.content.decode(), re.DOTALL)
    ]


def hidden_code(reservation):
    return f"…{reservation.pickup_code[3:]}"


def on_monday():
    """The day of the first time that is offered: today, since the lead time ends before closing."""
    return first_slot().starts_at.date().isoformat()


# ---- Who sees what ----


def statuses(browser, reservation):
    code = reservation.code
    read = [
        browser.get(address("today")),
        browser.get(address("desk_find")),
        browser.get(address("handover", code)),
    ]
    write = [find(browser, "000 000"), browser.post(address("pick", code)), give(browser, reservation)]
    write += [browser.post(address("desk_act", code, action)) for action in ("missed", "excuse")]
    write += [browser.post(address("desk_cancel", code)), browser.get(address("thanks", code))]
    write += [browser.get(address("desk_time", code)), browser.post(address("desk_time", code))]
    return [answer.status_code for answer in read], [answer.status_code for answer in write]


def test_the_desk_is_for_those_who_work_there(desk):
    lines = make_reservation({make_item(quantity=2): 2})
    assert statuses(desk, lines) == ([200, 200, 200], [404, 404, 422, 409, 409, 422, 404, 200, 409])
    assert fresh(lines).status == "booked"


def test_a_worker_of_another_site_does_not_find_the_reservation(client):
    reservation = make_reservation()
    client.force_login(make_worker(make_site("other", name_en="Other")))
    assert statuses(client, reservation) == ([200, 200, 404], [404] * 9)
    assert find(client, reservation.pickup_code).status_code == 404
    assert rows_of(client.get(address("today"), {"site": "warehouse"})) == []
    assert fresh(reservation).status == "booked"


@pytest.mark.parametrize("person", [make_user, make_member, lambda: make_user(is_manager=True)])
def test_who_works_at_no_site_has_no_desk(client, person):
    client.force_login(person())
    assert statuses(client, make_reservation()) == ([403, 403, 404], [403, *[404] * 8])


def test_a_stranger_is_led_to_the_sign_in(client):
    assert statuses(client, make_reservation()) == ([302] * 3, [302] * 9)


@pytest.mark.parametrize("code", ["RNONSENSE", "%00", "R%00", "🪑", "R" * 300])
def test_an_unknown_code_is_a_page_that_does_not_exist(desk, code):
    assert desk.get(f"/en/wh/handover/{code}").status_code == 404
    assert desk.post(f"/en/wh/handover/{code}/pick", {"line": "1"}).status_code == 404


def test_whose_name_was_shown_to_whom_is_written_down(desk, sari):
    reservation = make_reservation()
    desk.get(address("handover", reservation.code))
    (entry,) = ViewEntry.objects.all()
    assert (entry.actor, entry.subject, entry.purpose, entry.target_id) == (
        *(sari, reservation.person, "hand-over"), reservation.pk,
    )  # fmt: skip


def test_the_list_and_the_hand_over_show_a_first_name_and_no_contact(desk):
    reservation = make_reservation(name="Aino Asukas", contact="aino@example.org")
    for page in (
        desk.get(address("today"), {"day": on_monday()}),
        desk.get(address("handover", reservation.code)),
    ):
        said = page.content.decode()
        assert "Aino <span" in said.replace("\n", "")
        assert [word in said for word in ("Asukas", "aino@", reservation.pickup_code)] == [False] * 3


# ---- How much each page asks of the database ----


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_asks_the_same_for_one_reservation_and_for_several(desk, django_assert_num_queries, rows):
    for number in range(rows):
        wishes = {make_item(quantity=2, shelf=f"H{number}"): 1, make_item(photos=3): 1}
        slot = first_slot(skip=number)
        missed = make_reservation(wishes, slot=slot, contact=f"m{number}@example.org")
        booking.mark_missed(missed, at=slot.ends_at)
        make_reservation({make_item(): 1, make_item(): 1}, slot=slot, contact=f"a{number}@example.org")
        make_reservation(slot=first_slot(skip=6 + number), contact=f"b{number}@example.org")
    desk.get(address("today"))
    with django_assert_num_queries(TODAY_PAGE):
        desk.get(address("today"))
    with django_assert_num_queries(OTHER_DAY_PAGE):
        desk.get(address("today"), {"day": "2026-11-17"})


@pytest.mark.parametrize("rows", [1, 5])
def test_the_hand_over_asks_the_same_for_one_line_and_for_several(desk, django_assert_num_queries, rows):
    reservation = make_reservation({make_item(photos=2): 1 for _number in range(rows)})
    desk.get(address("handover", reservation.code))
    with django_assert_num_queries(GIVE_PAGE):
        desk.get(address("handover", reservation.code))


# ---- The day's list ----


def test_the_list_is_in_the_order_of_times_and_of_shelves(desk):
    slots = [first_slot(), first_slot(skip=1)]
    wishes = {make_item(shelf="H3-02-B"): 1, make_item(): 1, make_item(shelf="H1-01-A"): 1}
    late = make_reservation({make_item(): 1}, slot=slots[1], name="Bea", contact="bea@example.org")
    early = make_reservation(wishes, slot=slots[0], name="Aino")
    page = desk.get(address("today"), {"day": on_monday()})
    rows = rows_of(page)
    assert [row.split(" Booked ")[0] for row in rows] == [
        f"Aino {hidden_code(early)}",
        f"Bea {hidden_code(late)}",
    ]
    assert re.findall(r"H\d-\d\d-[AB]|No shelf", rows[0]) == ["H1-01-A", "H3-02-B", "No shelf"]
    assert "Warehouse 1. 2 reservations: 2 to pick, 0 ready, 0 collected." in words_of(page)


def test_a_day_without_pickups_says_so_and_leads_to_the_days_beside_it(desk):
    page = desk.get(address("today"), {"day": "2026-11-18"})
    assert "No pickups on this day." in words_of(page)
    assert "Tue 17 Nov Thu 19 Nov Today" in words_of(page)


@pytest.mark.parametrize(
    "day", ["tomorrow", "0001-01-01", "9999-12-31", "2026-02-30", "", "\0", "2019-01-01"]
)
def test_a_day_that_cannot_be_is_today(desk, day):
    page = desk.get(address("today"), {"day": day, "site": "\0"})
    assert (page.status_code, "Pickups Mon 16 Nov" in words_of(page)) == (200, True)


def test_a_missed_reservation_that_is_kept_is_on_todays_list_once(desk, clock, sari):
    slot = first_slot()
    missed = make_reservation(slot=slot)
    clock.move_to(slot.ends_at)
    booking.mark_missed(missed, at=slot.ends_at)
    assert len(rows_of(desk.get(address("today")))) == 1
    clock.move_to(slot.ends_at + timedelta(days=1))
    desk.force_login(sari)
    page = desk.get(address("today"))
    assert [row.partition(" …")[0] for row in rows_of(page)] == ["Aino"]
    assert "Not collected, still kept" in words_of(page)
    assert rows_of(desk.get(address("today"), {"day": "2026-11-19"})) == []


def test_somebody_who_works_at_two_sites_chooses_which_list(desk, sari):
    SiteStaff.objects.create(site=make_site("other", name_en="Other"), user=sari)
    make_reservation()
    day = on_monday()
    assert len(rows_of(desk.get(address("today"), {"day": day}))) == 1
    assert rows_of(desk.get(address("today"), {"day": day, "site": "other"})) == []


@pytest.mark.parametrize("name", ["x" * 100, "🪑 🎉", f"{ARABIC} Asukas", "<b>Aino</b>"])
def test_any_name_is_shown_as_it_is(desk, name):
    make_reservation(name=name)
    page = desk.get(address("today"), {"day": on_monday()})
    assert (page.status_code, "<b>" in page.content.decode()) == (200, False)


# ---- Ticks ----


def test_a_line_is_ticked_and_unticked_and_says_who_took_it(desk):
    reservation = make_reservation({make_item(): 1, make_item(): 1})
    first, second = reservation.lines.all()
    where = address("pick", reservation.code)
    answer = desk.post(where, {"line": first.pk})
    assert answer["Location"] == f"/en/wh/today?site=warehouse&day={on_monday()}#{reservation.code}"
    assert "Picked: Sari 09:00" in words_of(desk.get(answer["Location"]))
    desk.post(where, {"line": second.pk})
    assert fresh(reservation).status == "ready"
    desk.post(where, {"line": second.pk, "undo": "1"})
    assert fresh(reservation).status == "booked"


def test_ticking_twice_leaves_the_tick_with_whom_it_was(desk, clock, warehouse, sari):
    reservation = make_reservation()
    line = reservation.lines.get()
    handover.pick(line, by=make_worker(warehouse, name="Lasse"), at=NOW)
    clock.move_to(later(minutes=5))
    desk.post(address("pick", reservation.code), {"line": line.pk})
    line.refresh_from_db()
    assert (line.picked_by.name, line.picked_at) == ("Lasse", NOW)


@pytest.mark.parametrize("line", ["0", "x", "²", "9" * 40, ""])
def test_an_unknown_line_is_not_found(desk, line):
    assert desk.post(address("pick", make_reservation().code), {"line": line}).status_code == 404


def test_a_line_of_another_reservation_is_not_found(desk):
    other = make_reservation(contact="bea@example.org").lines.get()
    assert desk.post(address("pick", make_reservation().code), {"line": other.pk}).status_code == 404


def test_what_is_not_booked_is_not_picked_and_the_page_says_so(desk):
    unfinished = hold({make_item(): 1})[0]
    answer = desk.post(address("pick", unfinished.code), {"line": unfinished.lines.get().pk})
    assert (answer.status_code, problems(answer)) == (
        409, ["This is no longer possible for this reservation. Look at what it says now."],
    )  # fmt: skip


# ---- The code ----


@pytest.mark.parametrize("form", ["{0}{1}", " {0} {1} ", "{0}-{1}", "{0}\u00a0{1}"])
def test_the_six_digits_lead_to_the_reservation_however_they_are_typed(desk, form):
    reservation = make_reservation()
    typed = form.format(reservation.pickup_code[:3], reservation.pickup_code[3:])
    assert find(desk, typed)["Location"] == address("handover", reservation.code)


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "Pickup code: Write the six digits."),
        ("12345", 409, "The pickup code has 6 digits, for example 482 915."),
        ("12345x", 409, "The pickup code has 6 digits, for example 482 915."),
        ("🪑🪑🪑🪑🪑🪑", 409, "The pickup code has 6 digits, for example 482 915."),
        ("1" * 21, 422, "Pickup code: Ensure this value has at most 20 characters (it has 21)."),
    ],
)
def test_what_is_no_code_is_refused_in_a_sentence_and_stays_in_the_field(desk, typed, status, sentence):
    answer = find(desk, typed)
    assert (answer.status_code, problems(answer)) == (status, [sentence])
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_a_wrong_code_says_what_to_do(desk):
    code = f"{(int(make_reservation().pickup_code) + 1) % 10**6:06}"
    answer = find(desk, code)
    assert answer.status_code == 404
    assert problems(answer) == [
        "No open reservation at your site has that code. Check the digits, or look for the name on the list."
    ]
    assert f'value="{code}"' in answer.content.decode()


def test_the_code_of_a_reservation_that_is_over_finds_nothing(desk, sari):
    reservation = make_reservation()
    booking.cancel(reservation, by=sari, at=NOW)
    assert find(desk, reservation.pickup_code).status_code == 404


def test_after_twenty_wrong_codes_even_the_right_one_has_to_wait(desk, clock):
    reservation = make_reservation()
    wrong = f"{(int(reservation.pickup_code) + 1) % 10**6:06}"
    assert [find(desk, wrong).status_code for _number in range(20)] == [404] * 20
    assert [find(desk, wrong).status_code, find(desk, reservation.pickup_code).status_code] == [429, 429]
    clock.move_to(later(minutes=10))
    assert find(desk, reservation.pickup_code).status_code == 302


def test_the_page_of_the_code_opens_the_number_pad(desk):
    field = re.search(
        r'<input type="text" name="typed"[^>]*>', desk.get(address("desk_find")).content.decode()
    )[0]
    assert ('inputmode="numeric"' in field, "autofocus" in field) == (True, True)


# ---- The hand-over ----


def test_everything_is_handed_over_with_one_button(desk, sari):
    chairs, lamp = make_item(quantity=4), make_item(category="desk_lamp")
    reservation = make_reservation({chairs: 3, lamp: 1})
    several = reservation.lines.get(item=chairs)
    answer = give(desk, reservation, **{f"given-{several.pk}": "3"})
    assert answer["Location"] == address("handover", reservation.code)
    assert (fresh(reservation).status, counters(chairs), counters(lamp)) == ("collected", (1, 0), (0, 0))
    page = desk.get(answer["Location"])
    assert "Handed over: 4 pieces Mon 16 Nov 09:00, Sari" in words_of(page)
    assert 'id="handover"' not in page.content.decode()


def test_part_is_handed_over_with_a_reason_for_each_line(desk):
    chairs, broken, unwanted = make_item(quantity=4), make_item(), make_item()
    reservation = make_reservation({chairs: 3, broken: 1, unwanted: 1})
    first, second, third = (reservation.lines.get(item=item).pk for item in (chairs, broken, unwanted))
    answer = give(
        desk, reservation,
        **{f"given-{first}": "1", f"why-{first}": "later", f"why-{second}": "broken", f"why-{third}": "not_wanted"},
    )  # fmt: skip
    said = words_of(desk.get(answer["Location"]))
    assert "Handed over: 1 piece" in said
    for line in (
        "Stayed here: 2 × Office chair, black, it is collected another time",
        "Stayed here: 1 × Office chair, black, it is broken",
        "Stayed here: 1 × Office chair, black, the person does not want it",
    ):
        assert line in said
    assert [counters(item) for item in (chairs, broken, unwanted)] == [(3, 2), (1, 1), (1, 0)]
    assert [(row.item, row.reason) for row in SetAside.objects.all()] == [(broken, "repair")]
    assert Reservation.objects.filter(status="held", person=reservation.person).count() == 1


def test_what_stays_without_a_reason_is_asked_about_and_what_was_typed_is_kept(desk):
    reservation = make_reservation({make_item(quantity=4): 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": "1"})
    assert (answer.status_code, problems(answer)) == (
        422, ["Why does it stay?: Say why not everything was handed over."],
    )  # fmt: skip
    assert f'name="given-{line.pk}" value="1"' in answer.content.decode()
    assert '<details class="stays" open>' in answer.content.decode()
    assert ">1/3</span>" in answer.content.decode()
    assert fresh(reservation).status == "booked"


def test_a_reason_while_everything_leaves_is_asked_about(desk):
    reservation = make_reservation({make_item(quantity=4): 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": "3", f"why-{line.pk}": "broken"})
    assert (answer.status_code, problems(answer)) == (
        422, ["How many are handed over?: Something stays, so write a number below 3."],
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["-1", "4", "1000000000", "9" * 5000, "x", "", "²"])
def test_a_number_that_cannot_be_is_refused_and_nothing_moves(desk, typed):
    chairs = make_item(quantity=4)
    reservation = make_reservation({chairs: 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": typed, f"why-{line.pk}": "broken"})
    assert (answer.status_code, len(problems(answer)), counters(chairs)) == (422, 1, (4, 3))
    assert Handover.objects.count() == 0


def test_a_reason_that_nobody_offers_is_refused(desk):
    reservation = make_reservation()
    answer = give(desk, reservation, **{f"why-{reservation.lines.get().pk}": "stolen"})
    assert (answer.status_code, fresh(reservation).status) == (422, "booked")


def test_nothing_at_all_is_no_hand_over(desk):
    reservation = make_reservation()
    answer = give(desk, reservation, **{f"why-{reservation.lines.get().pk}": "not_wanted"})
    assert (answer.status_code, problems(answer)) == (
        422, ["Nothing was marked as handed over. If the person takes nothing, cancel the reservation."],
    )  # fmt: skip
    assert fresh(reservation).status == "booked"


def test_a_double_tap_hands_over_once(desk):
    chair = make_item(quantity=2)
    reservation = make_reservation({chair: 1})
    assert [give(desk, reservation).status_code for _tap in range(2)] == [302, 409]
    assert (counters(chair), Handover.objects.count()) == ((1, 0), 1)


def test_another_day_is_said_and_hands_over_all_the_same(desk, clock):
    reservation = make_reservation(slot=first_slot(skip=12))
    said = words_of(desk.get(address("handover", reservation.code)))
    assert "The time of this reservation is Tue 17 Nov" in said
    assert give(desk, reservation).status_code == 302


def test_a_qr_code_leads_the_worker_to_the_hand_over(desk):
    reservation = make_reservation()
    with translation.override(None):
        short = f"/r/{reservation.token}"
    assert desk.get(short)["Location"].endswith(f"/wh/handover/{reservation.code}")


def test_the_screen_turned_to_the_person_speaks_their_language_and_leads_back_in_the_workers(desk):
    reservation = make_reservation(language="sv")
    give(desk, reservation)
    page = desk.get(address("thanks", reservation.code)).content.decode()
    assert '<html lang="sv"' in page
    assert f'href="{address("handover", reservation.code)}"' in page
    assert [word in page for word in ("Asukas", "aino@")] == [False, False]


def test_a_reservation_whose_name_was_removed_is_still_shown(desk):
    reservation = make_reservation()
    give(desk, reservation)
    Reservation.objects.filter(pk=reservation.pk).update(contact_name="", contact="")
    assert f"<h1>{reservation.code}" in desk.get(address("handover", reservation.code)).content.decode()
    assert desk.get(address("thanks", reservation.code)).status_code == 200


# ---- Nobody came, excused, cancelled ----


def test_nobody_came_is_said_after_the_time_has_begun_and_not_before(desk, clock):
    reservation = make_reservation()
    where = address("desk_act", reservation.code, "missed")
    page = desk.get(address("handover", reservation.code))
    assert where not in page.content.decode()
    assert desk.post(where).status_code == 409
    clock.move_to(reservation.slot.starts_at)
    assert where in desk.get(address("handover", reservation.code)).content.decode()
    answer = desk.post(where)
    assert (answer.status_code, fresh(reservation).status) == (302, "missed")
    assert "Written down: nobody came." in words_of(desk.get(answer["Location"]))


def test_a_miss_is_excused_once_and_what_was_missed_is_still_handed_over(desk, clock):
    reservation = make_reservation()
    clock.move_to(reservation.slot.ends_at)
    desk.post(address("desk_act", reservation.code, "missed"))
    excuse = address("desk_act", reservation.code, "excuse")
    assert excuse in desk.get(address("handover", reservation.code)).content.decode()
    desk.post(excuse)
    assert fresh(reservation).miss_excused
    assert excuse not in desk.get(address("handover", reservation.code)).content.decode()
    assert give(desk, reservation).status_code == 302


def test_there_is_nothing_to_excuse_where_nothing_was_missed(desk):
    assert desk.post(address("desk_act", make_reservation().code, "excuse")).status_code == 409


def test_a_reservation_is_cancelled_with_a_reason_and_its_pieces_are_free(desk):
    chair = make_item(quantity=2)
    reservation = make_reservation({chair: 2})
    answer = desk.post(address("desk_cancel", reservation.code), {"reason": "no_time"})
    assert (answer.status_code, fresh(reservation).status, fresh(reservation).cancel_reason) == (
        *(302, "cancelled"), "no_time",
    )  # fmt: skip
    assert counters(chair) == (2, 0)
    assert desk.post(address("desk_cancel", reservation.code), {"reason": "other"}).status_code == 302
    assert fresh(reservation).cancel_reason == "no_time"


@pytest.mark.parametrize("reason", ["", "because", "\0"])
def test_cancelling_without_a_reason_that_exists_changes_nothing(desk, reason):
    reservation = make_reservation()
    answer = desk.post(address("desk_cancel", reservation.code), {"reason": reason})
    assert (answer.status_code, fresh(reservation).status) == (422, "booked")
    assert 'href="#cancel_reason"' in answer.content.decode()


# ---- Another time on somebody's behalf ----


def as_posted(slot):
    return {"slot": slot.starts_at.strftime("%Y-%m-%dT%H:%MZ")}


def messages_about(reservation, kind):
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}", kind=kind)
    return list(rows.values_list("status", flat=True))


@pytest.mark.parametrize("role", SiteRole.values)
def test_a_worker_gives_a_booking_another_time_and_the_person_is_told(client, warehouse, role):
    worker = make_worker(warehouse, role=role, name="Lasse Lead")
    client.force_login(worker)
    reservation, new = make_reservation(), first_slot(skip=12)
    where = address("desk_time", reservation.code)
    assert f'href="{where}"' in client.get(address("handover", reservation.code)).content.decode()
    assert "The time now: Mon 16 Nov" in words_of(client.get(where))
    old = reservation.slot
    answer = client.post(where, as_posted(new))
    assert answer["Location"] == address("handover", reservation.code)
    said = words_of(client.get(answer["Location"]))
    assert "The new time is booked, and the person is told." in said
    assert re.search(r"Time changed Mon 16 Nov 09:00, Lasse", said)
    assert (fresh(reservation).slot, fresh(reservation).status) == (new, "booked")
    assert [booked(slot) for slot in (old, new)] == [0, 1]
    assert messages_about(reservation, "moved") == ["due"]
    entry = AuditEntry.objects.get(action="reservation_moved")
    assert (entry.actor, entry.target_id, entry.details) == (worker, reservation.pk, {"slot": new.pk})


def test_a_worker_may_move_it_late_and_as_often_as_it_takes(desk, clock, sari):
    reservation = make_reservation(slot=first_slot())
    for number in range(1, 6):
        slot = first_slot(skip=number)
        assert desk.post(address("desk_time", reservation.code), as_posted(slot)).status_code == 302
    clock.move_to(slot.ends_at)
    desk.force_login(sari)
    later_on = first_slot(at=slot.ends_at, skip=9)
    assert desk.post(address("desk_time", reservation.code), as_posted(later_on)).status_code == 302
    assert fresh(reservation).slot == later_on


def test_the_rest_that_was_kept_gets_its_time_at_the_desk_too(desk):
    reservation = make_reservation({make_item(quantity=2): 2})
    line = reservation.lines.get()
    give(desk, reservation, **{f"given-{line.pk}": "1", f"why-{line.pk}": "later"})
    rest = Reservation.objects.get(status="held")
    where = address("desk_time", rest.code)
    assert f'href="{where}"' in desk.get(address("handover", rest.code)).content.decode()
    assert "Choose a time" in words_of(desk.get(where))
    assert desk.post(where, as_posted(first_slot(skip=2))).status_code == 302
    assert (fresh(rest).status, messages_about(rest, "booked")) == ("booked", ["due"])


def test_a_time_that_is_full_or_is_none_of_this_site_leaves_the_booking_as_it_was(desk):
    reservation = make_reservation()
    full = first_slot(skip=4)
    for number in range(2):
        make_reservation(slot=full, contact=f"p{number}@example.org")
    elsewhere = first_slot(open_site(make_site("other", name_en="Other"), opens=time(10, 10)))
    sentences = [
        "That time has just gone. Choose another time.",
        *["That time is not offered. Choose one of these times."] * 3,
    ]
    for fields, sentence in zip(
        [as_posted(full), as_posted(elsewhere), {}, {"slot": "\0"}], sentences, strict=True
    ):
        answer = desk.post(address("desk_time", reservation.code), fields)
        assert (answer.status_code, problems(answer)) == (409, [sentence])
    assert fresh(reservation).slot == reservation.slot


def test_what_is_over_or_still_being_booked_has_no_time_to_change(desk, sari):
    cancelled, unfinished = make_reservation(), hold({make_item(): 1})[0]
    booking.cancel(cancelled, by=sari, at=NOW)
    for one in (cancelled, unfinished):
        where = address("desk_time", one.code)
        assert f'href="{where}"' not in desk.get(address("handover", one.code)).content.decode()
        assert desk.get(where).status_code == 409
        assert desk.post(where, as_posted(first_slot(skip=3))).status_code == 409
    assert messages_about(cancelled, "moved") == []


def test_a_day_can_be_closed_once_its_bookings_have_another_time(desk, warehouse, sari):
    reservation = make_reservation(slot=first_slot(skip=12))
    day = {"site": warehouse, "day": date(2026, 11, 17), "reasons": {"en": "Move"}, "by": sari, "at": NOW}
    with pytest.raises(DayHasBookings, match=reservation.code):
        slots.close_day(**day)
    desk.post(address("desk_time", reservation.code), as_posted(first_slot(skip=24)))
    slots.close_day(**day)


def test_what_has_been_handed_over_is_not_cancelled(desk):
    reservation = make_reservation()
    give(desk, reservation)
    assert desk.post(address("desk_cancel", reservation.code), {"reason": "other"}).status_code == 409
    assert fresh(reservation).status == "collected"


def test_a_form_from_elsewhere_changes_nothing(sari):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sari)
    reservation = make_reservation()
    assert [give(strict, reservation).status_code, find(strict, reservation.pickup_code).status_code] == [
        403,
        403,
    ]
    assert fresh(reservation).status == "booked"
