"""A phone of a worker, whose network comes and goes."""

from playwright.sync_api import expect

from tests.browser.people import let_in

SHUTTER = "[data-shutter]"
SAVE = "button.primary[form=intake]"


class Phone:
    """A phone of a worker, whose network comes and goes."""

    def __init__(self, person, worker):
        self.person, self.worker = let_in(person, worker), worker
        self.page, self.context = person.page, person.page.context

    def open(self, path):
        """An address, and the copies of pages that are made for later."""
        self.person.go(path)
        expect(self.page.locator("html")).to_have_attribute("data-ready", "offline")
        return self

    def cut(self):
        self.context.set_offline(True)
        return self

    def mend(self):
        self.context.set_offline(False)
        self.person.complaints.clear()  # the browser's own notes of what it did not reach
        return self

    def new_tab(self, path):
        """The tab is closed and another one opened."""
        self.page.close()
        self.person.page = self.page = self.context.new_page()
        self.page.goto(path)
        return self

    def log(self, kind="office_chair", shots=1):
        """One thing in the form that is open."""
        for _shot in range(shots):
            self.person.press(SHUTTER)
        expect(self.page.locator(".shots li")).to_have_count(shots)
        self.person.choose("category", kind).choose("condition", "good")
        self.person.press(SAVE)
        return self

    def waits(self, number):
        """So much waits on the phone, and the bar says it."""
        bar = self.page.locator("[data-outbox]")
        expect(bar).to_have_attribute("data-waiting", str(number))
        if number:
            expect(bar.locator("[data-number]")).to_have_text(str(number))
        return self

    def says(self, text):
        expect(self.page.locator("[data-outbox] [data-told]")).to_contain_text(text)
        return self

    def move(self, *words):
        for word in words:
            self.person.write("typed", word)
            self.page.keyboard.press("Enter")
            expect(self.page.locator("#move [name=typed]")).to_have_value("")
        return self
