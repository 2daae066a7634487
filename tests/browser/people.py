"""Somebody at a browser: what they press and type is counted, and every page they meet is looked at on the way."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Error, expect

from recycling.notifications.domain import sending

PHONE, DESK = 360, 1280
LANGUAGES = ("fi", "sv", "en")
# Where every page is looked at with all means: on each commit in one language, in the others by `make thorough`.
STRICT_LANGUAGES = ("fi", *(pytest.param(one, marks=pytest.mark.thorough) for one in LANGUAGES[1:]))
# The same for pages that few commits touch: all of it by `make thorough`.
SELDOM = tuple(pytest.param(one, marks=pytest.mark.thorough) for one in LANGUAGES)
# A document that says "no" is a failed load to the console; whether it may say so is what the test itself asserts.
EXPECTED_NOISE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")

# What has to be true of every page, whoever looks at it.
PAGE = """() => ({
  language: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  title: document.title,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  twice: [...document.querySelectorAll("[id]")].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at),
  wordless: [...document.images].filter((one) => !one.hasAttribute("alt")).map((one) => one.src),
  failed: Boolean(document.getElementById("error-summary")),
  focused: document.activeElement?.id ?? "",
})"""
ERRORS = {"fi": "Virhe:", "sv": "Fel:", "en": "Error:"}

# Where the focus is, whether one can see that it is there, and whether anything lies over it.
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return { name: "nothing", ringed: true, seen: true };
  // A link that fills its card has the ring there, a radio button that fills its tile on the label, a file's field on the tile.
  const ring = (part, pseudo) => part && getComputedStyle(part, pseudo);
  const ringed = [ring(one), ring(one, "::after"), ring(one.nextElementSibling), ring(one.parentElement)].some(
    (style) => style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  );
  const box = one.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  const seen = Boolean(top) && (one.contains(top) || top.contains(one) || Boolean(top.closest("label")?.control === one));
  const name = `${one.tagName.toLowerCase()} ${one.id || one.getAttribute("href") || one.name || one.textContent.trim()}`;
  return { name, ringed, seen, box: [box.x, box.y, box.width, box.height].map(Math.round) };
}"""


