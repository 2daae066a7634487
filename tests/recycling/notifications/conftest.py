"""What every test of the outbox has: messages of its own to send."""

import pytest

from recycling.notifications.domain import kinds


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    """Kinds of our own, in the words of the one-time code."""

    def plain(notification, at):
        return kinds.Draft(
            f"{notification.recipient}@example.org", {"code": "123 456", "minutes": 10}, words="contact_code"
        )

    def over(notification, at):
        raise kinds.NotNow("cancelled")

    def broken(notification, at):
        raise RuntimeError(f"about {notification.recipient}@example.org")

    for name, says in {"plain": plain, "over": over, "broken": broken}.items():
        monkeypatch.setitem(kinds._drafts, name, says)
