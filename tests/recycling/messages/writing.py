"""What the tests of messages share."""

import re

from recycling.notifications.domain import sending
from tests.factories import (
    NOW,
)

LANGUAGES = ("fi", "sv", "en")


WITHOUT_WORDS_OF_A_BOOKING = {"contact_code", "sign_in_code", "unit_month", "wanted_ended"}


MISSING = "MISSING<%s>"


def words(text):
    """The words that somebody reads, without tags."""
    return set(re.sub(r"<[^>]*>", " ", text).replace(": ", " ").split())


def send(at=NOW):
    return dict(sending.send_due(at=at))
