"""A resident's browser in the tests: each step as the page's own form sends it."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse
from django.utils import translation

from recycling.accounts.domain import contacts
from recycling.accounts.models import ContactCode
from reservations.domain.timetable import VALUE
from reservations.models import Reservation

# The pages of a booking in their order; the first leads to the one that comes next.
STEPS = ["resume", "time", "contact", "code", "check"]


class Resident:
    """One browser, reading English. Every verb gives back the answer of the page."""

    def __init__(self, language="en"):
        self.client = Client()
        self.language = language
        self.bundle = ""

    def address(self, name, *arguments):
        with translation.override(self.language):
            return reverse(f"reservations:{name}", args=arguments)

    def get(self, page, /, *arguments, **query):
        return self.client.get(self.address(page, *(arguments or self._bundle(page))), query)

    def post(self, page, /, *arguments, **data):
        query = data.pop("query", "")
        return self.client.post(self.address(page, *(arguments or self._bundle(page))) + query, data)

    def _bundle(self, name):
        return [] if name in {"hold", "find", "forget", "places"} else [self.bundle]

    def hold(self, item, pieces=1, client_key="key"):
        answer = self.post("hold", code=item.shown_code, pieces=pieces, client_key=client_key)
        self._remember(answer)
        return answer

    def hold_list(self, wishes, client_key="key"):
        """``{item: pieces}`` from the saved list."""
        answer = self.post(
            "hold",
            wish=[f"{item.code}={pieces}" for item, pieces in wishes.items()],
            client_key=client_key,
        )
        self._remember(answer)
        return answer

    def _remember(self, answer):
        if answer.status_code == 302:
            self.bundle = answer["Location"].split("/")[3]

    def choose(self, slot, **data):
        return self.post("time", slot=slot.starts_at.strftime(VALUE), **data)

    def say_who(self, name="Aino Asukas", contact="aino@example.org", **data):
        return self.post("contact", name=name, contact=contact, wants_reminder="on", **data)

    def code_sent(self):
        """The six digits that the newest message carries."""
        return contacts.digits(ContactCode.objects.latest("pk"))

    def type_code(self, code=None):
        return self.post("code", code=code or self.code_sent())

    def confirm(self):
        return self.post("confirm")

    def reservations(self):
        return list(Reservation.objects.filter(bundle=self.bundle).order_by("pk"))

    def reservation(self):
        return self.reservations()[0]

    def get_to_check(self, item, slot):
        """Through every step up to the check page."""
        self.hold(item)
        self.choose(slot)
        self.say_who()
        self.type_code()
        return self.get("check")


def text_of(answer):
    """What stands between the header and the footer, as one line without its markup."""
    page = answer.content.decode()
    return _words(page[page.index("<main") : page.index("</main>")])


def refusal_in(answer):
    """The sentences of the error summary; "" when the page has none."""
    page = answer.content.decode()
    if 'id="error-summary"' not in page:
        return ""
    start = page.index('id="error-summary"')
    fragment = page[page.index("</h2>", start) : page.index("</div>", start)]
    return _words(fragment)


def _words(markup):
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
    return text.replace(" .", ".").replace(" ,", ",").replace(" !", "!")
