"""E-mail through a provider's own interface instead of SMTP: what django-anymail's errors and the provider's later news mean.

Loaded only where the settings name a provider (``ESP``).
"""

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from requests.exceptions import ConnectionError, ConnectTimeout  # noqa: A004  (the library's own)
from urllib3.exceptions import MaxRetryError

from .channels import Away, BadAddress, EmailChannel, NotReached, Rejected, TryLater

# The provider does not know us, or has had enough for now.
ABOUT_US = frozenset({401, 402, 403, 404, 408, 425, 429})
UNAVAILABLE = 503


class EspChannel(EmailChannel):
    """The same as over SMTP, with the answers of the provider."""

    failures = (AnymailError, *EmailChannel.failures)

    def answer_to(self, error):
        """What a failure means: one about this letter is final, everything else may pass."""
        if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
            return BadAddress("esp_refused")
        if not isinstance(error, AnymailAPIError):
            known = isinstance(error, AnymailError)  # what this provider cannot send at all
            return Rejected(type(error).__name__) if known else super().answer_to(error)
        code = error.status_code
        if code is None:  # no answer at all
            cause = error.__cause__
            return (NotReached if _is_unreached(cause) else Away)(type(cause or error).__name__)
        if code in ABOUT_US or code == UNAVAILABLE:
            return NotReached(f"esp_{code}")
        if code > 500:  # what stands before the provider: perhaps it has the letter
            return Away(f"esp_{code}")
        return (Rejected if 400 <= code < 500 else TryLater)(f"esp_{code}")


def _is_unreached(cause):
    """Whether no connection came about: what fails later may have taken the letter along."""
    if isinstance(cause, ConnectTimeout):
        return True
    return isinstance(cause, ConnectionError) and isinstance(next(iter(cause.args), None), MaxRetryError)
