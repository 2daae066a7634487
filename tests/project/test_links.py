"""Every page of the hall, the units and the managers is found by links, and no link leads to a closed door.

What each role may open is told by ``access.py``; the scene is ``town.py``.
"""

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.urls import Resolver404, resolve, reverse

from tests.factories import NOW

from .access import PAGES, by_role
from .town import Town

ROLES = ("requester", "approver", "giver", "other_unit", "worker", "lead", "manager")
# The hall's pages, the units', the managers', and one's own.
THEIRS = re.compile(r"^/fi/(wh|dept|manage|accounts)(/|$)")
# What is reached otherwise than by a link, for everybody or for one role.
NOT_BY_LINKS = {
    "inventory:wh_take_scans": "asked by the page's script",
    "reservations:day_kept": "asked by the page's script",
    "reservations:desk_find": "where the form of the day's page leads",
    "inventory:wh_claim": "where a scanned label leads",
    "inventory:wh_blank_done": "where the form of blank labels leads",
    "inventory:wh_blank_pdf": "where the form of blank labels leads",
    "inventory:wh_labels_pdf": "where the form of labels leads",
    "inventory:wh_history": "linked where there is more to tell than the item's page has room for",
    "manage:units_import": "where a table leads",
    "inventory:manage_sites_import": "where a table leads",
    "reservations:not_usable_picture": "the picture of a page",
    "worker reservations:draw": "the lead of the site finds it on the page of the thing",
    "other_unit reservations:give_code": "a unit without a site of its own has no place with a paper",
    "reservations:give_times": "linked while somebody proposes times (test_giving_pages.py)",
}
LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"')
# Of each kind of page so many are opened.
OF_A_KIND = 2


def walk(browser):
    """({names of the pages that links alone lead to from where this person lands}, {addresses that were refused})."""
    found: dict[str, int] = {}
    refused, seen, ahead = set(), set(), [reverse("home")]
    while ahead:
        address = ahead.pop(0)
        name = name_of(address)
        if address in seen or not name or found.get(name, 0) == OF_A_KIND:
            continue
        seen.add(address)
        answer = browser.get(address)
        if answer.status_code == 302:
            ahead.insert(0, urljoin(address, answer["Location"]))
        elif answer.status_code == 200:
            found[name] = found.get(name, 0) + 1
            page = answer.content.decode() if answer["Content-Type"].startswith("text/html") else ""
            ahead += [urldefrag(urljoin(address, unescape(link)))[0] for link in LINK.findall(page)]
        else:
            refused.add(address)
    return set(found), refused


def name_of(address):
    """The name of a page of ours in Finnish; "" for everything else, and for the admin."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/fi/"):
        return ""
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return ""
    return "" if name.startswith("admin:") else name


@pytest.mark.django_db
def test_whoever_may_open_a_page_finds_it_by_links_and_no_link_is_refused():
    with time_machine.travel(NOW, tick=False):
        cache.clear()
        town = Town()
        theirs = {name for name, page in PAGES.items() if THEIRS.match(reverse(name, args=page.at(town)))}
        wrong = {}
        for role in ROLES:
            found, refused = walk(town.client(role))
            may_open = {name for name in theirs if by_role(PAGES[name].get)[role] == 200}
            missed = {name for name in may_open - found if not {name, f"{role} {name}"} & NOT_BY_LINKS.keys()}
            wrong[role] = (missed, refused)
    assert wrong == dict.fromkeys(ROLES, (set(), set()))
