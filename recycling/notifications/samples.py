"""Values for messages that nobody gets: what a message usually says, and the longest that it can.

Previews show both; what is written, by us or by the city, is measured with the longest. A new value of a message stands here
in both.
"""

_LONGEST_ITEM = "Korkeussäädettävä neuvottelupöytä, tummanharmaa"
_LONGEST = {
    "item": f"{_LONGEST_ITEM} + 12",
    "lines": [
        {
            "item": _LONGEST_ITEM,
            "code": "K7Q-4M2P",
            "place": "Kierrätyskeskuksen päävarasto",
            "pieces": pieces,
            "size": "240 x 120 x 130",
            "weight": "1 120",
        }
        for pieces in (1, 40)
    ],
    "kind": "Elbord (höj- och sänkbart)",
    "place": "Itäisen Rantakadun varastoalue 66",
    "address": "Kierrätyskeskuksen päävarasto, Itäisen Rantakadun varastoalue 66",
    "access": "Ovi B, soita ovikelloa.",
    "step_free": True,
    "code": "482 915",
    "url": "https://kierto.example.fi/r/K7Q4M2XB9T",
    "minutes": 60,
    "turn": 50,
    "rule": {"misses_allowed": 20, "misses_days": 366, "pause_days": 366},
    "misses": 20,
    "phone": "+358 2 000 0000",
    "unloading": "Pihan puoli, lastauslaituri 2",
    "cost_centre": "3125000",
    "request": "QK7Q4M2XB",
    "pieces": 2,
    "weight": "1 120",
    "co2e": "1 200-3 400",
    "month": "September 2026",
    "received": {"pieces": 240, "weight": "1 120", "co2e": "1 200-3 400"},
    "given": {"pieces": 240, "weight": "1 120", "co2e": "1 200-3 400"},
    "waiting": 12,
    "number": "QK7Q4M2PB",
    "needed_by": "ke 16.12.",
    "approver": "Helmi Hyväksyjä-Mäkikangas",
    "unit": "Kasvatuksen ja koulutuksen toimialan keskuskeittiö ja ruokapalvelut",
    "who": "Anna-Kaarina Kauppakoskelainen-Virtaharju",
    "when_done": "ke 16.12. klo 14.00",
    "granted": True,
    "promised": 240,
    "reason": "Kuvasta ei näe, onko jalat ehjät. Ota kuva myös alapuolelta.",
    "suits": "Jokin toinen viikko sopii paremmin.",
    "at_the_giver": [
        {
            "place": "Opettajainhuone, 2. kerros",
            "access": "Hissi on pihan puolella.",
            "name": "Antti Antaja",
            "email": "antti.antaja@kierto.example",
        }
    ],
    # A search with every filter, and what a subject has room for.
    "search": "Korkeussäädettävä neuvottelupöytä, noin.",
    "found": 50,
    "over": True,
    "more": 40,
    "extend_url": "https://kierto.example.fi/fi/alerts/K7Q4M2XB9T/extend",
    "delete_url": "https://kierto.example.fi/fi/alerts/K7Q4M2XB9T/delete",
    "method_url": "https://kierto.example.fi/fi/how",
}

_LONGEST_OF_REQUESTS = {
    "request": "Q7K2M9XB4",
    "name": "Anna-Kaarina Esimerkki-Virtanen",
    "approver": "Anna-Kaarina Esimerkki-Virtanen",
    "decider": "Anna-Kaarina Esimerkki-Virtanen",
    "unit": "Itäisen suurpiirin varhaiskasvatuksen ja perusopetuksen yksikkö",
    "unit_short": "Itäisen suurpiirin .",
    "request_lines": [
        {"item": _LONGEST_ITEM, "code": "K7Q-4M2P", "pieces": "1 200", "asked": asked}
        for asked in ("", "2 400")
    ],
    "centre": "31250",
    "needed": "ke 16.12.",
    "way": "toimitus",
    "delivery_price": "1 250 €",
    "as_new": "12 000 € - 34 000 €",
    "note": "",
    "reason": "Kustannuspaikka on väärä.",
}

_LONGEST_TIMES = {
    "fi": {
        "when": "ke 16.12. klo 14.00-14.30",
        "when_long": "keskiviikko 16.12.2026 klo 14.00-14.30",
        "start": "ke 16.12. klo 14.00",
        "until": "ke 16.12.",
        "answer_by": "ke 16.12. klo 16.00",
        "day": "ke 16.12.",
        "first_day": "ke 16.12.",
        "times": 3 * ["ke 16.12. klo 14.00-14.30"],
    },
    "sv": {
        "when": "tors 17.12 kl. 14.00-14.30",
        "when_long": "torsdag 17.12.2026 kl. 14.00-14.30",
        "start": "tors 17.12 kl. 14.00",
        "until": "tors 17.12",
        "answer_by": "tors 17.12 kl. 16.00",
        "day": "tors 17.12",
        "first_day": "tors 17.12",
        "times": 3 * ["tors 17.12 kl. 14.00-14.30"],
    },
    "en": {
        "when": "Wed 16 Sep 14:00-14:30",
        "when_long": "Wednesday 16 September 2026, 14:00-14:30",
        "start": "Wed 16 Sep 14:00",
        "until": "Wed 16 Sep",
        "answer_by": "Wed 16 Sep 16:00",
        "day": "Wed 16 Sep",
        "first_day": "Wed 16 Sep",
        "times": 3 * ["Wed 16 Sep 14:00-14:30"],
    },
}


