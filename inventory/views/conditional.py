"""Lists for people who are nobody in particular: the rows are read each time, the page is made once.

A browser that has the page is told that nothing has changed. For another browser the page is taken from this process's
memory, if nothing was put into it that is one person's alone.
"""

from collections import OrderedDict
from functools import cache
from hashlib import blake2b
from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from recycling.context import chosen_theme
from recycling.policy.models import Policy

PAGES_KEPT = 200


class Kept:
    """The last pages that were asked for."""

    def __init__(self, most):
        self.most = most
        self.pages: OrderedDict[str, bytes] = OrderedDict()
        self.lock = Lock()

    def get(self, mark):
        with self.lock:
            if mark in self.pages:
                self.pages.move_to_end(mark)
            return self.pages.get(mark)

    def put(self, mark, page):
        with self.lock:
            self.pages[mark] = page
            if len(self.pages) > self.most:
                self.pages.popitem(last=False)


kept = Kept(PAGES_KEPT)


def unless_unchanged(request, marks, make):
    """The page that ``make()`` answers, or less work: it shows what ``marks`` stand for and what stands around every page.

    Whoever has a session (is signed in, or is being told something) gets a page of their own.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return make()
    mark = _mark(_around(request), marks)
    # Forms of a page belong to the browser that has their cookie.
    etag = f'W/"{_mark(mark, request.COOKIES.get(settings.CSRF_COOKIE_NAME))}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _page(request, mark, make)
    if response.status_code in {200, 304}:
        response.headers["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


def _page(request, mark, make):
    if (page := kept.get(mark)) is not None:
        return HttpResponse(page)
    response = make()
    # A token of this browser's own in a form: then the page is its own too.
    if response.status_code == 200 and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        kept.put(mark, response.content)
    return response


def _around(request):
    policy = Policy.shown()
    return (
        *(_written(), request.get_full_path(), get_language(), chosen_theme(request)),
        *(policy.service_name, policy.city_name, policy.help_phone, policy.help_email, policy.help_hours),
    )


def _mark(*of):
    return blake2b(repr(of).encode(), digest_size=12).hexdigest()


@cache
def _written():
    """When the templates and translations of this installation were last written."""
    folders = [settings.BASE_DIR / "templates", settings.BASE_DIR / "locale", settings.BASE_DIR / "inventory"]
    return max(file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*.*"))
