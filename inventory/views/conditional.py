"""Answering "nothing has changed" to a browser that has the page: the rows are read, the page is not made."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from recycling.accounts.rules import is_city
from recycling.policy.models import Policy


def unchanged(request, *marks):
    """``(etag, answer)``: the mark of this page for this reader, and the 304 if they have just that, else None.

    Only for people who are nobody in particular. Who is signed in, or is being told something, gets a page of their own.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES or is_city(request.user):
        return "", None
    policy = Policy.shown()
    around = (
        *(_pages_changed(), request.get_full_path(), get_language(), sorted(request.COOKIES.items())),
        *(policy.service_name, policy.city_name, policy.help_phone, policy.help_email, policy.help_hours),
    )
    etag = f'W/"{blake2b(repr((around, marks)).encode(), digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag)
    return etag, answer if answer is not None and answer.status_code == 304 else None


def marked(response, etag):
    """``response`` with its mark: it may be kept, and is asked about each time."""
    if etag:
        response.headers["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


@cache
def _pages_changed():
    """When the templates, styles or translations of this installation were last written."""
    folders = [settings.BASE_DIR / "templates", settings.BASE_DIR / "locale", Path(__file__).parent]
    return max(file.stat().st_mtime_ns for folder in folders for file in folder.rglob("*.*"))
