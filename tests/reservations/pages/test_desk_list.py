"""The desk's list of the day and the code: who sees them, what they say, and what they say to nonsense."""

import re
from datetime import timedelta

import pytest

from inventory.models import SiteStaff
from recycling.audit.models import ViewEntry
from reservations.domain import booking, handover
from tests.factories import (
    NOW,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_user,
    make_worker,
)
from tests.inventory.hall import problems, words_of
from tests.reservations.pages.desk import address, find, fresh, give

pytestmark = pytest.mark.django_db

# Of every page: the session, the person, who waits for an answer. Of the list: the sites, the reservations with their slots,
# their lines with items and shelves; the missed ones that are kept and their lines; whether messages go out, in three.
TODAY_PAGE = 11


# -- The same without the missed ones, of another day.


# The same without the missed ones, of another day.
OTHER_DAY_PAGE = 6


# The reservation twice (found, and read again as it is now), its lines, their photos, the view that is written down, the
# hand-over, the history, the messages and whether their contact takes any.
GIVE_PAGE = 12


ARABIC = "\N{RIGHT-TO-LEFT OVERRIDE}كرسي"


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


# -- Who sees what


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


# -- How much each page asks of the database


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


# -- The day's list


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


# -- Ticks


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


# -- The code


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
