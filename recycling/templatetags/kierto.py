"""What templates may ask for beside Django's own: icons, state badges, language links, the drawing of a size."""

from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import pgettext_lazy

from recycling import offers
from recycling.accounts import rules
from recycling.drawing import cuboid
from recycling.hyphens import with_hyphens
from recycling.icons import ICONS
from recycling.notifications.domain.pieces import PIECES
from recycling.translated import reading_language

register = template.Library()

# A language is called by its own name, never by a flag or by two letters.
LANGUAGES = (("fi", "Suomi"), ("sv", "Svenska"), ("en", "English"))

# kind -> status -> (tone, icon, word). The tone names a colour pair of theme.css.
STATES = {
    "item": {
        "draft": ("done", "draft", pgettext_lazy("item", "Draft")),
        "internal": ("queue", "lock", pgettext_lazy("item", "City units only")),
        "published": ("ok", "check", pgettext_lazy("item", "Available")),
        "available": ("ok", "check", pgettext_lazy("item", "Available")),
        "held": ("hold", "clock", pgettext_lazy("item", "Being booked right now")),
        "reserved": ("hold", "lock", pgettext_lazy("item", "Reserved")),
        "offered": ("queue", "queue", pgettext_lazy("item", "Offered to the queue")),
        "ready": ("ok", "check", pgettext_lazy("item", "Picked, ready")),
        "collected": ("done", "check", pgettext_lazy("item", "Collected")),
        "delivered": ("done", "truck", pgettext_lazy("item", "Delivered")),
        "repair": ("hold", "repair", pgettext_lazy("item", "Being repaired")),
        "missing": ("danger", "question", pgettext_lazy("item", "Missing")),
        "quarantine": ("danger", "warning", pgettext_lazy("item", "In quarantine")),
        "safety": ("danger", "warning", pgettext_lazy("item", "Not safe to use")),
        "write_off": ("hold", "clock", pgettext_lazy("item", "To be written off")),
        "withdrawn": ("done", "cross", pgettext_lazy("item", "Withdrawn")),
        "written_off": ("done", "cross", pgettext_lazy("item", "Written off")),
    },
    "request": {
        "writing": ("hold", "draft", pgettext_lazy("request", "Being written")),
        "waiting": ("queue", "clock", pgettext_lazy("request", "Waiting for approval")),
        "returned": ("hold", "back", pgettext_lazy("request", "Returned to be changed")),
        "accepted": ("ok", "check", pgettext_lazy("request", "Approved")),
        "received": ("done", "check", pgettext_lazy("request", "Received")),
        "rejected": ("danger", "cross", pgettext_lazy("request", "Not approved")),
        "cancelled": ("done", "cross", pgettext_lazy("request", "Cancelled")),
        "expired": ("done", "clock", pgettext_lazy("request", "Expired")),
    },
    "reservation": {
        "held": ("hold", "clock", pgettext_lazy("reservation", "Held")),
        "awaiting_approval": ("queue", "clock", pgettext_lazy("reservation", "Waiting for approval")),
        "rejected": ("danger", "cross", pgettext_lazy("reservation", "Not approved")),
        "booked": ("queue", "calendar", pgettext_lazy("reservation", "Booked")),
        "ready": ("ok", "check", pgettext_lazy("reservation", "Ready for pickup")),
        "partly": ("hold", "box", pgettext_lazy("reservation", "Partly collected")),
        "collected": ("done", "check", pgettext_lazy("reservation", "Collected")),
        "cancelled": ("done", "cross", pgettext_lazy("reservation", "Cancelled")),
        "missed": ("hold", "warning", pgettext_lazy("reservation", "Not collected")),
        "expired": ("done", "clock", pgettext_lazy("reservation", "Expired")),
    },
    "task": {
        "done": ("ok", "check", pgettext_lazy("task", "Done")),
        "todo": ("hold", "edit", pgettext_lazy("task", "To do")),
        "wait": ("", "lock", pgettext_lazy("task", "Cannot start yet")),
    },
}


