"""How staff sign in: by the city's sign-on, or by a code for people whom an admin has invited. Nobody has a password."""

import logging
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from requests import RequestException

from recycling.accounts.domain import sign_on
from recycling.accounts.domain.sign_on import PROVIDER
from recycling.accounts.models import User
from recycling.accounts.rules import may_sign_in
from recycling.errors import Refused
from recycling.notifications.domain import outbox

logger = logging.getLogger(__name__)


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):  # noqa: ARG002  (the library's signature)
        return False

    def get_login_stages(self):
        """No second factor yet: a passkey is a way in of its own, and no page asks for one after a code or the sign-on."""
        return [stage for stage in super().get_login_stages() if not stage.startswith("allauth.mfa.")]

    def is_safe_url(self, url):
        """After signing in one stays here: only a path of this service, whatever else its owner may trust."""
        return (url or "").startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def respond_user_inactive(self, request, user):  # noqa: ARG002  (the library's signature)
        """Whoever was disabled between asking and typing is led to the beginning, where they are unknown."""
        return redirect("account_login")

    def add_message(self, *args, **kwargs):
        """The pages say themselves what has happened."""

    def send_mail(self, template_prefix, email, context):  # noqa: ARG002  (the library's signature)
        """Through the outbox like everything else, so that a slow mail server never holds up a sign-in page."""
        person = User.objects.filter(email=email.lower()).first()
        if person is None or "code" not in context:
            return  # a mail about an unknown account would tell who has one
        at = timezone.now()
        # The code lies in the row only until the message is sent or too late; the outbox removes it then.
        outbox.post(
            f"user:{person.pk}",
            "sign_in_code",
            channel="email",
            language=(get_language() or "fi")[:2],
            key=at.isoformat(),
            send_after=at,
            send_before=at + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
            person=person,
            code=context["code"],
        )


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Between the library's sign-on and our verb: one provider from the settings, and every "no" a page of ours."""

    def is_open_for_signup(self, request, sociallogin):  # noqa: ARG002  (the library's signature)
        return False  # the verb below makes the person, or nobody does

    def list_apps(self, request, provider=None, client_id=None):  # noqa: ARG002  (the library's signature)
        """The one that the environment names. Nothing of it lies in the database."""
        city = settings.SIGN_ON
        if not city or provider not in (None, PROVIDER):
            return []
        app = SocialApp(
            provider=PROVIDER,
            provider_id=PROVIDER,
            name=PROVIDER,
            client_id=city["client_id"],
            secret=city["secret"],
            settings={"server_url": city["issuer"].rstrip("/")},
        )
        return [app]

    def populate_user(self, request, sociallogin, data):  # noqa: ARG002  (the library's signature)
        """The verb fills the person's row in; the library's suggestion stays empty."""
        return sociallogin.user

    def pre_social_login(self, request, sociallogin):
        try:
            told = sign_on.told_by(sociallogin.claims)
            person, account = sign_on.arrive(told, at=timezone.now())
        except Refused as refusal:
            raise ImmediateHttpResponse(refused(request, refusal)) from refusal
        sociallogin.user, sociallogin.account = person, account
        if not may_sign_in(person):  # wherever they wanted to go, it is not for them yet
            sociallogin.state["next"] = reverse("account_no_unit")

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):  # noqa: ARG002  (the library's signature)
        if error == AuthError.CANCELLED:
            refusal: Refused = sign_on.SignOnCancelled()
        elif isinstance(exception, RequestException):
            refusal = sign_on.SignOnAway()
        else:
            refusal = sign_on.SignOnFailed()
        raise ImmediateHttpResponse(refused(request, refusal))


def refused(request, refusal):
    """The page that says why signing in by the city's sign-on or a passkey did not work, and what else to do."""
    # The kind alone: nothing of the answer, which is about a person.
    logger.warning("sign-in refused: %s", refusal.code)
    context = {"refusal": refusal, "language_path": reverse("account_login")}
    return render(request, "accounts/sign_on_refused.html", context, status=refusal.status)
