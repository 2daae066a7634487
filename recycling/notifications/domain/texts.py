"""A draft in words: a text message of one part, or a mail with the same words plain and in HTML.

The words are templates in ``templates/messages/``; the active language chooses among their translations. They are
rendered without HTML's escaping, which has no place in a plain text.
"""

import re

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string

from recycling.notifications.channels import Mail
from recycling.policy.models import Policy
from recycling.translated import reading_language

from . import gsm7

LONGEST_SUBJECT = 78
# What a text message spells out of these values; where even that is too much, the item gives way.
SMS_ROOM = {"item": 22, "place": 20}
SMS_TIGHTER_ITEM = (22, 20, 17, 14, 10)

_AND_MORE = re.compile(r" \+ \d+$")


def sms(kind, values):
    """The text message of this kind: one part of 160 units, whatever the values."""
    values = {name: gsm7.plain(value) if isinstance(value, str) else value for name, value in values.items()}
    values["url"] = values.get("url", "").partition("://")[2]
    for room in SMS_TIGHTER_ITEM:
        cut = {name: shortened(values[name], most) for name, most in SMS_ROOM.items() if name in values}
        if "item" in values:
            cut["item"] = shortened(values["item"], room)
        text = " ".join(gsm7.plain(_render(f"messages/{kind}.sms.txt", values | cut)).split())
        if gsm7.units(text) <= gsm7.ONE_MESSAGE:
            break
    return text


def mail(kind, values):
    """Subject, plain text and HTML of the mail of this kind."""
    policy = Policy.current()
    values = values | {
        "service": policy.service_name,
        "city": policy.city_name,
        "phone": policy.help_phone,
        "hours": policy.help_hours,
        "email": policy.help_email,
        "site_url": settings.SITE_URL,
    }
    subject = " ".join(_render(f"messages/{kind}.subject.txt", values).split())
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"
    text = tidy(_render(f"messages/{kind}.txt", values))
    html = render_to_string(
        "messages/mail.html",
        {
            "subject": subject,
            "language": reading_language(),
            "paragraphs": paragraphs(text, values.get("url")),
        },
    )
    return Mail(subject, text, html)


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


def _render(name, values):
    return Engine.get_default().get_template(name).render(Context(values, autoescape=False))
