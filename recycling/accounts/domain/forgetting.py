"""What is thrown away because its time is over: codes, trusted devices, tables that nobody applied, counters."""

from datetime import timedelta

from recycling.accounts.models import ContactCode, Device
from recycling.notifications.domain import failing

from . import importing, joining, limits

# For a day after its end a code tells why somebody did not get one; then it only holds an address.
CODES_KEPT = timedelta(days=1)


def forget_expired(*, at) -> dict[str, int]:
    """Delete what is over at ``at``; how many of each kind."""
    return {
        "codes": ContactCode.objects.filter(expires_at__lt=at - CODES_KEPT).delete()[0],
        "devices": Device.objects.filter(trusted_until__lt=at).delete()[0],
        "asks": joining.forget(at=at),
        "imports": importing.forget_unused(at=at),
        "troubles": failing.forget_old(at=at),
        "counters": limits.forget_ended(at=at),
    }
