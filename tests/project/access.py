"""Who may do what: every address of the service and what each role gets there. Plain data, meant to be read.

An address that is not here fails the build. For each: what GET (and HEAD) answers, what POST answers without anything typed,
and whose secrets the page shows. A rule is one answer for everybody, or a dictionary from roles to answers; a name of a group
stands for its roles, a single role counts before a group. "login" leads to the sign-in page, "admin_login" to the admin's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

GROUPS = {
    "visitors": ("anonymous", "own", "stranger", "disabled"),
    "city": (
        *("nobody", "requester", "approver", "other_unit", "giver", "worker", "elsewhere", "lead", "manager"),
        *("association", "admin"),
    ),
    # Members of the unit whose request, wish and gift is asked for; other_unit asks and approves in another one.
    "unit": ("requester", "approver", "giver"),
    "units": ("requester", "approver", "giver", "other_unit"),
    # Those who work at the site whose things are asked for. An admin works everywhere.
    "hall": ("worker", "lead", "admin"),
    "halls": ("worker", "lead", "admin", "elsewhere"),
    # An association is signed in, and gets what a resident gets.
    "others": ("nobody", "requester", "approver", "other_unit", "giver", "manager", "association"),
    "all": (
        *("anonymous", "own", "stranger", "disabled"),
        *("nobody", "requester", "approver", "other_unit", "giver", "worker", "elsewhere", "lead", "manager"),
        *("association", "admin"),
    ),
}


def by_role(rule):
    """{role: answer} of a rule."""
    if not isinstance(rule, dict):
        return dict.fromkeys(GROUPS["all"], rule)
    found = {}
    for name, answer in rule.items():
        if name in GROUPS:
            found |= dict.fromkeys(GROUPS[name], answer)
    return found | {name: answer for name, answer in rule.items() if name not in GROUPS}


@dataclass(frozen=True)
class Page:
    get: int | str | dict
    post: int | str | dict = 405
    # What its address names, taken from the town.
    at: Callable = field(default=lambda _town: ())
    # Whose secrets a GET shows: "own.first own.code". Nobody's, unless it is said.
    shows: str | dict = ""
    # How many rows a GET adds to the log of views of personal data.
    looks: int | dict = 0


def only_hall(answer, elsewhere=404, others=404):
    """For those who work at the site; the rest of the city does not find it, and everybody else is asked to sign in."""
    return {"city": others, "halls": elsewhere, "hall": answer, "visitors": "login"}


def any_hall(answer, others=403):
    """For whoever works at some site."""
    return {"city": others, "halls": answer, "visitors": "login"}


def any_unit(answer, others=403):
    """For whoever belongs to some unit."""
    return {"city": others, "units": answer, "visitors": "login"}


def decides(answer, requester, giver=404):
    """For those who approve for the unit whose request is asked for; whoever asks there sees it elsewhere."""
    return {"visitors": "login", "city": 404, "approver": answer, "requester": requester, "giver": giver}


def asks(answer, approver=403, giver=403):
    """For whoever asks for some unit."""
    return any_unit(answer) | {"approver": approver, "giver": giver}


def own_unit_asks(answer, approver=404, others=404):
    """For those who ask for the unit whose thing it is; nobody else finds it."""
    return {"visitors": "login", "city": others, "requester": answer, "approver": approver}


def givers(answer, elsewhere=None):
    """For those who give things away for the unit; a lead of another unit does so there, and gets ``elsewhere`` if given."""
    other = answer if elsewhere is None else elsewhere
    return {"city": 403, "giver": answer, "other_unit": other, "visitors": "login"}


def leads(answer):
    """For the leads of a warehouse."""
    return {"city": 403, "lead": answer, "admin": answer, "visitors": "login"}


def of_unit(answer):
    """For those who see the requests of the unit in question; nobody else finds it."""
    return {"visitors": "login", "city": 404, "requester": answer, "approver": answer}


def only_writer(answer):
    """For whoever writes the list; nobody else finds its steps."""
    return {"visitors": "login", "city": 404, "requester": answer}


def asking(answer):
    """For whoever asks for some unit."""
    return {"visitors": "login", "city": 403, "requester": answer, "other_unit": answer}


def managers(answer):
    """For those who keep what the whole city shares."""
    return {"visitors": "login", "city": 403, "manager": answer, "admin": answer}


def city(answer):
    """For whoever is signed in: nothing of anybody is there, or the address itself decides what is found."""
    return {"city": answer, "visitors": "login"}


def only_own(answer):
    """For the browser that started the booking; nobody else finds it."""
    return {"all": 404, "own": answer}


# Whoever has the link of a reservation may see it: it was sent to one person.
BY_LINK = "own.first own.pickup"


def item(town):
    return (town.item.shown_code,)


def request_(town):
    return (town.request.code,)


def load(town):
    return (town.load.code,)


def room(town):
    return (town.load.code, 1)


def take(town):
    return (town.take.token,)


def take_shelf(town):
    return town.take.token, town.take.shelves.get().key


def waiting(town):
    return (town.waiting.code,)


def wish(town):
    return (town.wish.token,)


def wanted_offer(town):
    return (town.offer.token,)


def not_usable(town):
    return (town.not_usable.aside.token,)


def alert(town):
    return (town.alert.token,)


def link(town):
    return (town.own.reservation.token,)


def queued(town):
    return (town.queued.token,)


def joining(town):
    return (town.joining.token,)


def pickup(town):
    return (town.own.reservation.code,)


def brought(town):
    return (town.delivery.code,)


def booking_at(step):
    return lambda town: (town.own.bundles[step],)


PAGES = {
    # -- whoever watches
    "healthz": Page(get=200),
    "readyz": Page(get=503),  # no worker runs in a test
    # -- providers of messages: they sign what they say (tests/recycling/notifications/test_receipts.py)
    "sms_receipt": Page(get=405, post=403),
    "mail_news": Page(get=405, post=403),
    # -- the service worker's code, the same for everybody
    "service_worker": Page(get=200),
    # -- labels and links, which know no language
    "short_link": Page(get=302, at=lambda town: (town.item.code,)),
    "shelf_link": Page(
        get=only_hall(302), post=city(405), at=lambda town: (town.shelf.site.code, town.shelf.code)
    ),
    "reservation_link": Page(get=302, at=link),
    "question_link": Page(get=302, at=link),
    "photo_file": Page(get=200, at=lambda town: (town.picture,)),
    # -- the catalogue
    "inventory:front": Page(get=200),
    "inventory:items": Page(get=200),
    "inventory:category": Page(get=200, at=lambda town: (town.item.category.key,)),
    "inventory:item": Page(get=200, at=item),
    "inventory:method": Page(get=200),
    "inventory:saved": Page(get=200),
    "inventory:save": Page(get=405, post=302, at=item),
    "inventory:unsave": Page(get=405, post=302, at=item),
    "inventory:tidy": Page(get=405, post=302),
    # -- search alerts: the link is the right
    "alert_link": Page(get=302, post=400, at=alert),
    "inventory:alert_new": Page(get=200, post=422),
    "inventory:alert_sent": Page(get=200),
    "inventory:alert": Page(get=200, post=422, at=alert),
    "inventory:alert_act": Page(get=200, post=302, at=lambda town: (town.alert.token, "extend")),
    # -- a booking in progress: for the browser that started it
    "reservations:hold": Page(
        get=200, post=422, shows={"all": "", "own": "own.bundle", "stranger": "stranger.bundle"}
    ),
    "reservations:resume": Page(get=only_own(302), at=booking_at("check")),
    "reservations:time": Page(get=only_own(200), post=only_own(409), at=booking_at("time")),
    "reservations:contact": Page(get=only_own(200), post=only_own(422), at=booking_at("contact")),
    "reservations:code": Page(
        get=only_own(200),
        post=only_own(422),
        at=booking_at("code"),
        shows={"all": "", "own": "own.contact"},
    ),
    "reservations:resend": Page(get=405, post=only_own(302), at=booking_at("code")),
    "reservations:check": Page(
        get=only_own(200), at=booking_at("check"), shows={"all": "", "own": "own.first"}
    ),
    "reservations:confirm": Page(get=405, post=only_own(302), at=booking_at("check")),
    "reservations:extend": Page(get=405, post=only_own(302), at=booking_at("time")),
    "reservations:release": Page(get=405, post=only_own(302), at=booking_at("time")),
    # -- a reservation: for whoever has its link
    "reservations:manage": Page(get=200, at=link, shows=BY_LINK),
    "reservations:coming": Page(get=200, post=302, at=link),
    "reservations:change": Page(get=200, post=409, at=link),
    # Its time has not begun yet (tests/reservations/pages/test_at_place.py has the others).
    "reservations:at_place": Page(get=302, post=409, at=lambda town: (town.given.token,)),
    "reservations:cancel": Page(get=200, post=302, at=link),
    "reservations:messages": Page(get=200, post=422, at=link),
    "reservations:calendar": Page(get=200, at=link, shows="own.pickup"),
    "reservations:qr": Page(get=200, at=link),
    "reservations:find": Page(
        get=200, post=422, shows={"all": "", "own": "own.token", "stranger": "stranger.token"}
    ),
    "reservations:forget": Page(get=405, post=302),
    # -- a place in a queue: for whoever has its link, and for the browser that proves its contact
    "queue_link": Page(get=302, at=queued),
    "reservations:queue_join": Page(get=200, post=409, at=item),
    "reservations:queue": Page(get=200, at=queued),
    "reservations:queue_code": Page(
        get=only_own(200), post=only_own(422), at=joining, shows={"all": "", "own": "own.contact"}
    ),
    "reservations:queue_resend": Page(get=405, post=only_own(302), at=joining),
    "reservations:queue_leave": Page(get=405, post=302, at=queued),
    "reservations:places": Page(get=200),
    # -- pages that tell something
    "pages:how": Page(get=200),
    "pages:privacy": Page(get=200),
    "pages:cookies": Page(get=200),
    "pages:accessibility": Page(get=200),
    "pages:theme": Page(get=405, post=302),
    # -- the hall: things
    "inventory:wh_new": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_upload": Page(get=city(405), post=any_hall(422)),
    "inventory:wh_complete": Page(get=any_hall(200), post=city(405)),
    "inventory:wh_complete_one": Page(get=any_hall(200), post=any_hall(404), at=lambda _town: ("size",)),
    # -- the hall: loads
    "inventory:wh_loads": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_load": Page(get=only_hall(200), post=city(405), at=load),
    "inventory:wh_load_end": Page(
        get=city(405), post=only_hall(302), at=lambda town: (town.load.code, "close")
    ),
    "inventory:wh_room": Page(get=only_hall(200), post=only_hall(422), at=room),
    "inventory:wh_shot": Page(get=city(405), post=only_hall(422), at=room),
    "inventory:wh_group": Page(get=only_hall(200), post=only_hall(422), at=room),
    "inventory:wh_load_arrived": Page(get=city(405), post=only_hall(302), at=load),
    "reservations:load_report": Page(get=only_hall(200), post=city(405), at=load),
    "inventory:wh_items": Page(get=any_hall(200), post=city(405)),
    "inventory:wh_item": Page(
        get=only_hall(200), post=only_hall(422), at=item, shows={"all": "", "hall": "own.code"}
    ),
    "inventory:wh_act": Page(
        get=city(405), post=only_hall(302), at=lambda town: (town.draft.shown_code, "publish")
    ),
    # Only who logged it may, and the shelf's own workers are told so on its page.
    "inventory:wh_undo": Page(get=city(405), post=only_hall(302), at=lambda town: (town.draft.shown_code,)),
    "inventory:wh_count": Page(get=city(405), post=only_hall(422), at=item),
    "inventory:wh_aside": Page(get=city(405), post=only_hall(422), at=item),
    "inventory:wh_end_aside": Page(get=city(405), post=only_hall(404), at=item),
    "inventory:wh_split": Page(get=only_hall(200), post=only_hall(422), at=item),
    # Which button it was decides; only the lead's do anything (tests/inventory/test_stage_pages.py).
    "inventory:wh_stage": Page(get=city(405), post=only_hall(404), at=item),
    "inventory:wh_leaving": Page(get=any_hall(200), post=any_hall(404)),
    "inventory:wh_merge": Page(
        get=only_hall(200), post=only_hall(422), at=item, shows={"all": "", "hall": "own.code"}
    ),
    "inventory:wh_write_off": Page(get=only_hall(200), post=only_hall(422), at=item),
    "inventory:wh_history": Page(
        get=only_hall(200), post=city(405), at=item, shows={"all": "", "hall": "own.code"}
    ),
    "inventory:wh_write_offs": Page(get=any_hall(200), post=any_hall(404)),
    "inventory:wh_offers": Page(get=any_hall(200), post=leads(404)),
    "inventory:wh_move": Page(get=any_hall(200), post=any_hall(302)),
    "inventory:wh_shelves": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_shelf": Page(
        get=only_hall(200, others=403),
        post=only_hall(422, others=403),
        at=lambda town: (town.shelf.site.code, town.shelf.code),
    ),
    "inventory:wh_photos": Page(get=city(405), post=only_hall(422), at=item),
    "inventory:wh_photo": Page(
        get=city(405),
        post=only_hall(302),
        at=lambda town: (town.item.shown_code, town.item.photos.first().key, "left"),
    ),
    # -- the hall: counting shelves
    "inventory:wh_takes": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_take": Page(get=only_hall(200), post=city(405), at=take),
    "inventory:wh_take_act": Page(
        get=city(405), post=only_hall(302), at=lambda town: (town.take.token, "pause")
    ),
    "inventory:wh_take_scans": Page(get=only_hall(200), post=only_hall(422), at=take),
    "inventory:wh_take_close": Page(
        get=only_hall(200),
        post=only_hall(409) | {"worker": 403},
        at=take,
    ),
    "inventory:wh_take_settle": Page(get=city(405), post=only_hall(404), at=take),
    "inventory:wh_take_shelf": Page(get=only_hall(200), post=only_hall(422), at=take_shelf),
    "inventory:wh_take_undo": Page(get=city(405), post=only_hall(422), at=take_shelf),
    "inventory:wh_take_finish": Page(
        get=city(405), post=only_hall(302), at=lambda town: (*take_shelf(town), "counted")
    ),
    # -- the hall: what was done without a network
    "inventory:wh_outbox": Page(get=any_hall(200), post=any_hall(404)),
    "inventory:wh_outbox_item": Page(get=city(405), post=any_hall(422)),
    "inventory:wh_outbox_move": Page(get=city(405), post=any_hall(422)),
    "reservations:outbox_pick": Page(get=city(405), post=any_hall(404)),
    "reservations:outbox_handover": Page(get=city(405), post=any_hall(404)),
    "reservations:day_kept": Page(
        get=any_hall(200),
        post=city(405),
        shows={"all": "", "hall": "own.first own.code", "elsewhere": "stranger.first stranger.code"},
    ),
    # -- the hall: codes and labels
    "inventory:wh_scan": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_attach": Page(get=city(405), post=only_hall(422), at=item),
    "inventory:wh_detach": Page(
        get=city(405), post=only_hall(302), at=lambda town: (town.item.shown_code, "ABC123456")
    ),
    "inventory:wh_labels": Page(get=any_hall(200), post=city(405)),
    "inventory:wh_labels_pdf": Page(get=any_hall(422), post=city(405)),
    "inventory:wh_blank": Page(get=any_hall(200), post=any_hall(422)),
    "inventory:wh_blank_done": Page(get=any_hall(200), post=city(405), at=lambda town: (town.blank.sheet,)),
    "inventory:wh_blank_pdf": Page(get=any_hall(200), post=city(405), at=lambda town: (town.blank.sheet,)),
    "inventory:wh_claim": Page(
        get=any_hall(200), post=any_hall(422), at=lambda town: (town.blank.shown_code,)
    ),
    # -- the hall: pickups
    "reservations:wh": Page(get=city(302), post=city(302)),
    "reservations:today": Page(
        get=any_hall(200),
        post=city(405),
        shows={"all": "", "hall": "own.first own.code", "elsewhere": "stranger.first stranger.code"},
    ),
    "reservations:desk_find": Page(get=any_hall(200), post=any_hall(422)),
    "reservations:handover": Page(
        get=only_hall(200),
        post=only_hall(302),
        at=pickup,
        shows={"all": "", "hall": "own.first"},
        looks={"all": 0, "hall": 1},
    ),
    "reservations:thanks": Page(
        get=only_hall(200),
        post=city(405),
        at=lambda town: (town.collected.code,),
        looks={"all": 0, "hall": 1},
    ),
    "reservations:receipt": Page(get=only_hall(200), post=city(405), at=lambda town: (town.collected.code,)),
    "reservations:pick_scan": Page(get=city(405), post=any_hall(422)),
    "reservations:here": Page(get=city(405), post=only_hall(422), at=pickup),
    "reservations:swap": Page(get=city(405), post=only_hall(404), at=pickup),
    "reservations:walkin": Page(get=any_hall(200), post=any_hall(422)),
    "reservations:behalf": Page(get=any_hall(200), post=any_hall(422)),
    "reservations:pick": Page(get=city(405), post=only_hall(404), at=pickup),
    "reservations:desk_time": Page(
        get=only_hall(200),
        post=only_hall(409),
        at=pickup,
        shows={"all": "", "hall": "own.first"},
        looks={"all": 0, "hall": 1},
    ),
    "reservations:desk_messages": Page(
        get=only_hall(200),
        post=city(405),
        at=pickup,
        shows={"all": "", "hall": "own.first"},
        looks={"all": 0, "hall": 1},
    ),
    "reservations:message_again": Page(get=city(405), post=only_hall(404), at=pickup),
    "reservations:desk_cancel": Page(get=city(405), post=only_hall(422), at=pickup),
    "reservations:desk_act": Page(
        get=city(405), post=only_hall(409), at=lambda town: (town.own.reservation.code, "missed")
    ),
    # -- the van
    "reservations:vans": Page(get=any_hall(200), post=city(405)),
    "reservations:van": Page(
        get=only_hall(200),
        post=only_hall(404),
        at=lambda _town: ("warehouse", "2026-11-18-0800"),
        looks={"all": 0, "hall": 1},
    ),
    "reservations:deliver": Page(
        get=only_hall(200), post=only_hall(422), at=brought, looks={"all": 0, "hall": 1}
    ),
    "reservations:nobody_there": Page(get=city(405), post=only_hall(409), at=brought),
    "reservations:wh_calendar": Page(get=any_hall(200), post=any_hall(302)),
    # By its secret address, of a worker: things and times, nothing of anybody (tests/reservations/test_feed.py).
    "calendar_feed": Page(get=200, at=lambda town: (town.feed.token,)),
    "reservations:wh_sending": Page(get=any_hall(200) | {"manager": 200}, post=city(405)),
    "reservations:wh_messages": Page(get=any_hall(200), post=city(405)),
    "reservations:wh_thread": Page(
        get=only_hall(200), post=only_hall(422), at=waiting, looks={"all": 0, "hall": 1}
    ),
    "reservations:draw": Page(get=only_hall(200), post=only_hall(422), at=item),
    "reservations:returns": Page(get=any_hall(200), post=any_hall(422)),
    "reservations:return_item": Page(get=only_hall(200), post=only_hall(422), at=item),
    # -- units
    "reservations:dept": Page(get=any_unit(200), post=city(405)),
    "reservations:request_way": Page(
        get={"visitors": "login", "city": 403, "requester": 200, "other_unit": 404},
        post={"visitors": "login", "city": 403, "requester": 422, "other_unit": 404},
        at=lambda town: (town.delivery.request.code,),
    ),
    "reservations:give": Page(get=givers(200), post=city(405)),
    "reservations:give_new": Page(get=givers(200), post=givers(422)),
    "reservations:give_upload": Page(get=city(405), post=givers(422)),
    # The other unit has no site whose times it could keep.
    "reservations:give_windows": Page(get=givers(200), post=givers(422, elsewhere=404)),
    # The other unit has no site whose things could be collected so.
    "reservations:give_code": Page(get=givers(200), post=givers(404)),
    "reservations:give_paper": Page(get=givers(200, elsewhere=404), post=city(405)),
    "reservations:not_usable": Page(
        get=givers(200, elsewhere=404), post=givers(422, elsewhere=404), at=not_usable
    ),
    "reservations:not_usable_picture": Page(get=givers(200, elsewhere=404), post=city(405), at=not_usable),
    "reservations:give_find": Page(get=givers(200), post=givers(422)),
    "reservations:give_times": Page(
        get=givers(200, elsewhere=404),
        post=givers(409, elsewhere=404),
        at=lambda town: (town.given.code,),
        looks={"all": 0, "giver": 1},
    ),
    "reservations:give_handover": Page(
        get=givers(200, elsewhere=404),
        post=givers(302, elsewhere=404),
        at=lambda town: (town.given.code,),
        looks={"all": 0, "giver": 1},
    ),
    "reservations:give_item": Page(
        get=givers(200, elsewhere=404),
        post=givers(422, elsewhere=404),
        at=lambda town: (town.gift.shown_code,),
    ),
    "reservations:give_act": Page(
        get=city(405),
        post=givers(302, elsewhere=404),
        at=lambda town: (town.gift.shown_code, "end"),
    ),
    "reservations:request_list": Page(get=asking(302) | {"other_unit": 200}, post=city(405)),
    # The requester writes a list; others of the unit see it, and its steps are the writer's alone.
    "reservations:request": Page(get=of_unit(200), post=city(405), at=request_),
    "reservations:request_things": Page(get=only_writer(200), post=only_writer(422), at=request_),
    "reservations:request_details": Page(get=only_writer(200), post=only_writer(422), at=request_),
    "reservations:request_approver": Page(get=only_writer(200), post=only_writer(422), at=request_),
    "reservations:request_check": Page(get=only_writer(302), post=only_writer(422), at=request_),
    "reservations:request_hold": Page(get=city(405), post=only_writer(302), at=request_),
    "reservations:request_messages": Page(get=of_unit(200), post=of_unit(422), at=waiting),
    "reservations:request_copy": Page(get=city(405), post=of_unit(302), at=request_),
    "reservations:request_cancel": Page(get=only_writer(200), post=only_writer(302), at=request_),
    "reservations:request_add": Page(get=city(405), post=asking(422), at=item),
    "reservations:request_set": Page(get=asking(200), post=asking(422), at=item),
    "reservations:unit_impact": Page(get=any_unit(200), post=any_unit(302)),
    "reservations:approvals": Page(get=any_unit(200) | {"requester": 403, "giver": 403}, post=city(405)),
    "reservations:approve": Page(get=decides(200, 403), post=decides(422, 403), at=waiting),
    "reservations:people": Page(get=any_unit(200), post=any_unit(404)),
    "reservations:wanted": Page(get=any_unit(200) | {"giver": 403}, post=city(405)),
    "reservations:wanted_new": Page(get=asks(200), post=asks(422)),
    "reservations:wanted_all": Page(get=city(200) | {"nobody": 403, "association": 403}, post=city(405)),
    "reservations:wanted_edit": Page(get=own_unit_asks(200), post=own_unit_asks(422), at=wish),
    "reservations:wanted_end": Page(get=own_unit_asks(200), post=own_unit_asks(302), at=wish),
    "reservations:offer_take": Page(get=city(405), post=own_unit_asks(302), at=wanted_offer),
    "reservations:offer_decline": Page(get=own_unit_asks(200), post=own_unit_asks(422), at=wanted_offer),
    "reservations:needs": Page(get=asks(200), post=asks(422)),
    "reservations:need_list": Page(
        get=own_unit_asks(200), post=own_unit_asks(404), at=lambda town: (town.needs.token,)
    ),
    # -- what managers keep
    "reservations:bought_anyway": Page(get=managers(200), post=city(405)),
    "reservations:fairness": Page(get=managers(200), post=city(405)),
    "reservations:fairness_table": Page(get=managers(200), post=city(405)),
    "manage:units": Page(get=managers(200), post=managers(422)),
    "manage:units_import": Page(get=managers(200), post=managers(409), at=lambda town: (town.units.token,)),
    "inventory:manage_sites": Page(get=managers(200), post=managers(422)),
    "inventory:manage_sites_import": Page(
        get=managers(200), post=managers(409), at=lambda town: (town.places.token,)
    ),
    "texts:overview": Page(get=any_hall(200) | {"manager": 200}, post=city(405)),
    "texts:one": Page(get=any_hall(200) | {"manager": 200}, post=city(405), at=lambda _town: ("booked",)),
    "texts:change": Page(get=managers(200), post=managers(422), at=lambda _town: ("booked", "sms", "fi")),
    "texts:preview": Page(get=city(405), post=managers(200), at=lambda _town: ("booked", "sms", "fi")),
    # -- signing in and out
    # Without a sign-on in the settings its addresses are not there (tests/recycling/accounts/test_sign_on.py has one).
    "account_sign_on": Page(get=405, post=404),
    "sign_on_callback": Page(get=404),
    # Asked for by whoever has or seeks a unit; the others of the city work elsewhere.
    "account_no_unit": Page(
        get={"visitors": "login", "city": 302, "units": 200, "nobody": 200}, post=city(405)
    ),
    "account_unit_join": Page(get=city(405), post={"visitors": "login", "city": 403, "units": 404}),
    "account_unit_withdraw": Page(get=city(405), post=city(404)),
    "account_unit_own": Page(get=city(405), post={"visitors": "login", "city": 404, "units": 422}),
    # Answered by a lead of that unit, and by those who keep the units.
    "account_unit_ask": Page(
        get={"visitors": "login", "city": 404, "other_unit": 200, "manager": 200, "admin": 200},
        post={"visitors": "login", "city": 404, "other_unit": 422, "manager": 422, "admin": 422},
        at=lambda town: (town.ask.token,),
    ),
    # Passkeys: one's own alone, and added only after a fresh sign-in, which nobody has in these tests.
    "account_passkeys": Page(get=city(200), post=city(405)),
    "account_passkey_add": Page(
        get={"visitors": "login", "city": 200, "nobody": 403}, post={"visitors": "login", "city": 403}
    ),
    "account_passkey_begin": Page(get=city(405), post=city(403)),
    "account_passkey": Page(
        get={"visitors": "login", "city": 404, "requester": 200},
        post={"visitors": "login", "city": 404, "requester": 302},
        at=lambda town: (town.passkey.key,),
    ),
    "account_passkey_remove": Page(
        get={"visitors": "login", "city": 404, "requester": 200},
        post={"visitors": "login", "city": 404, "requester": 302},
        at=lambda town: (town.passkey.key,),
    ),
    "account_passkey_begin_sign_in": Page(get=405, post=200),
    "account_passkey_sign_in": Page(get=405, post={"visitors": 422, "city": 302}),
    "home": Page(get=city(302), post=city(302)),
    "account_login": Page(get={"visitors": 200, "city": 302}, post={"visitors": 422, "city": 302}),
    "account_request_login_code": Page(
        get={"visitors": 200, "city": 302}, post={"visitors": 422, "city": 302}
    ),
    "account_confirm_login_code": Page(get=302, post=302),
    "account_logout": Page(get={"visitors": 302, "city": 200}, post=302),
    # -- only in the demo (tests/project/test_production_settings.py shows that they are gone outside it)
    "demo:mailbox": Page(get=200),
    "demo:message": Page(get=200, at=lambda town: (town.mail.pk,)),
    "demo_sign_on:discovery": Page(get=200),
    "demo_sign_on:jwks": Page(get=200),
    "demo_sign_on:authorize": Page(get=400, post=400),
    "demo_sign_on:token": Page(get=405, post=400),
}

# Pages without a sign-in. What is not here is private, whatever it answers.
PUBLIC = {
    *("sms_receipt", "mail_news", "calendar_feed", "photo_file"),
    *("healthz", "readyz", "service_worker", "short_link", "reservation_link", "question_link"),
    *("inventory:front", "inventory:items", "inventory:category", "inventory:item", "inventory:method"),
    *("inventory:saved", "inventory:save", "inventory:unsave", "inventory:tidy"),
    *("alert_link", "inventory:alert_new", "inventory:alert_sent", "inventory:alert", "inventory:alert_act"),
    *("reservations:hold", "reservations:resume", "reservations:time", "reservations:contact"),
    *("reservations:code", "reservations:resend", "reservations:check", "reservations:confirm"),
    *("reservations:extend", "reservations:release"),
    *("reservations:manage", "reservations:change", "reservations:cancel", "reservations:calendar"),
    *("reservations:messages", "reservations:at_place", "reservations:coming"),
    *("reservations:qr", "reservations:find", "reservations:forget", "reservations:places"),
    *("queue_link", "reservations:queue_join", "reservations:queue", "reservations:queue_code"),
    *("reservations:queue_resend", "reservations:queue_leave"),
    *("pages:how", "pages:privacy", "pages:cookies", "pages:accessibility", "pages:theme"),
    *("account_login", "account_request_login_code", "account_confirm_login_code", "account_logout"),
    *("account_sign_on", "sign_on_callback", "account_passkey_begin_sign_in", "account_passkey_sign_in"),
    *("demo:mailbox", "demo:message"),
    *("demo_sign_on:discovery", "demo_sign_on:jwks", "demo_sign_on:authorize", "demo_sign_on:token"),
    # The admin's door leads to our own sign-in page, and its sign-out is for whoever is in.
    "admin:login",
}

# Pages that take a form without its token, so that a page for everybody is the same for everybody. What is at stake is a
# colour; a form that another site sent is refused all the same. At the demo's sign-on the service asks, and no browser may;
# a provider of messages proves itself by its signature or secret. A search alert is ended by a mail program, to which its link
# is the right (RFC 8058).
WITHOUT_TOKEN = {"pages:theme", "demo_sign_on:token", "sms_receipt", "mail_news", "alert_link"}
BY_LINK_ALONE = {"alert_link"}

# The admin: for admins alone. What one of them gets, for each kind of rows.
LOOK, EDIT = 403, 200
ADMIN_ROWS = {
    # kind: (add, change by POST, delete)
    "reservations_openinghours": (EDIT, EDIT, EDIT),
    "reservations_closedday": (EDIT, LOOK, EDIT),
    "reservations_pickupslot": (LOOK, LOOK, LOOK),
    "reservations_reservation": (LOOK, LOOK, LOOK),
    "reservations_handover": (LOOK, LOOK, LOOK),
    "inventory_category": (EDIT, EDIT, LOOK),
    "inventory_impactfactor": (EDIT, EDIT, LOOK),
    "inventory_site": (EDIT, EDIT, LOOK),
    "inventory_shelf": (EDIT, EDIT, EDIT),
    "inventory_item": (LOOK, LOOK, LOOK),
    "audit_auditentry": (LOOK, LOOK, LOOK),
    "audit_viewentry": (LOOK, LOOK, LOOK),
    "policy_policy": (LOOK, EDIT, LOOK),
    "accounts_user": (EDIT, EDIT, LOOK),
    "accounts_department": (EDIT, EDIT, EDIT),
    "accounts_division": (EDIT, EDIT, EDIT),
    "accounts_grouprule": (EDIT, EDIT, EDIT),
}


def only_admin(answer, visitors="login"):
    """For admins; the rest of the city is led to the admin's door, which turns them away."""
    return {"visitors": visitors, "city": "admin_login", "admin": answer}


