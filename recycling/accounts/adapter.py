"""How staff sign in: a code by e-mail, for people whom an admin has invited. Nobody signs up."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import timezone
from django.utils.translation import get_language

from recycling.notifications.domain import outbox


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):  # noqa: ARG002  (the library's signature)
        return False

    def send_mail(self, template_prefix, email, context):  # noqa: ARG002  (the library's signature)
        """Through the outbox like everything else, so that a slow mail server never holds up a sign-in page."""
        code = context.get("code")
        user = context.get("user")
        if code is None or user is None:
            return  # mails about unknown accounts would tell who has one
        at = timezone.now()
        # The library keeps the code in the session; the row carries it only until it is sent (see notifications.domain.sending).
        outbox.post(
            f"user:{user.pk}",
            "sign_in_code",
            channel="email",
            language=(get_language() or "fi")[:2],
            key=at.isoformat(),
            send_after=at,
            send_before=at + timedelta(minutes=10),
            person=user,
            code=code,
        )
