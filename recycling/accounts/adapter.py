"""How staff sign in: a code by e-mail, for people whom an admin has invited. Nobody signs up, nobody has a password."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from recycling.accounts.models import User
from recycling.notifications.domain import outbox


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):  # noqa: ARG002  (the library's signature)
        return False

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