def at_the_door(answer):
    """The admin's own pages lead there whoever comes; from there a visitor gets to our sign-in page."""
    return only_admin(answer, visitors="admin_login")


def _admin_pages():
    yield "index", Page(get=at_the_door(200), post=at_the_door(200))
    yield (
        "login",
        Page(
            get={"visitors": "login", "city": 403, "admin": 302},
            post={"visitors": "login", "city": 403, "admin": 200},
        ),
    )
    yield (
        "logout",
        Page(
            get={"visitors": "admin_login", "city": 302, "admin": 405},
            post={"visitors": "admin_login", "city": 302},
        ),
    )
    yield "password_change", Page(get=at_the_door(200), post=at_the_door(200))
    yield "password_change_done", Page(get=at_the_door(200), post=at_the_door(405))
    yield "autocomplete", Page(get=at_the_door(403), post=at_the_door(405))
    yield "jsi18n", Page(get=at_the_door(200), post=at_the_door(405))
    yield "view_on_site", Page(get=at_the_door(404), post=at_the_door(404), at=lambda _town: (1, 10**9))
    yield "app_list", Page(get=at_the_door(200), post=at_the_door(200), at=lambda _town: ("inventory",))
    for kind, (add, change, delete) in ADMIN_ROWS.items():

        def one(town, kind=kind):
            return (town.row_of(kind).pk,)

        sees = {"all": "", "admin": ADMIN_SEES.get(kind, "")}
        yield f"{kind}_changelist", Page(get=only_admin(200), post=only_admin(200), shows=sees)
        yield f"{kind}_add", Page(get=only_admin(add), post=only_admin(add))
        yield (
            f"{kind}_change",
            Page(
                get=only_admin(200),
                post=only_admin(change),
                at=one,
                shows={"all": "", "admin": ADMIN_SEES_ONE.get(kind, "")},
                looks={"all": 0, "admin": 1 if kind == "accounts_user" else 0},
            ),
        )
        yield f"{kind}_delete", Page(get=only_admin(delete), post=only_admin(delete), at=one)
        yield (
            f"{kind}_history",
            Page(
                get=only_admin(200),
                post=only_admin(200),
                at=one,
                shows={"all": "", "admin": ADMIN_SEES_IN_TITLE.get(kind, "")},
            ),
        )


# Lists and titles say who, never how they are reached; a person's own page does, and each look at it is written down.
ADMIN_SEES = {
    "reservations_reservation": "own.code stranger.code",
    "audit_auditentry": "own.first own.last stranger.first stranger.last",
    "accounts_user": "own.first own.last stranger.first stranger.last",
}
ADMIN_SEES_ONE = {"reservations_reservation": "own.code", "accounts_user": "own.first own.last own.contact"}
ADMIN_SEES_IN_TITLE = {"reservations_reservation": "own.code", "accounts_user": "own.first own.last"}

ADMIN_PAGES = {f"admin:{name}": page for name, page in _admin_pages()}
