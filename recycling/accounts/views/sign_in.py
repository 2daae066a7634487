"""The library's sign-in pages with limits that are counted in the database: a cache per process would count too little."""

from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator

from recycling.accounts.device import network_of
from recycling.accounts.domain import limits
from recycling.accounts.domain.limits import TooOften
from recycling.accounts.models import User
from recycling.accounts.rules import role_of

HOUR = timedelta(hours=1)
# The library treats PUT as POST; nothing of ours sends it.
METHODS = ["get", "head", "options", "post"]


def count_request(request, email):
    """Count that a code for ``email`` is asked for. Refuses `too_often`.

    The limit of one network comes first and is the smaller one: whoever asks again and again for somebody else's code
    does not keep that person, who sits elsewhere, from getting one.
    """
    at, network = timezone.now(), network_of(request)
    limits.count("sign_in_network", network, limit=100, per=HOUR, at=at)
    limits.count("sign_in_email_here", f"{email} {network}", limit=10, per=HOUR, at=at)
    limits.count("sign_in_email", email, limit=30, per=HOUR, at=at)


@method_decorator(login_not_required, name="dispatch")
class SignIn(RequestLoginCodeView):
    http_method_names = METHODS

    def _redirect_to_pending_stage(self, request, stage):  # noqa: ARG002  (the library's signature)
        """Whoever comes back here has mistyped the address, or is somebody else: they begin anew."""
        return

    def post(self, request, *args, **kwargs):
        try:
            count_request(request, request.POST.get("email", "").strip().lower()[:254])
        except TooOften as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal), status=refusal.status)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs):
        people = User.objects.filter(is_demo=True, is_active=True).order_by("pk") if settings.DEMO else ()
        return super().get_context_data(**kwargs) | {
            "demo_people": [(one, role_of(one)) for one in people],
            "sign_on": bool(settings.SIGN_ON),
            "passkey_origin": settings.PASSKEY_ORIGIN,
        }

    def dispatch(self, request, *args, **kwargs):
        """The button of the sign-on leads to another host: this page alone may send its form there."""
        response = super().dispatch(request, *args, **kwargs)
        if city := settings.SIGN_ON:
            issuer = urlsplit(city["issuer"])
            response._csp_update = {"form-action": [f"{issuer.scheme}://{issuer.netloc}", *city["origins"]]}
        return response


@method_decorator(login_not_required, name="dispatch")
class SignInCode(ConfirmLoginCodeView):
    http_method_names = METHODS

    def post(self, request, *args, **kwargs):
        # The library counts in the session, where parallel requests overwrite each other; these rows cannot be.
        email = self._process.state.get("email")
        code = f"{email}:{self._process.code}:{self._process.state.get('at')}"
        try:
            if self._action == "resend":  # each new code brings new tries
                count_request(request, email)
                return super().post(request, *args, **kwargs)
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
    http_method_names = METHODS