class Piece(template.Node):
    """A part of a message that has a name, so that words of the city's own can place it (``notifications/domain/pieces.py``)."""

    def __init__(self, name, nodes):
        self.name, self.nodelist = name, nodes

    def render(self, context):
        pieces = context.get(PIECES)
        return self.nodelist.render(context) if pieces is None else pieces.said(self, context)


@register.tag
def piece(parser, token):
    """``{% piece "items" %}...{% endpiece %}``: the part of a message that editors call ``{items}``."""
    name = token.split_contents()[1].strip('"')
    nodes = parser.parse(("endpiece",))
    parser.delete_first_token()
    return Piece(name, nodes)


@register.filter
def hyphens(text):
    """``text`` with marks where its long compounds may break, in the language that is read: for narrow tiles."""
    return with_hyphens(str(text), reading_language())


@register.filter
def unit_roles(person):
    """The roles of this person in units: which pages of theirs the menu names."""
    return rules.unit_roles(person)


@register.filter
def keeps_units(person):
    """Whether this person keeps what the whole city shares: the managers' pages are in the menu."""
    return rules.manages(person)


@register.simple_tag
@cache
def icon(name, extra=""):
    """The icon ``name`` as inline SVG, hidden from screen readers: the word beside it speaks."""
    paths = format_html_join("", '<path d="{}"/>', ((path,) for path in ICONS[name]))
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" {extra}" if extra else "",
        paths,
    )


@register.simple_tag
def badge(text, tone="", icon_name="", *, on_photo=False):
    """``text`` in a pill of its tone (ok, hold, queue, danger; none is "ended"), with an icon if one is named."""
    classes = " ".join(filter(None, ["badge", "solid" if on_photo else tone, "" if icon_name else "bare"]))
    return format_html('<span class="{}">{}{}</span>', classes, icon(icon_name) if icon_name else "", text)


@register.simple_tag
def state_badge(kind, status, *, on_photo=False, word=""):
    """The state of an ``item``, ``reservation``, ``request`` or ``task`` as word and icon; ``word`` replaces the usual one."""
    tone, icon_name, usual = STATES[kind][str(status)]
    return badge(word or usual, tone, icon_name, on_photo=on_photo)


@register.simple_tag
def tone_icon(level_tag):
    """The icon of a message that Django calls success, info, warning or error."""
    return icon({"success": "check", "warning": "warning", "error": "warning"}.get(level_tag, "info"))


@register.simple_tag
def tone(level_tag):
    """The tone of a message that Django calls success, info, warning or error."""
    return {"success": "ok", "warning": "hold", "error": "danger"}.get(level_tag, "")


def path_in(language, path):
    """``path`` as it is called in ``language``: a page's address differs in its first part only."""
    start, _, rest = path.lstrip("/").partition("/")
    known = {code for code, _ in LANGUAGES}
    return f"/{language}/{rest}" if start in known else f"/{language}/"


def same_page(context):
    """This page in each language. A page that only answers POST names its address as ``language_path``."""
    request = context.get("request")
    path = context.get("language_path") or (request.get_full_path() if request else "/")
    reading = reading_language()
    return [
        {"code": code, "name": name, "path": path_in(code, path), "current": code == reading}
        for code, name in LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def unit_list(context):
    """For a member of a unit its list: where it is and how many things are on it; nobody else costs a question."""
    user = context.get("user")
    return offers.unit_list(user) if user and user.is_authenticated else None


@register.inclusion_tag("includes/_language_links.html", takes_context=True)
def language_links(context):
    """The languages by their own names; the others lead to this same page."""
    return {"links": same_page(context)}


@register.inclusion_tag("includes/_alternate_links.html", takes_context=True)
def alternate_links(context):
    """The same for search engines, in the head."""
    return {"links": same_page(context), "site": settings.SITE_URL}


@register.inclusion_tag("includes/_size_drawing.html")
def size_drawing(width, depth, height):
    """A box in the proportions of ``width`` x ``depth`` x ``height`` (cm) with its sizes; nothing if one is unknown."""
    if not (width and depth and height):
        return {}
    return {
        "box": cuboid(float(width), float(depth), float(height)),
        "width": width,
        "depth": depth,
        "height": height,
    }
