"""What is true of every answer."""

from functools import cache
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from recycling.errors import Refused


class SteadyPolicy(CSPMiddleware):
    """The library's middleware, which puts the same policy together anew for each answer: here once for those that are alike."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        asks_for_its_own = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        if settings.DEBUG or asks_for_its_own:
            return super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = _policy()
        return response


@cache
def _policy():
    return build_policy()


class SignInFirst(LoginRequiredMiddleware):
    """The library's middleware, which leads to the sign-in page; a script that asks for JSON is told so instead."""

    def handle_no_permission(self, request, view_func):
        if request.headers.get("Accept", "").startswith("application/json"):
            words = gettext("You are signed out. Open the page again and sign in; nothing is lost.")
            return JsonResponse({"code": "signed_out", "detail": words}, status=HTTPStatus.UNAUTHORIZED)
        return super().handle_no_permission(request, view_func)


class CalmRefusals:
    """A request that is too large is answered before it is read; a refusal that no page caught becomes a page of its own.

    Nothing is found under an address with a NUL in it: no row can hold one, and PostgreSQL does not take it as a question.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _announced_bytes(request) > settings.REQUEST_MAX_BYTES:
            return render(request, "413.html", status=413)
        response = self.get_response(request)
        if request.user.is_authenticated:
            # A page made for one person is nobody else's, and is gone after sign-out.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):  # noqa: ARG002  (Django's signature)
        if any("\0" in part for part in view_kwargs.values() if isinstance(part, str)):
            raise Http404

    def process_exception(self, request, exception):
        if isinstance(exception, Refused):
            page = "429.html" if exception.status == HTTPStatus.TOO_MANY_REQUESTS else "refused.html"
            return render(request, page, {"refusal": exception}, status=exception.status)
        return None


def _announced_bytes(request):
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
