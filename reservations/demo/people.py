"""Who works in the demo city and who reserves there. Nobody of them exists."""

from datetime import time
from typing import Any

from inventory.models import Shelf, Site, SiteKind, SiteRole, SiteStaff
from recycling.accounts.models import (
    CostCentre,
    Department,
    DepartmentKind,
    Division,
    GroupRule,
    Membership,
    UnitRole,
    User,
)
from reservations.models import OpeningHours

SITES: list[dict[str, Any]] = [
    {
        "code": "varastokatu",
        "name_fi": "Varastokadun varasto", "name_sv": "Lagergatans lager", "name_en": "Varastokatu warehouse",
        "street_fi": "Varastokatu 6, ovi B", "street_sv": "Lagergatan 6, dörr B", "street_en": "Varastokatu 6, door B",
        "postal_code": "00990", "is_step_free": True,
        "access_fi": "Auton saa oven eteen.",
        "access_sv": "Bilen får stå framför dörren.",
        "access_en": "You can park in front of the door.",
    },
    {
        "code": "satamatie",
        "name_fi": "Satamatien varasto", "name_sv": "Hamnvägens lager", "name_en": "Satamatie warehouse",
        "street_fi": "Satamatie 12", "street_sv": "Hamnvägen 12", "street_en": "Satamatie 12", "postal_code": "00991",
        "access_fi": "Ramppi on pihan puolella.",
        "access_sv": "Rampen är på gårdssidan.",
        "access_en": "The ramp is on the courtyard side.",
    },
]  # fmt: skip

# (weekdays, opens, closes, capacity) by site
HOURS: dict[str, list[tuple]] = {
    "varastokatu": [(range(5), time(9), time(15), 3), (range(3, 4), time(15), time(18), 2)],
    "satamatie": [((1, 3), time(10), time(17), 2), ((5,), time(10), time(14), 2)],
}

DEPARTMENTS = [
    ("31", "Puiston koulu", "Parkskolan", "Puisto School", "3", "31250"),
    ("32", "Rantaniityn päiväkoti", "Strandängens daghem", "Rantaniitty Daycare", "3", "31410"),
    ("41", "Keskuskirjasto", "Centralbiblioteket", "Central Library", "4", "41100"),
    ("51", "Kotihoidon toimisto", "Hemvårdens kontor", "Home Care Office", "5", "51300"),
    ("61", "Kaupunkisuunnittelu", "Stadsplaneringen", "City Planning", "6", "61020"),
]
# Where units that give things away are; the daycare agrees on each time with whoever fetches.
OWN_PLACES: dict[str, dict[str, Any]] = {
    "31": {
        "code": "puistotie", "name_fi": "Puiston koulu", "name_sv": "Parkskolan", "name_en": "Puisto School",
        "street_fi": "Puistotie 1", "street_sv": "Parkvägen 1", "street_en": "Puistotie 1", "postal_code": "00990",
    },
    "32": {
        "code": "niittykuja", "name_fi": "Rantaniityn päiväkoti", "name_sv": "Strandängens daghem",
        "name_en": "Rantaniitty Daycare", "street_fi": "Niittykuja 3", "street_sv": "Änggränden 3",
        "street_en": "Niittykuja 3", "postal_code": "00992", "by_arrangement": True,
    },
}  # fmt: skip
DIVISIONS = {
    "3": ("Kasvatus", "Fostran", "Education"),
    "4": ("Vapaa-aika", "Fritid", "Leisure"),
    "5": ("Hyvinvointi", "Välfärd", "Welfare"),
    "6": ("Ympäristö", "Miljö", "Environment"),
}

# (role in words, name, e-mail, what makes them it)
STAFF = [
    ("worker", "Sari Sorsa", "sari@kierto.example"),
    ("lead", "Lasse Laukka", "lasse@kierto.example"),
    ("manager", "Meri Mäki", "meri@kierto.example"),
    ("admin", "Outi Oksa", "outi@kierto.example"),
    ("requester", "Risto Rinne", "risto@kierto.example"),
    ("approver", "Helmi Hyväksyjä", "helmi@kierto.example"),
    ("giver", "Tuomo Talonmies", "tuomo@kierto.example"),
    ("unit lead", "Reija Rehtori", "reija@kierto.example"),
    ("association", "Assi Apu", "assi@kierto.example"),
]
# What those of units are there: the lead of the school leads the daycare beside it too.
ROLES_IN_UNITS = [
    ("requester", "31", UnitRole.REQUESTER),
    ("approver", "31", UnitRole.APPROVER),
    ("giver", "31", UnitRole.GIVER),
    ("unit lead", "31", UnitRole.LEAD),
    ("unit lead", "32", UnitRole.LEAD),
    ("library", "41", UnitRole.REQUESTER),
]
# Others of the city, as whom nobody needs to sign in.
NEIGHBOURS = [
    ("library", "Kirsi Kirjala", "kirsi@kierto.example"),
    ("newcomer", "Ulla Uusi", "ulla@kierto.example"),
]

