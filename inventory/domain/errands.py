"""What a phone kept while there was no network: done exactly once when it arrives, or shown to people when that is too late."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.models import Errand, ErrandState
from recycling.accounts.domain.limits import TooOften
from recycling.audit.domain import record
from recycling.errors import Refused

# As long as a phone may still send it once more, the answer is kept; then a month for whoever asks what became of it.
KEPT_FOR = Errand.LONGEST + timedelta(days=30)


class UnreadableErrand(Refused):
    code = "unreadable_errand"
    message = _("What the phone sent could not be read. Nothing was done.")
    status = 422


class SomebodyElses(Refused):
    """Kept by one person and sent while another one is signed in."""

    code = "somebody_elses"
    message = _("This was done by somebody else. It is sent when that person signs in on this phone.")


class PhotoNotHere(Refused):
    """The form came before one of its photos, or so late that the photo is gone again: the phone still has it."""

    code = "photo_not_here"
    message = _("A photo has not arrived yet. It is sent once more.")


class TooOld(Refused):
    code = "too_old"
    message = _(
        "This waited on a phone for more than %(days)s days. Nothing was done. Check what is true now."
    )


class NotFilledIn(Refused):
    """``what`` is what the form says."""

    code = "not_filled_in"
    message = _("Something is missing or wrong: %(what)s")
    status = 422


# Refusals after which the same thing can still succeed: the phone keeps it, and nothing is written down.
KEPT = (SomebodyElses, PhotoNotHere, TooOften, UnreadableErrand)


@transaction.atomic
def run(act, *, kind, key, by, at, ago, about=None):
    """Do what a phone has kept, once: the same ``key`` again gives the errand as it was answered the first time.

    ``act(errand)`` calls the verb and writes on the errand what became of it. What it refuses for good becomes a conflict,
    of which nothing is done; what could still succeed (`KEPT`) is raised and leaves no row. ``ago`` is how long ago it was
    done by the phone's own clock, which may be wrong but runs evenly. ``about`` gets a line in its history if it was too late.
    """
    errand, is_new = Errand.objects.get_or_create(
        by=by,
        key=key,
        defaults={
            "kind": kind,
            "site": about and about.site,
            "done_at": at - min(max(ago, timedelta(0)), Errand.LONGEST),
            "received_at": at,
            "language": (get_language() or "fi")[:2],
        },
    )
    if not is_new:
        return errand
    try:
        with transaction.atomic():  # what is refused half-way leaves nothing behind but the row that says so
            if ago > Errand.LONGEST:
                raise TooOld(days=Errand.LONGEST.days)
            act(errand)
    except KEPT:
        raise
    except Refused as refusal:
        errand.state, errand.words = ErrandState.CONFLICT, str(refusal)
        errand.rival = getattr(refusal, "rival", None)
        if about:
            record("sent_too_late", about, by=by, at=at, errand=errand.pk)
    errand.save()
    return errand


def see(errand, *, by, at) -> bool:
    """Somebody has looked into it. False when somebody else has said so before."""
    return Errand.objects.unseen().filter(pk=errand.pk).update(seen_at=at, seen_by=by) == 1


def answer(errand) -> str:
    """What became of it, with the first name of whoever was quicker."""
    return f"{errand.words} ({errand.rival.first_name})" if errand.rival else errand.words


def forget(*, at) -> int:
    """Forget what was done or seen so long ago that no phone sends it again. Returns how many."""
    old = Errand.objects.filter(received_at__lt=at - KEPT_FOR)
    return old.exclude(pk__in=Errand.objects.unseen().values("pk")).delete()[0]
