"""The library's sign-in pages with limits that are counted in the database: a cache per process would count too little."""

from datetime import timedelta

from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator

from recycling.accounts.device import network_of
from recycling.accounts.models import User

from .domain import limits
from .domain.limits import TooOften

HOUR = timedelta(hours=1)


@method_decorator(login_not_required, name="dispatch")
class SignIn(RequestLoginCodeView):
    def post(self, request, *args, **kwargs):
        at = timezone.now()
        try:
            limits.count(
                "sign_in_email",
                request.POST.get("email", "").strip().lower()[:254],
                limit=10,
                per=HOUR,
                at=at,
            )
            limits.count("sign_in_network", network_of(request), limit=100, per=HOUR, at=at)
        except TooOften as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal), status=refusal.status)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs):
        people = User.objects.filter(is_demo=True, is_active=True).order_by("pk") if settings.DEMO else ()
        return super().get_context_data(**kwargs) | {"demo_people": people}


@method_decorator(login_not_required, name="dispatch")
class SignInCode(ConfirmLoginCodeView):
    def post(self, request, *args, **kwargs):
        # The library counts tries in the session, where parallel guesses overwrite each other; this row cannot be.
        code = f"{self._process.state.get('email')}:{self._process.code}:{self._process.state.get('at')}"
        try:
            limits.count(
                "sign_in_try",
                code,
                limit=settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
                per=24 * HOUR,
                at=timezone.now(),
            )
        except TooOften as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal), status=refusal.status)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if response.status_code == 200:
            response.status_code = 422
        return response


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    pass
