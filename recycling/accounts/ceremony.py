"""Between the browser's passkeys, the library that proves them, and our verbs: asking for a signature, and proving it.

On the library's ground, but stricter: the page that signed has to be our own page to the letter, the signature is wanted within
minutes of the question, the person has shown at the device that it is they, and each question is answered once.
"""

import json
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.internal import auth, flows
from django.conf import settings
from django.core.exceptions import ValidationError

from recycling.accounts.domain.passkeys import PasskeyRefused
from recycling.policy.models import Policy

ANSWER_WITHIN = timedelta(minutes=5)
# How new a sign-in has to be for somebody who adds a passkey: an open screen that was left is not enough.
FRESH = timedelta(minutes=15)
LONGEST = 20_000  # characters of an answer; an honest one has some hundreds
# What an answer may be made of that nobody honest sends.
NONSENSE = (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


class PasskeyAdapter(DefaultMFAAdapter):
    def get_public_key_credential_rp_entity(self):
        """The service by its own address, never by the Host header of a request."""
        return {"id": urlsplit(settings.PASSKEY_ORIGIN).hostname, "name": Policy.shown().service_name}


def ask_to_make(person, *, at) -> dict:
    """What the browser needs to make a passkey for ``person``: one that shows itself at the sign-in and is locked."""
    return _asked(auth.begin_registration(person, passwordless=True), at)


def ask_to_sign_in(*, at) -> dict:
    """What the browser needs to sign in with whichever passkey it has for us."""
    return _asked(auth.begin_authentication(), at)


def made(answer: str, *, at) -> dict:
    """The passkey that the browser has made, as it is kept. Refuses `passkey_refused`."""
    with _answering():
        credential = _kept(_read(answer))
        _check(auth.parse_registration_response(credential), at)
        auth.complete_registration(credential)
    return credential


def proved(answer: str, *, at):
    """The passkey that has signed. Refuses `passkey_refused`."""
    with _answering():
        credential = _read(answer)
        _check(auth.parse_authentication_response(credential), at)
        return auth.complete_authentication(auth.extract_user_from_response(credential), credential)


def sign_in(request, authenticator):
    """Sign the owner of a proved passkey in; the answer leads on. The session gets a new number."""
    return flows.perform_passwordless_login(request, authenticator, Login(user=authenticator.user))


def is_fresh(request, *, at) -> bool:
    """Whether this person has proved who they are a short while ago."""
    records = get_authentication_records(request, request.user)
    return bool(records) and at.timestamp() - records[-1]["at"] < FRESH.total_seconds()


def _asked(options, at):
    auth.set_state((auth.get_state() or {}) | {"asked_at": at.timestamp()})
    return options


@contextmanager
def _answering():
    """One answer to one question, good or not."""
    try:
        yield
    except NONSENSE as error:
        raise PasskeyRefused from error
    finally:
        auth.clear_state()


def _read(answer):
    if len(answer) > LONGEST:
        raise ValueError("too long")
    return json.loads(answer)


def _check(response, at):
    state = auth.get_state() or {}
    if at.timestamp() - state.get("asked_at", 0) > ANSWER_WITHIN.total_seconds():
        raise ValueError("too late")
    client = response.response.client_data
    if client.origin != settings.PASSKEY_ORIGIN or client.cross_origin:
        raise ValueError("signed on another page")


def _kept(credential):
    """The parts of an answer that the library reads; whatever else a browser adds is left out."""
    response = credential["response"]
    return {
        "id": credential["id"],
        "rawId": credential["rawId"],
        "type": credential["type"],
        "response": {name: response[name] for name in ("clientDataJSON", "attestationObject")},
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
