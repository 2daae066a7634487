"""A strict look at one page after the other; what is wrong is written down and told at the end, all of it at once."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

NORMAL = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# By night nothing but the colours is different.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}

RUN = """async (options) => {
  const found = await axe.run(document, options);
  const words = (node) => `${node.target} ${node.any[0]?.message ?? ""}`;
  return found.violations.map((one) => `${one.id}: ${one.nodes.map(words).join("; ")}`);
}"""

DARK = """() => { if (document.documentElement.dataset.theme === "light") document.documentElement.dataset.theme = "dark"; }"""

# A public button is 48 px high; so are fields that are typed into.
SMALL = """() => {
  const buttons = "button, .button, summary.button, .slot, .tick, .pick label, .photo-tile label";
  const fields = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea";
  return [...document.querySelectorAll(`:is(${buttons}, ${fields})`)]
    .filter((one) => one.checkVisibility() && !one.matches(".visually-hidden"))
    .filter((one) => one.getBoundingClientRect().height < 47.5)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)} ${one.getBoundingClientRect().height}`);
}"""

# In the hall a glove hits whatever can be pressed, a link too: 64 px from top to bottom, itself, its label or the row that is
# its link. A link within a sentence is as high as the sentence.
SMALL_IN_GLOVES = """() => {
  const bars = [...document.querySelectorAll(".places, .dock-action")];
  const inSentence = (one) => one.matches("p a, li a") && [...one.parentElement.childNodes]
    .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 12);
  const reach = (part, one) => {
    part.scrollIntoView({ block: "center", behavior: "instant" });
    const [{ x, y, width, height }] = part.getClientRects();
    const mine = (to) => {
      const there = document.elementFromPoint(x + Math.min(width / 2, 40), y + height / 2 + to);
      return there && (one.contains(there) || [...(one.labels ?? [])].some((label) => label.contains(there)));
    };
    const far = (way) => { let px = 0; while (px < 70 && mine(px * way)) px += 1; return px; };
    return far(1) + far(-1);
  };
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  return all.filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .skip") && !inSentence(one))
    .map((one) => {
      bars.forEach((bar) => { bar.style.pointerEvents = bar.contains(one) ? "" : "none"; });
      const parts = [one, ...(one.labels ?? [])].filter((part) => part.checkVisibility());
      const px = Math.max(...parts.map((part) => reach(part, one)));
      bars.forEach((bar) => { bar.style.pointerEvents = ""; });
      return [one, px];
    })
    .filter(([, px]) => px < 64)
    .map(([one, px]) => `${one.outerHTML.slice(0, 90)} ${one.textContent.trim().slice(0, 20)}: ${px} px for a glove`);
}"""

# The text spacing that a reader may ask for (WCAG 1.4.12). The policy forbids inline styles, not a sheet of the reader's own.
SPACING = """(on) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = on ? [sheet] : [];
}"""

# What is cut off, or pushes the page sideways.
CUT = """() => {
  const page = document.documentElement;
  const wide = page.scrollWidth - page.clientWidth;
  const cut = [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    if (!one.checkVisibility() || one.closest(".visually-hidden, .table-wrap, .photo, .tile-photo, svg, select")) return false;
    const style = getComputedStyle(one);
    if (style.overflow === "visible" || style.clipPath !== "none" || one.matches("input, textarea")) return false;
    // What scrolls up and down by itself, and can be reached by keyboard, is not cut off.
    const scrolls = style.overflowY === "auto" && one.scrollWidth <= one.clientWidth + 1;
    if (scrolls && one.querySelector("a, button, input")) return false;
    return one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
  });
  const name = (one) => `${one.tagName}.${one.getAttribute("class") ?? ""}`;
  const sticksOut = (one) => one.checkVisibility() && one.getBoundingClientRect().right > page.clientWidth + 1;
  const out = wide > 0 ? [...document.querySelectorAll("body *")].filter(sticksOut).slice(0, 3).map(name) : [];
  return [...cut.map((one) => `cut off: ${name(one)}`), ...(wide > 0 ? [`${wide} px too wide: ${out}`] : [])];
}"""


class Inspector:
    """Looks at what ``person`` has in front of them; ``wrong`` holds everything that is not as it should be."""

    def __init__(self, person):
        self.person, self.page = person, person.page
        self.wrong = []

    def look(self, name, *, dark=True):
        """Axe by day and by night, sizes of buttons, the narrow page, the page with more space in its text."""
        size = self.page.viewport_size
        # As high as the page: what the bar at the bottom happens to lie over can be scrolled, and is no fault.
        self.page.set_viewport_size(
            size | {"height": self.page.evaluate("document.documentElement.scrollHeight")}
        )
        self.page.evaluate(AXE)
        self._note(name, self.page.evaluate(RUN, NORMAL))
        in_hall = self.page.evaluate("document.body.classList.contains('wh')")
        self._note(name, self.page.evaluate(SMALL_IN_GLOVES if in_hall else SMALL))
        self.page.set_viewport_size({"width": 320, "height": size["height"]})
        self._note(f"{name} at 320 px", self.page.evaluate(CUT))
        self.page.evaluate(SPACING, arg=True)
        self._note(f"{name} with wide text", self.page.evaluate(CUT))
        self.page.evaluate(SPACING, arg=False)
        self.page.set_viewport_size(size)
        if dark:
            theme = self.page.evaluate("document.documentElement.dataset.theme")
            self.page.emulate_media(color_scheme="dark")
            self.page.evaluate(DARK)
            self._note(f"{name} by night", self.page.evaluate(RUN, COLOURS))
            self.page.emulate_media(color_scheme="light")
            self.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)

    def _note(self, name, found):
        self.wrong += [f"{name}: {one}" for one in found]

    def open_everything(self):
        """Whatever is folded, unfolded."""
        self.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")

    def go(self, name, path):
        self.person.go(path)
        self.look(name)

    def told(self):
        return "\n".join(self.wrong)
