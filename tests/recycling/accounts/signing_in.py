"""Signing in by a code, as the pages do it."""

import re

from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from recycling.notifications.domain import sending


def ask(browser, email="sari@kierto.example", **more):
    """Ask for a code on the sign-in page."""
    return browser.post(reverse("account_login"), {"email": email}, **more)


def type_code(browser, code):
    return browser.post(reverse("account_confirm_login_code"), {"code": code, "action": "verify"})


def code_sent():
    """The six digits of the newest mail, once what is due has been sent."""
    sending.send_due(at=timezone.now())
    return re.search(r"\b(\d{3}) ?(\d{3})\b", mail.outbox[-1].body).expand(r"\1\2")


def signed_in(browser):
    return SESSION_KEY in browser.session
