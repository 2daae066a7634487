"""Pages that are somebody's, open to whoever has their address or the browser they were made for."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.cache import cache_control


def private_page(view):
    """Open to whoever has the link or the browser, kept by no cache and found by no search engine."""

    @login_not_required
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def wrapper(*args, **kwargs):
        response = view(*args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper
