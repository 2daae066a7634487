"""A draft in words: a text message of one part, or a mail with the same words plain and in HTML.

The words are templates in ``templates/messages/``; the active language chooses among their translations. Where the city has
written words of its own, those are said instead (``city_texts``).
"""

import logging
import re

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import Truncator

from recycling.notifications.channels import Mail
from recycling.notifications.models import CityText, Part
from recycling.policy.models import Policy
from recycling.translated import reading_language

from . import gsm7, pieces

log = logging.getLogger(__name__)

LONGEST_SUBJECT = 78
# The name of a thing in the subject of a mail.
SHORT = 24
# What a text message spells out of these values; where even that is too much, the item gives way.
SMS_ROOM = {"item": 22, "place": 20}
SMS_TIGHTER_ITEM = (22, 20, 17, 14, 10)

_AND_MORE = re.compile(r" \+ \d+$")
_TEMPLATES = {
    Part.SUBJECT: "messages/{}.subject.txt",
    Part.TEXT: "messages/{}.txt",
    Part.SMS: "messages/{}.sms.txt",
}


def template_of(kind, part):
    """Where the original words are."""
    return _TEMPLATES[part].format(kind)


def sms(kind, values, own=None):
    """The text message of this kind: one part of 160 units, whatever the values.

    ``own``: ``{part: words}`` of the city; None for those that it keeps.
    """
    own = CityText.objects.words_of(kind, reading_language()) if own is None else own
    text = sms_as_written(kind, values, own)
    if own.get(Part.SMS) and gsm7.units(text) > gsm7.ONE_MESSAGE:
        # What the city wrote fitted with the longest values there were then; ours fit with those of today.
        return sms_as_written(kind, values, {})
    return text


def sms_as_written(kind, values, own):
    """The same, longer than one part where even the shortest name of the item does not help."""
    plain = {name: gsm7.plain(value) if isinstance(value, str) else value for name, value in values.items()}
    plain["url"] = plain.get("url", "").partition("://")[2]
    for room in SMS_TIGHTER_ITEM:
        cut = {name: shortened(plain[name], most) for name, most in SMS_ROOM.items() if name in plain}
        if "item" in plain:
            cut["item"] = shortened(plain["item"], room)
        text = " ".join(gsm7.plain(_said(kind, Part.SMS, plain | cut, own)).split())
        if gsm7.units(text) <= gsm7.ONE_MESSAGE:
            break
    return text


def mail(kind, values, own=None):
    """Subject, plain text and HTML of the mail of this kind. ``own`` as for `sms`."""
    own = CityText.objects.words_of(kind, reading_language()) if own is None else own
    values = for_mail(values)
    subject = subject_as_written(kind, values, own)
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"
    text = text_as_written(kind, values, own)
    html = render_to_string(
        "messages/mail.html",
        {
            "subject": subject,
            "language": reading_language(),
            "paragraphs": paragraphs(text, values.get("url")),
        },
    )
    return Mail(subject, text, html)


def subject_as_written(kind, values, own):
    """The subject, however long."""
    return " ".join(_said(kind, Part.SUBJECT, values, own).split())


def text_as_written(kind, values, own):
    """The plain text of the mail."""
    return tidy(_said(kind, Part.TEXT, values, own))


def for_mail(values):
    """``values`` with what every mail can name: the service, the way to get help, a short name of the thing."""
    policy = Policy.current()
    short = {"short": Truncator(values["item"]).chars(SHORT)} if "item" in values else {}
    return (
        values
        | short
        | {
            "service": policy.service_name,
            "city": policy.city_name,
            "phone": policy.help_phone,
            "hours": policy.help_hours,
            "email": policy.help_email,
            "site_url": settings.SITE_URL,
        }
    )


def pieces_of(kind, part, values):
    """``{name: what it says}`` of the pieces of the original."""
    collected = pieces.Collected()
    pieces.render(template_of(kind, part), values, collected)
    return collected.found


def _said(kind, part, values, own):
    """What a part says: the city's own words where there are any, else the original."""
    name = template_of(kind, part)
    collected = pieces.Collected()
    original = pieces.render(name, values, collected)
    if not (words := own.get(part)):
        return original
    try:
        filled = pieces.fill(words, values | collected.found)
    except KeyError as error:
        # A name that this version of the service knows no more: better the original than a hole.
        log.warning("the city's %s of %s names %s, which is not there", part, kind, error)
        return original
    return filled if part != Part.TEXT else pieces.render(name, values, pieces.Collected(body=filled))


def shortened(text, most):
    """``text`` in at most ``most`` characters: without what follows the comma, else cut with a point. "+ 2" stays."""
    if len(text) <= most:
        return text
    more = found.group() if (found := _AND_MORE.search(text)) else ""
    text, room = text.removesuffix(more), most - len(more)
    if len(text) <= room:
        return text + more
    name = text.partition(",")[0]
    if len(name) <= room:
        return name + more
    return f"{name[: room - 1].rstrip()}.{more}"


def tidy(text):
    """``text`` without spaces at the ends of lines, with one empty line between paragraphs."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def paragraphs(text, url):
    """The paragraphs of a mail, as lines; a line that is words and ``url`` is the button."""
    found = []
    for paragraph in text.strip().split("\n\n"):
        lines = []
        for line in paragraph.splitlines():
            words = line.removesuffix(f": {url}") if url else line
            lines.append({"words": words, "url": url if words != line else ""})
        found.append(lines)
    return found
