"""Text messages over HTTP, to the gateway of a fault run."""

import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings

from recycling.notifications.channels import Away, TryLater


class Gateway:
    """A `SmsChannel`. The gateway gets the reference, by which a second copy is known."""

    def send(self, to, text, reference):
        """Deliver ``text``, or raise `TryLater`."""
        body = json.dumps({"to": to, "text": text, "reference": reference}).encode()
        try:
            with urlopen(Request(settings.SMS_GATEWAY, data=body), timeout=settings.EMAIL_TIMEOUT):  # noqa: S310  (our own)
                pass
        except HTTPError as error:
            raise TryLater(f"http_{error.code}") from error
        except (OSError, HTTPException) as error:
            raise Away(type(error).__name__) from error
