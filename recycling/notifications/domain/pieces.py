"""The words of a message with ``{names}`` in them: how editors see them, and how they are filled.

What the city writes is never a template of Django's: a name in braces is replaced by its value, and nothing else happens.
The original words are templates of ours. Their loops and conditions have names too, so that editors can place them as they are.
"""

import re
from dataclasses import dataclass, field

from django.template import Context, Engine

# Where the context of a message keeps its pieces (the tag is in ``recycling/templatetags/kierto.py``).
PIECES = "pieces_of_the_message"
BODY = "body"
NAMED = re.compile(r"\{([a-z_]+)\}")


@dataclass
class Collected:
    """The pieces of a message as they came out; ``body``, if given, stands in the place of the original body."""

    body: str | None = None
    found: dict[str, str] = field(default_factory=dict)

    def said(self, node, context):
        text = node.nodelist.render(context)
        self.found[node.name] = text.strip()
        return self.body if node.name == BODY and self.body is not None else text


@dataclass
class Named:
    """The names of the pieces in the place of what they say."""

    found: dict[str, str] = field(default_factory=dict)

    def said(self, node, context):
        # The body is the one piece that has others in it.
        text = node.nodelist.render(context) if node.name == BODY else f"{{{node.name}}}\n\n"
        self.found[node.name] = text
        return text


class Number(int):
    """A number that shows its name: a plural form is chosen by it."""

    name: str

    def __new__(cls, name: str) -> "Number":
        number = super().__new__(cls, 2)
        number.name = name
        return number

    def __str__(self):
        return f"{{{self.name}}}"


def render(name, values, pieces=None):
    """The words of a template, without HTML's escaping, which has no place in a plain text."""
    ours = {} if pieces is None else {PIECES: pieces}
    return Engine.get_default().get_template(name).render(Context(values | ours, autoescape=False))


def fill(words, values):
    """``words`` with the value of each ``{name}``. Raises `KeyError` for a name without a value."""
    return NAMED.sub(lambda found: str(values[found[1]]), words)


def names_in(words):
    """The names that stand in braces."""
    return set(NAMED.findall(words))


def strays(words):
    """What stands in braces, or is one, and is no name."""
    return re.findall(r"\{[^{}\n]{0,40}\}|[{}]", NAMED.sub("", words))
