"""Lists for people who are nobody in particular: the rows are read each time, the page is made once.

A browser that has the page is told that nothing has changed. For another browser the page is taken from this process's
memory, if nothing was put into it that is one person's alone.
"""

import secrets
from collections import OrderedDict
from functools import cache
from hashlib import blake2b
from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from recycling.context import chosen_theme
from recycling.policy.models import Policy

PAGES_KEPT = 500
# What nobody could write, standing in a kept page for what is put there for each browser.
_TOKEN, _KEY = (f"{name}{secrets.token_hex(16)}" for name in ("token", "key"))


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


def unless_unchanged(request, marks, make, *, is_settled=lambda: True):
    """The page that ``make()`` answers, or less work: it shows what ``marks`` stand for and what stands around every page.

    ``is_settled()`` tells, once the page is made, whether it shows just that and may be kept. Whoever has a session (is
    signed in, or is being told something) gets a page of their own.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return make()
    mark = _mark(_around(request), marks)
    etag = f'W/"{mark}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        page = kept.get(mark)
        response = make() if page is None else HttpResponse(page)
        if page is None and response.status_code == 200:
            # A token of this browser's own in a form: then the page is its own too.
            if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or not is_settled():
                return response
            kept.put(mark, response.content)
    if response.status_code in {200, 304}:
        response.headers["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


def with_keys_of_its_own(request, marks, make, *, is_settled):
    """The page that ``make(token, key)`` answers, with a token and a key that are this browser's alone.

    ``token`` stands where forms have their CSRF token and ``key`` where they have what makes one press one reservation. The
    page around them is made once for everybody without a session, like that of ``unless_unchanged``.
    """
    key = secrets.token_urlsafe(16)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return make(get_token(request), key)
    mark = _mark("keys", _around(request), marks)
    page = kept.get(mark)
    if page is None:
        page = make(_TOKEN, _KEY).content
        if is_settled():
            kept.put(mark, page)
    return HttpResponse(
        page.replace(_TOKEN.encode(), get_token(request).encode()).replace(_KEY.encode(), key.encode())
    )


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
