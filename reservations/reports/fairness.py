"""How evenly things were shared among residents: numbers of people by what they got, and never who.

One row for each person is read as a bare number of pieces. What leaves this module are groups, none of them smaller than
the rules allow (``Policy.report_people``), so that nobody is recognised in one.
"""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Exists, F, OuterRef, Sum

from recycling.accounts.models import DepartmentKind, Membership
from reservations.models import Handover, HandoverLine

# The groups begin with these numbers of pieces; the last has no end.
BEGIN = (1, 2, 3, 4, 5, 6, 11)


@dataclass(frozen=True)
class Part:
    """So many people, who got so many pieces together."""

    people: int
    pieces: int

    def __add__(self, other):
        return Part(self.people + other.people, self.pieces + other.pieces)


@dataclass(frozen=True)
class Group:
    """Those who got from ``least`` to ``most`` pieces each; without ``most``, that many or more."""

    least: int
    most: int | None
    part: Part


@dataclass(frozen=True)
class Shares:
    """What a period's hand-overs came to. A part that would be too small a group, or leave one, is None.

    ``without_name`` are pieces handed over to residents without a reservation: nobody was asked who they are.
    """

    all: Part | None
    groups: tuple[Group, ...]
    first_time: Part | None
    top_tenth: Part | None
    without_name: int


def shares(period, *, until, least_people) -> Shares:
    """How the residents' hand-overs of ``period`` before ``until`` were shared, net of what came back. Two questions, however
    many people.
    """
    begins, ends = period.span()
    ends = min(ends, until)
    lines = HandoverLine.objects.filter(
        handover__at__gte=begins, handover__at__lt=ends, handover__reservation__department=None
    ).order_by()
    net = Sum(F("given") - F("returned"))
    without_name = lines.filter(handover__reservation__person=None).aggregate(pieces=net)["pieces"] or 0
    before = Handover.objects.filter(
        reservation__person=OuterRef("handover__reservation__person"),
        reservation__department=None,
        at__lt=begins,
    )
    # An association takes whole what nobody else wanted: it is no resident with more than others.
    associations = Membership.objects.filter(department__kind=DepartmentKind.ASSOCIATION).values("user")
    people = (
        lines.filter(handover__reservation__person__isnull=False)
        .exclude(handover__reservation__person__in=associations)
        .annotate(came_before=Exists(before))
        .values("handover__reservation__person", "came_before")
        .annotate(pieces=net)
        .filter(pieces__gt=0)
        .values_list("pieces", "came_before")
    )
    return told(list(people), without_name=without_name, least_people=least_people)


def told(people, *, without_name, least_people) -> Shares:
    """The shares of ``people``, each as (pieces, came before), as far as they may be told."""
    numbers = sorted((pieces for pieces, _before in people), reverse=True)
    everybody = _part(numbers)
    if everybody.people < least_people:
        return Shares(None, (), None, None, without_name)
    first = _part([pieces for pieces, before in people if not before])
    tenth = _part(numbers[: -(-len(numbers) // 10)])
    return Shares(
        all=everybody,
        groups=_groups(numbers, least_people),
        first_time=first if _is_safe(first, everybody, least_people) else None,
        top_tenth=tenth if tenth.people >= least_people else None,
        without_name=without_name,
    )


def _part(numbers):
    return Part(len(numbers), sum(numbers))


def _is_safe(part, everybody, least_people):
    """Neither it nor the rest is a handful; nobody at all is recognised by nobody."""
    return all(one == 0 or one >= least_people for one in (part.people, everybody.people - part.people))


def _groups(numbers, least_people):
    """From the fewest pieces to the most; what is too small a group is joined to the one below, at the end to the one above."""
    done: list[Group] = []
    most, waiting = None, Part(0, 0)
    for least, after in reversed(list(pairwise((*BEGIN, max(numbers) + 1 + BEGIN[-1])))):
        waiting += _part([number for number in numbers if least <= number < after])
        if waiting.people >= least_people:
            done.append(Group(least, most, waiting))
            most, waiting = least - 1, Part(0, 0)
    if waiting.people:
        above = done.pop()
        done.append(Group(BEGIN[0], above.most, above.part + waiting))
    return tuple(reversed(done))
