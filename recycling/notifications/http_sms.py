"""Text messages through a gateway that takes them over HTTP, one request for each: what it is sent and what its answers mean.

What becomes of a message afterwards the gateway says to ``/hooks/sms`` (``receipts.py`` beside the verbs of sending).
"""

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from .channels import BadAddress, NotReached, Rejected, TryLater

ALREADY_TAKEN = 409
BAD_NUMBER = 422
# The answers that are about this message alone and will not change.
ABOUT_THE_MESSAGE = frozenset({400, 413, BAD_NUMBER})


class _NoWayOn(HTTPRedirectHandler):
    """The token and the text go to the address that was named, and nowhere else."""

    def redirect_request(self, *_answer):
        return None


_opener = build_opener(_NoWayOn)


class HttpSms:
    """The gateway that ``SMS_GATEWAY`` describes. It knows a message again, so that no try makes a second copy of it."""

    def send(self, to, text, reference):
        """Hand ``text`` to the gateway, or raise `TryLater` or `Rejected`. The same ``reference`` again is the same message."""
        gateway = settings.SMS_GATEWAY
        body = {
            "to": to,
            "from": gateway["sender"],
            "text": text,
            "reference": reference,
            "receipts": f"{settings.SITE_URL}/hooks/sms",
        }
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {gateway['token']}",
            "Idempotency-Key": reference,
        }
        request = Request(gateway["url"], json.dumps(body).encode(), headers, method="POST")  # noqa: S310  (from the settings)
        try:
            _opener.open(request, timeout=gateway["timeout"]).close()
        except HTTPError as answer:
            answer.close()
            if failure := _meaning(answer.code):
                raise failure from None
        except (OSError, HTTPException) as error:
            # The reason, where there is one: a refused connection, a time that ran out, a certificate.
            reason = error.reason if isinstance(error, URLError) else error
            raise NotReached(type(reason).__name__) from None


def _meaning(code):
    """What the gateway's answer means; None for a message that it has already."""
    if code == ALREADY_TAKEN:
        return None
    if code in ABOUT_THE_MESSAGE:
        return (BadAddress if code == BAD_NUMBER else Rejected)(f"sms_{code}")
    # 500 may be about this message alone, so that the next one is tried; the rest is about the gateway or about us.
    return (TryLater if code == 500 else NotReached)(f"sms_{code}")