FIRST_NAMES = [
    "Aino",
    "Bea",
    "Cem",
    "Daniela",
    "Eero",
    "Fatima",
    "Gun",
    "Hanna",
    "Ilmari",
    "Jaana",
    "Kalle",
    "Linnéa",
    "Mika",
]
LAST_NAMES = ["Esimerkki", "Keksitty", "Olematon", "Påhittad", "Sepitetty", "Tarina"]


def make_sites():
    sites = []
    for row in SITES:
        site = Site.objects.create(**row)
        for weekdays, opens, closes, capacity in HOURS[site.code]:
            OpeningHours.objects.bulk_create(
                OpeningHours(site=site, weekday=day, opens=opens, closes=closes, capacity=capacity)
                for day in weekdays
            )
        Shelf.objects.bulk_create(
            Shelf(site=site, code=f"H{row}-{bay:02d}-{level}")
            for row in (1, 2, 3)
            for bay in range(1, 9)
            for level in "ABC"
        )
        Shelf.objects.bulk_create(Shelf(site=site, code=f"LATTIA {number}") for number in range(1, 7))
        sites.append(site)
    return sites


def make_departments():
    divisions = {
        code: Division.objects.create(code=code, name_fi=fi, name_sv=sv, name_en=en)
        for code, (fi, sv, en) in DIVISIONS.items()
    }
    # Whoever comes through the demo city's sign-on from a school asks for furniture there.
    GroupRule.objects.create(group="kierto-koulut", role="requester")
    departments = []
    for code, fi, sv, en, division, cost_centre in DEPARTMENTS:
        department = Department.objects.create(
            code=code, name_fi=fi, name_sv=sv, name_en=en, division=divisions[division]
        )
        CostCentre.objects.create(department=department, number=cost_centre)
        departments.append(department)
    return departments


def make_staff(sites, departments):
    """One person for each role; the worker and the lead work at both warehouses."""
    people = {
        role: User.objects.create_user(email, name=name, is_demo=True, is_manager=role == "manager")
        for role, name, email in [*STAFF, *NEIGHBOURS]
    }
    User.objects.filter(pk=people["newcomer"].pk).update(chooses_unit=True)
    people["newcomer"].refresh_from_db()
    admin = people["admin"]
    admin.is_staff = admin.is_superuser = True
    admin.save()
    for site in sites:
        SiteStaff.objects.create(site=site, user=people["worker"], role=SiteRole.WORKER)
        SiteStaff.objects.create(site=site, user=people["lead"], role=SiteRole.LEAD)
    by_code = {department.code: department for department in departments}
    for who, code, role in ROLES_IN_UNITS:
        Membership.objects.create(
            user=people[who], department=by_code[code], role=role, is_primary=code != "32"
        )
    club = Department.objects.create(
        kind=DepartmentKind.ASSOCIATION,
        code="y1",
        name_fi="Kalusteapu ry",
        name_sv="Möbelhjälpen rf",
        name_en="Furniture Aid Association",
    )
    Membership.objects.create(
        user=people["association"], department=club, role=UnitRole.REQUESTER, is_primary=True
    )
    return people


def make_own_places(departments):
    """The places of the units that give things away; what the school gives needs nobody's look."""
    for department in departments:
        if place := OWN_PLACES.get(department.code):
            department.default_site = Site.objects.create(kind=SiteKind.DEPARTMENT, **place)
            department.is_trusted_giver = True
            department.save(update_fields=["default_site", "is_trusted_giver"])


def resident(dice, number):
    """The name and contact of somebody who does not exist; every fourth gives a phone number of nobody's."""
    name = f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}"
    if number % 4 == 3:
        return name, "sms", f"+35845700{number % 10000:04d}"
    return name, "email", f"asukas{number}@kierto.example"