# Of a kind whose values differ: the link of a reminder leads to its question.
_OF_THEIR_OWN = {"reminder": {"url": f"{_LONGEST['url']}/q"}}


def longest(language, kind=""):
    """The longest that each value can be."""
    return _LONGEST | _LONGEST_OF_REQUESTS | _LONGEST_TIMES[language] | _OF_THEIR_OWN.get(kind, {})


_WORDS = {
    "fi": {
        "item": "Työtuoli, musta",
        "kind": "Työtuoli",
        "place": "Varastokatu 6",
        "address": "Varasto 1, Varastokatu 6",
        "access": "Ovi B, soita ovikelloa.",
        "unloading": "Pihan puoli",
        "month": "9/2026",
        "unit": "Puiston koulu",
        "unit_short": "Puiston koulu",
        "reason": "Kustannuspaikka on väärä.",
        "suits": "Ensi viikko sopii paremmin.",
        "way": "toimitus",
        "needed": "to 1.10.",
        "needed_by": "to 1.10.",
        "when_done": "ke 16.9. klo 14.00",
        "when": "ke 16.9. klo 14.00-14.30",
        "when_long": "keskiviikko 16.9.2026 klo 14.00-14.30",
        "start": "ke 16.9. klo 14.00",
        "until": "ma 21.9.",
        "answer_by": "to 17.9. klo 16.00",
        "day": "ke 16.9.",
        "first_day": "to 17.9.",
        "times": ["ke 16.9. klo 14.00-14.30", "to 17.9. klo 9.00-9.30"],
    },
    "sv": {
        "item": "Arbetsstol, svart",
        "kind": "Arbetsstol",
        "place": "Lagergatan 6",
        "address": "Lager 1, Lagergatan 6",
        "access": "Dörr B, ring på klockan.",
        "unloading": "Från gården",
        "month": "9/2026",
        "unit": "Parkskolan",
        "unit_short": "Parkskolan",
        "reason": "Kostnadsstället är fel.",
        "suits": "Nästa vecka passar bättre.",
        "way": "leverans",
        "needed": "tors 1.10",
        "needed_by": "tors 1.10",
        "when_done": "ons 16.9 kl. 14.00",
        "when": "ons 16.9 kl. 14.00-14.30",
        "when_long": "onsdag 16.9.2026 kl. 14.00-14.30",
        "start": "ons 16.9 kl. 14.00",
        "until": "mån 21.9",
        "answer_by": "tors 17.9 kl. 16.00",
        "day": "ons 16.9",
        "first_day": "tors 17.9",
        "times": ["ons 16.9 kl. 14.00-14.30", "tors 17.9 kl. 9.00-9.30"],
    },
    "en": {
        "item": "Office chair, black",
        "kind": "Office chair",
        "place": "Varastokatu 6",
        "address": "Warehouse 1, Varastokatu 6",
        "access": "Door B, ring the bell.",
        "unloading": "From the yard",
        "month": "September 2026",
        "unit": "Puisto School",
        "unit_short": "Puisto School",
        "reason": "The cost centre is wrong.",
        "suits": "Next week suits better.",
        "way": "delivery",
        "needed": "Thu 1 Oct",
        "needed_by": "Thu 1 Oct",
        "when_done": "Wed 16 Sep 14:00",
        "when": "Wed 16 Sep 14:00-14:30",
        "when_long": "Wednesday 16 September 2026, 14:00-14:30",
        "start": "Wed 16 Sep 14:00",
        "until": "Mon 21 Sep",
        "answer_by": "Thu 17 Sep 16:00",
        "day": "Wed 16 Sep",
        "first_day": "Thu 17 Sep",
        "times": ["Wed 16 Sep 14:00-14:30", "Thu 17 Sep 09:00-09:30"],
    },
}

_PEOPLE = dict.fromkeys(("name", "who", "approver", "decider"), "Aino Asukas")


def usual(language, kind=""):
    """What each value usually is. What is the same in every language is taken from the longest."""
    words = _WORDS[language]
    line = {"item": words["item"], "code": "K7Q-4M2P", "size": "68 x 68 x 96", "weight": "12"} | {
        "place": words["place"]
    }
    saved = {"pieces": 4, "weight": "48", "co2e": "140-360"}
    return (
        longest(language, kind)
        | words
        | _PEOPLE
        | {
            "lines": [line | {"pieces": 1}],
            "request_lines": [line | {"pieces": 2, "asked": ""}],
            "weight": "12",
            "co2e": "35-90",
            "delivery_price": "40 €",
            "as_new": "150 €",
            "received": saved,
            "given": saved,
            "promised": 1,
            "search": words["item"],
            "found": 3,
            "over": False,
            "more": 0,
            "turn": 3,
            "rule": {"misses_allowed": 2, "misses_days": 180, "pause_days": 30},
            "misses": 2,
            "waiting": 1,
            "at_the_giver": [],
        }
    )