class Person:
    """A pointer or a thumb, and a keyboard for the fields."""

    def __init__(self, page, language="fi"):
        self.page = page
        self.language = language
        self.taps = self.fields = 0
        self.complaints = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _hear(self, message):
        if message.type in {"error", "warning"} and not EXPECTED_NOISE.match(message.text):
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    # ---- Moving about ----

    def go(self, path):
        """Open an address of the service: a link that somebody was given, a bookmark."""
        self.page.goto(path)
        self.look()
        return self

    def press(self, what, *, opens=None):
        """One tap. ``opens`` is how the address of the page that it leads to ends; None stays on the page."""
        self.taps += 1
        element = self.one(what)
        if opens is None:
            self._press(element)
            return self
        # A fragment stays in the address through a form and its redirect: the link past the header leaves its own behind.
        with self.page.expect_navigation(
            url=lambda url: bool(re.search(opens, url.removesuffix("#main"))), wait_until="load"
        ):
            self._press(element)
        self.look()
        return self

    def _press(self, element):
        element.click()

    def write(self, name, text):
        """Type into the field with this name."""
        return self.write_into(f"main [name={name}]", text)

    def write_into(self, what, text):
        """Type into the field that a selector means, over what stands there."""
        self.fields += 1
        field = self.one(what)
        self._enter(field)
        field.fill("")
        field.press_sequentially(text)
        return self

    def _enter(self, field):
        field.click()

    def choose(self, name, value):
        """One tap on a radio button or a tick box."""
        self.taps += 1
        self._choose(self.one(f'[name="{name}"][value="{value}"]'))
        return self

    def _choose(self, element):
        element.check()

    def give_files(self, name, paths):
        """One tap opens the browser's own window, one chooses. Waits for photos that travel ahead of their form."""
        self.taps += 2
        self.page.locator(f"input[type=file][name={name}]").set_input_files(paths)
        if self.page.locator("[data-photos].is-live").count():
            expect(self.page.locator(".shots input[name=uploaded]")).to_have_count(len(paths))
        return self

    def counted(self):
        """(taps, fields) since the last time they were asked for."""
        counted = self.taps, self.fields
        self.taps = self.fields = 0
        return counted

    # ---- Looking ----

    def one(self, what):
        """The element that a selector means: exactly one that can be seen."""
        found = self.page.locator(what).filter(visible=True)
        expect(found).to_have_count(1)
        return found

    def sees(self, what):
        return self.page.locator(what).filter(visible=True).count() > 0

    def text(self, what="main"):
        return " ".join(self.one(what).inner_text().split())

    def look(self):
        """What every page owes to everybody."""
        found = self.page.evaluate(PAGE)
        where = self.page.url
        assert found["language"] == self.language, where
        assert found["headings"] == 1, where
        assert found["wide"] <= 0, f"{where} is {found['wide']} px too wide"
        assert found["twice"] == [], where
        assert found["wordless"] == [], where
        assert found["title"].startswith(ERRORS[self.language]) is found["failed"], (where, found["title"])
        assert (found["focused"] == "error-summary") is found["failed"], (where, found["focused"])
        assert self.complaints == [], where

    # ---- What arrives ----

    def newest_message(self, to):
        """The text of the newest message to ``to``, as the demo's mailbox shows it in a tab of its own."""
        sending.send_due(at=timezone.now())
        with self.page.context.new_page() as tab:
            tab.goto(f"/demo/mailbox?{self.language}")
            mine = tab.locator("main .lines > li").filter(has_text=to).first
            mine.locator("h2 a").click()
            words = tab.locator("main").inner_text()
            links = tab.locator("main .box a").evaluate_all(
                "all => all.map((one) => one.getAttribute('href'))"
            )
        return words, links

    def code_from_message(self, to):
        words, _links = self.newest_message(to)
        return re.search(r"(?<!\d)\d{3} ?\d{3}(?!\d)", words)[0]


class AtTheKeyboard(Person):
    """Only Tab, arrows, Enter and Space. Wherever the focus goes, it has to be seen."""

    def look(self):
        super().look()
        if self.page.evaluate("document.activeElement !== document.body || location.hash !== ''"):
            return  # the page has put the focus where it is needed
        # The first stop of every other page is the link past the header.
        self.page.keyboard.press("Tab")
        skip = self.page.locator(".skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def reach(self, element):
        """Tab until ``element`` has the focus."""
        handle = element.element_handle()
        for _step in range(160):
            if handle.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            where = self.page.evaluate(FOCUS)
            assert where["ringed"], f"{self.page.url}: nobody sees that {where} has the focus"
            assert where["seen"], f"{self.page.url}: something lies over {where}"
        raise Error(f"{self.page.url}: Tab never comes to {element}")

    def _press(self, element):
        self.reach(element)
        self.page.keyboard.press("Enter")

    def _enter(self, field):
        self.reach(field)

    def _choose(self, element):
        """A tick box by Space; of radio buttons one is a stop, and the arrows go through the rest."""
        if element.get_attribute("type") == "checkbox":
            self.reach(element)
            self.page.keyboard.press("Space")
            return
        name = element.get_attribute("name")
        group = self.page.locator(f'[name="{name}"]')
        stop = group.locator("xpath=self::*[@checked]")
        self.reach(stop.first if stop.count() else group.first)
        self.page.keyboard.press("Space")
        for _step in range(group.count()):
            if element.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        expect(element).to_be_checked()


def let_in(person, worker):
    """Signed in, without the way through the mailbox: that one has a test of its own."""
    client = Client()
    client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    person.page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": settings.SITE_URL}]
    )
    return person
