"""An item as the hall's lists and pages show it: its state with what is set aside, its stage, and a list in pages."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.http import urlencode

from inventory.domain import cards, photos, stages, titles, writing_off
from inventory.hall_forms import StageForm
from inventory.models import Item, ItemStatus, Photo, SetAside, SetAsideReason, Stage
from recycling import clock
from recycling.codes import BadCode, normalise

PAGE = 24
# Why nothing of an item is free when nobody has reserved it: the badge names the first of these that fits.
TELLING = [
    SetAsideReason.QUARANTINE,
    SetAsideReason.SAFETY,
    SetAsideReason.REPAIR,
    SetAsideReason.MISSING,
    SetAsideReason.WRITE_OFF,
]


@dataclass(frozen=True)
class Stocked:
    """An item as its worker's list and page show it. ``asides`` are the pieces of it that are set aside and last."""

    item: Item
    asides: list[SetAside]

    @property
    def title(self):
        return titles.title(self.item)

    @property
    def photo(self):
        return photos.first_of(self.item)

    @property
    def promised(self):
        """How many pieces are somebody's."""
        return self.item.reserved - sum(aside.pieces for aside in self.asides)

    @property
    def state(self):
        """The state that a badge names: its step, or for what is in the catalogue whether any of it is free.

        Nobody has reserved what is only set aside: then the badge says why it is not on offer.
        """
        if self.item.status != ItemStatus.PUBLISHED:
            return self.item.status
        state = cards.state_of(self.item)
        if state != "reserved" or self.promised:
            return state
        reasons = {aside.reason for aside in self.asides}
        return next(reason for reason in TELLING if reason in reasons)


def stocked(item, asides=None):
    """The item with what of it is set aside, read now unless it is known already."""
    return Stocked(item, list(item.set_aside.lasting() if asides is None else asides))


def page_of(request, handled, found, asked):
    """The rows of one page, and where the newer and the older ones are. ``asked`` is what the address asks for besides.

    A page begins beside an item that the address names by its code, so that it holds however much is logged meanwhile.
    """
    after, before = (_cursor(request, handled, name) for name in ("after", "before"))
    rows = found.select_related("category__parent", "site", "shelf").prefetch_related(
        Prefetch("photos", Photo.objects.filter(position=0)),
        Prefetch("set_aside", SetAside.objects.lasting()),
    )
    if after:
        read = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        shown = read[:PAGE][::-1]
        newer, older = shown[0] if read[PAGE:] else None, shown[-1] if shown else None
    else:
        read = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PAGE + 1])
        shown = read[:PAGE]
        newer, older = shown[0] if before and shown else None, shown[-1] if read[PAGE:] else None
    return {
        "rows": [stocked(item, item.set_aside.all()) for item in shown],
        "previous": newer and f"?{urlencode(asked | {'after': newer.shown_code})}",
        "next": older and f"?{urlencode(asked | {'before': older.shown_code})}",
    }


def _cursor(request, handled, name):
    try:
        return handled.filter(code=normalise(request.GET.get(name, ""))).values_list("pk", flat=True).first()
    except BadCode:
        return None


def for_whom(person, found):
    """The item's stage and what follows, each with its days in words; and whether this person may change it."""
    steps = stages.planned(found)
    if not steps:
        return {}
    tz, last = found.site.tz, stages.last_stage(found.category)
    return {
        "steps": [
            {
                "words": last.label if step.stage == Stage.LEAVING else step.stage.label,
                "since": clock.day_text(clock.today(tz, step.since)) if step.since else "",
                "until": clock.day_text(clock.last_day(tz, step.until)) if step.until else "",
                "is_now": step.is_now,
            }
            for step in steps
        ],
        "following": "" if found.stage == Stage.LEAVING else stages.after(found.stage),
        "may_go_back": found.stage in {Stage.ASSOCIATIONS, Stage.LEAVING},
        "may_change_stage": writing_off.leads(person, found),
        "stage_form": StageForm(auto_id="stage_%s"),
    }
