"""Divisions, units and cost centres from the table that the city keeps of them: what would change, and changing it.

The table is the whole truth: what is gone from it is closed and kept, since requests and people point to it. A second run
changes nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recycling.accounts.models import CostCentre, Department, DepartmentKind, Division, UnitImport
from recycling.audit.domain import entry, record, record_all
from recycling.errors import Refused

from .unit_tables import KINDS, UnknownSite, read

MODELS: dict[str, type[models.Model]] = {
    "division": Division,
    "unit": Department,
    "cost_centre": CostCentre,
}
# Ours by the name of the column; what is not here is called the same.
FIELDS = {
    "division": {},
    "unit": {"parent": "division", "site": "default_site"},
    "cost_centre": {"code": "number", "parent": "department"},
}
# What a row of each kind says; other columns are for other kinds.
SAYS = {
    "division": ("name_fi", "name_sv", "name_en"),
    "unit": ("name_fi", "name_sv", "name_en", "parent", "site"),
    "cost_centre": ("name_fi", "name_sv", "name_en", "parent", "open_from", "open_until"),
}
WHAT = {
    "new": pgettext_lazy("unit", "New"),
    "changed": pgettext_lazy("unit", "Changed"),
    "closed": pgettext_lazy("unit", "Closed"),
    "unchanged": pgettext_lazy("unit", "Unchanged"),
}


class ChangedMeanwhile(Refused):
    code = "units_changed_meanwhile"
    message = _("The units have changed since you looked. Look at the differences again.")


@dataclass(frozen=True)
class Difference:
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What becomes of one division, unit or cost centre."""

    kind: str
    code: str
    name: str
    what: str
    differences: tuple[Difference, ...] = ()

    @property
    def kind_word(self):
        return KINDS[self.kind]

    @property
    def what_word(self):
        return WHAT[self.what]

    @property
    def told(self) -> Iterator[tuple]:
        """(label, old, new) of each difference."""
        for one in self.differences:
            label = MODELS[self.kind]._meta.get_field(one.field).verbose_name  # type: ignore[union-attr]  # (its fields are all columns)
            yield label, one.old, one.new


@dataclass(frozen=True)
class Plan:
    """What taking a table over would change: of units here, of places above. Each change says ``what`` becomes of its row."""

    changes: tuple

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many are new, changed, closed, unchanged."""
        found = Counter(change.what for change in self.changes)
        return {what: found[what] for what in WHAT}

    @property
    def differing(self) -> list:
        return [change for change in self.changes if change.what != "unchanged"]

    @property
    def fingerprint(self) -> str:
        """The same for the same differences: what was looked at is what is done."""
        plain = json.dumps([asdict(change) for change in self.differing], default=str)
        return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def keep(path: Path, *, by, at) -> UnitImport:
    """Read the table and keep it to be looked at. Nothing of the city changes."""
    rows = read(path)
    _sites(rows)
    return UnitImport.objects.create(
        token=get_random_string(24), by=by if getattr(by, "pk", None) else None, at=at, rows=rows
    )


def plan(rows: list[dict], *, at) -> Plan:
    """What applying these rows would change."""
    return Plan(tuple(change for change, _row in _compare(rows, _kept(lock=False), at)))


@transaction.atomic
def apply(found: UnitImport, *, seen: str, by, at, origin="") -> Plan:
    """Do what was looked at, once; ``seen`` is that plan's fingerprint. Refuses `units_changed_meanwhile`."""
    locked = hold(found)
    if locked.applied_at:
        return Plan(())
    kept = _kept(lock=True)
    pairs = list(_compare(locked.rows, kept, at))
    done = Plan(tuple(change for change, _row in pairs))
    if done.fingerprint != seen:
        raise ChangedMeanwhile
    try:
        with transaction.atomic():
            _write(pairs, kept, _sites(locked.rows), by=by, at=at, origin=origin)
    except IntegrityError:
        raise ChangedMeanwhile from None  # another import made the same unit at this moment
    close(locked, at=at)
    record("units_imported", locked, by=by, at=at, origin=origin, **done.counts)
    return done


def close(locked: UnitImport, *, at) -> None:
    """The locked table is taken over: what it said stands in the city's rows now."""
    locked.applied_at = at
    locked.rows = []
    locked.save(update_fields=["applied_at", "rows"])


def hold(found: UnitImport) -> UnitImport:
    """Lock this table and every other that still waits: one import at a time, also into a city that has no rows yet."""
    rows = UnitImport.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(applied_at=None).order_by("pk").values_list("pk"))
    return rows.get(pk=found.pk)


def forget_unused(*, at) -> int:
    """Remove the tables that somebody looked at and never applied."""
    return UnitImport.objects.filter(applied_at=None, at__lt=at - timedelta(days=1)).delete()[0]


def _key(kind):
    return FIELDS[kind].get("code", "code")


def _kept(*, lock) -> dict[str, dict[str, Any]]:
    """{kind: {code: row}} of what there is, with its parent."""
    found = {}
    for kind, model in MODELS.items():
        rows = model._default_manager.order_by("pk")
        if lock:
            # Without the key: a sign-in that gives somebody a role in a unit need not wait for the import, nor it for them.
            rows = rows.select_for_update(of=("self",), no_key=True)
        found[kind] = {getattr(row, _key(kind)): row for row in rows}
    return found


