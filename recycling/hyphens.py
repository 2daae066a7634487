"""Where a long compound may break: before its last part, marked with a soft hyphen that shows only where a line ends.

Browsers bring no rules for breaking Finnish and Swedish words, or not all of them do; without a mark such a word breaks at any
letter once it is wider than its tile.
"""

import re

SOFT = "\N{SOFT HYPHEN}"
SHORTEST = 11  # a shorter word fits into the narrowest tile

# What the names of furniture end in, by language. The longer one of two that fit is looked for first.
LAST_PARTS = {
    "fi": (
        *(
            "pöytä",
            "tuoli",
            "jakkara",
            "kaappi",
            "hylly",
            "teline",
            "sänky",
            "sohva",
            "valaisin",
            "lamppu",
            "taulu",
        ),
        *("levy", "kaluste", "kalusteet", "esine", "laatikosto", "kone", "koneet", "runko", "kori", "pönttö"),
        *("tavara", "väline", "vaunu", "matto", "verho", "nahka", "puu"),
    ),
    "sv": (
        *(
            "bord",
            "stol",
            "pall",
            "skåp",
            "hylla",
            "ställ",
            "säng",
            "soffa",
            "lampa",
            "tavla",
            "skiva",
            "möbel",
        ),
        *(
            "möbler",
            "föremål",
            "apparat",
            "apparater",
            "ram",
            "korg",
            "vägg",
            "panel",
            "block",
            "hängare",
            "vagn",
        ),
        *("matta", "gardin", "läder"),
    ),
    "en": (),
}
_WORD = re.compile(rf"\w{{{SHORTEST},}}")
_ENDS = {
    language: re.compile(f"(?<=\\w{{4}})({'|'.join(sorted(parts, key=len, reverse=True))})$")
    for language, parts in LAST_PARTS.items()
    if parts
}


def with_hyphens(text: str, language: str) -> str:
    """``text`` with a soft hyphen before the last part of each long compound."""
    ends = _ENDS.get(language)
    return _WORD.sub(lambda word: ends.sub(rf"{SOFT}\1", word[0]), text) if ends else text