def _sites(rows):
    """{code: site} of those that the table names."""
    model: Any = Department._meta.get_field("default_site").related_model
    wanted = {row["site"]: row["line"] for row in reversed(rows) if row["kind"] == "unit" and row.get("site")}
    found = {site.code: site for site in model._default_manager.filter(code__in=wanted)}
    for code, line in wanted.items():
        if code not in found:
            raise UnknownSite(line=line, code=code)
    return found


def _compare(rows, kept, at) -> Iterator[tuple[Change, dict]]:
    """Each row, and each one that is gone from the table, with what becomes of it. Parents come before their children."""
    today = timezone.localdate(at)
    parents = {
        "division": {row.pk: code for code, row in kept["division"].items()},
        "department": {row.pk: code for code, row in kept["unit"].items()},
    }
    sites = _site_codes(kept["unit"].values())
    for kind in MODELS:
        mine = [row for row in rows if row["kind"] == kind]
        for row in mine:
            old = kept[kind].get(row["code"])
            new = _said(row)
            differences = () if old is None else _differences(_plain(old, parents, sites), new, today)
            what = "new" if old is None else "changed" if differences else "unchanged"
            yield Change(kind, row["code"], row["name_fi"] or row["name_sv"], what, differences), row
        here = {row["code"] for row in mine}
        for code, old in kept[kind].items():
            if code in here or getattr(old, "kind", "") == DepartmentKind.ASSOCIATION:
                continue  # the city's table does not know associations, so it closes none
            differences = _closing(old, today)
            what = "closed" if differences else "unchanged"
            yield Change(kind, code, old.name_fi or old.name_sv, what, differences), {}


def _said(row):
    """{our field: what the row says of it}, each as text."""
    names = FIELDS[row["kind"]]
    said = {names.get(column, column): row[column] for column in SAYS[row["kind"]] if column in row}
    return said if row["kind"] == "cost_centre" else said | {"is_active": "1"}


def _plain(old, parents, sites):
    """The same of a row that there is."""
    text = {name: getattr(old, name) for name in ("name_fi", "name_sv", "name_en")}
    match old:
        case Department():
            text["division"] = parents["division"].get(old.division_id, "")
            text["default_site"] = sites.get(old.default_site_id, "")
        case CostCentre():
            text["department"] = parents["department"][old.department_id]
            text |= {name: _iso(getattr(old, name)) for name in ("open_from", "open_until")}
    return text if isinstance(old, CostCentre) else text | {"is_active": "1" if old.is_active else ""}


def _differences(old, new, today):
    # A cost centre that stands in the table again is open, also where the table says nothing of days.
    if (
        "open_until" in old
        and "open_until" not in new
        and old["open_until"]
        and old["open_until"] < today.isoformat()
    ):
        new = new | {"open_until": ""}
    return tuple(Difference(field, old[field], said) for field, said in new.items() if old[field] != said)


def _closing(old, today):
    """What closes a row that is gone from the table; nothing when it is closed already."""
    if not isinstance(old, CostCentre):
        return (Difference("is_active", "1", ""),) if old.is_active else ()
    last = today - timedelta(days=1)
    if old.open_until and old.open_until <= last:
        return ()
    closing = [Difference("open_until", _iso(old.open_until), last.isoformat())]
    if old.open_from and old.open_from > last:
        closing.append(Difference("open_from", _iso(old.open_from), ""))
    return tuple(closing)


def _site_codes(departments):
    """{key: code} of the sites that these units have."""
    model: Any = Department._meta.get_field("default_site").related_model
    wanted = {one.default_site_id for one in departments if one.default_site_id}
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "code")) if wanted else {}


def _iso(day):
    return day.isoformat() if day else ""


def _write(pairs, kept, sites, *, by, at, origin):
    """Parents first, so that a new unit finds its new division. A constant number of questions."""
    for kind, model in MODELS.items():
        made, edited, told = [], [], []
        for change, row in pairs:
            if change.kind != kind or change.what == "unchanged":
                continue
            if change.what == "new":
                one = model(**{_key(kind): change.code})
                _set(one, _said(row), kept, sites)
                made.append(one)
                kept[kind][change.code] = one
                continue
            one = kept[kind][change.code]
            _set(one, {difference.field: difference.new for difference in change.differences}, kept, sites)
            edited.append(one)
            details = {one.field: [one.old, one.new] for one in change.differences}
            told.append(entry("edited", one, by=by, at=at, origin=origin, changes=details))
        model._default_manager.bulk_create(made, batch_size=500)
        if edited:
            fields = [FIELDS[kind].get(name, name) for name in SAYS[kind]]
            fields += [] if kind == "cost_centre" else ["is_active"]
            model._default_manager.bulk_update(edited, fields, batch_size=200)
        record_all([*told, *(entry("added", one, by=by, at=at, origin=origin) for one in made)])


def _set(one, said, kept, sites):
    for field, text in said.items():
        match field:
            case "division":
                one.division = kept["division"].get(text)
            case "department":
                one.department = kept["unit"][text]
            case "default_site":
                one.default_site = sites.get(text)
            case "is_active":
                one.is_active = bool(text)
            case "open_from" | "open_until":
                setattr(one, field, date.fromisoformat(text) if text else None)
            case _:
                setattr(one, field, text)
