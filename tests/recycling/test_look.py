"""What the look promises: colours that can be read, little to download, nothing inline."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template

ROOT = Path(settings.BASE_DIR)


CSS = ROOT / "recycling/static/css"


THEME = (CSS / "theme.css").read_text()


TEMPLATES = sorted(
    path
    for folder in ("templates", "recycling", "inventory", "reservations")
    for path in (ROOT / folder).rglob("*.html")
)


# Bytes, compressed: all that a resident's page may load, and what the hall's pages load beside it.
CSS_BUDGET = 11_000
HALL_BUDGET = 7_000


JS_BUDGET = 15_000


TEXT, CONTROL = 4.5, 3.0


PAIRS = [
    ("ink", "bg", TEXT),
    ("ink", "paper", TEXT),
    ("ink2", "bg", TEXT),
    ("ink2", "paper", TEXT),
    ("brand", "bg", TEXT),
    ("brand", "paper", TEXT),
    ("onbrand", "brand", TEXT),
    ("onbrand", "brandhover", TEXT),
    ("brand", "brandsoft", TEXT),
    ("brandhover", "bg", TEXT),
    ("brandhover", "paper", TEXT),
    ("brandhover", "brandsoft", TEXT),
    ("ink", "brandsoft", TEXT),
    ("ok", "oksoft", TEXT),
    ("hold", "holdsoft", TEXT),
    ("queue", "queuesoft", TEXT),
    ("done", "donesoft", TEXT),
    ("danger", "dangersoft", TEXT),
    ("ink", "oksoft", TEXT),
    ("ink", "holdsoft", TEXT),
    ("ink", "queuesoft", TEXT),
    ("ink", "dangersoft", TEXT),
    ("danger", "bg", TEXT),
    ("danger", "paper", TEXT),
    ("bg", "danger", TEXT),
    ("bg", "dangerhover", TEXT),
    ("onbadge", "badge", TEXT),
    ("oncode", "code", TEXT),
    ("control", "bg", CONTROL),
    ("control", "paper", CONTROL),
    ("brand", "bg", CONTROL),
    ("focus", "bg", CONTROL),
    ("focus", "paper", CONTROL),
    ("focus", "brandsoft", CONTROL),
]


# -- Colours


def luminance(colour):
    """Relative luminance of ``#RRGGBB`` as WCAG 2 defines it."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(css):
    """The three columns of a theme: by day, by night as the device says, by night as the person chose."""
    blocks = re.findall(r"(:root[^{]*)\{([^{}]*)\}", css)
    found = [
        (selector.strip(), dict(re.findall(r"--c-(\w+):\s*(#[0-9A-Fa-f]{6})\b", body)))
        for selector, body in blocks
    ]
    day, *nights = [values for _, values in found if values]
    return day, [day | night for night in nights]


def too_faint(css):
    """Every pair of a theme that falls below its limit, as (column, ink, ground)."""
    day, nights = tokens(css)
    columns = {"light": day} | {f"dark {number}": night for number, night in enumerate(nights)}
    return [
        (name, ink, ground)
        for name, column in columns.items()
        for ink, ground, limit in PAIRS
        if contrast(column[ink], column[ground]) < limit
    ]


def test_the_formula_gives_the_ratios_that_wcag_names():
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
    assert contrast("#0B5F55", "#0B5F55") == 1.0


def test_every_pair_of_the_theme_can_be_read_by_day_and_by_night():
    day, nights = tokens(THEME)
    assert (len(day), len(nights)) == (26, 2)
    assert too_faint(THEME) == []


def test_both_ways_to_the_night_show_the_same_colours():
    _, (by_device, by_choice) = tokens(THEME)
    assert by_device == by_choice


@pytest.mark.parametrize(
    ("token", "faint"), [("--c-ink2: #4A5650", "#8A968F"), ("--c-focus: #FFD54A", "#2A3550")]
)
def test_a_citys_theme_with_a_faint_colour_is_refused(token, faint):
    name = token.split(":")[0]
    assert token in THEME
    assert too_faint(THEME.replace(token, f"{name}: {faint}")) != []


NAMED = (
    "white|black|red|green|blue|gr[ae]y|silver|yellow|orange|purple|navy|teal|maroon|olive|aqua|fuchsia|lime"
)


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css") if path.name != "theme.css"))
def test_colours_are_named_in_the_theme_and_nowhere_else(sheet):
    css = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
    literal = rf"#[0-9a-fA-F]{{3,8}}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|:[^;{{}}]*\b(?:{NAMED})\b(?![-\w])"
    assert re.findall(literal, css) == []


def test_every_colour_that_is_used_exists():
    used = {name for path in CSS.glob("*.css") for name in re.findall(r"var\(--c-(\w+)\)", path.read_text())}
    assert sorted(used - set(tokens(THEME)[0])) == []


# -- Weight


def packed(paths):
    return sum(len(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)) for path in paths)


def test_all_stylesheets_together_stay_small():
    hall = CSS / "warehouse.css"
    sheets = set(CSS.glob("*.css")) - {hall}
    assert (packed(sheets) <= CSS_BUDGET, packed([hall]) <= HALL_BUDGET) == (True, True)


def test_the_script_that_every_page_may_use_stays_small():
    assert packed([CSS.parent / "js/kierto.js"]) <= JS_BUDGET


# -- Templates


INLINE = re.compile(
    r"""\sstyle\s*=            # a style attribute
      | <style\b               # a style element
      | <script\b(?![^>]*\bsrc=)
      | <[^>]*\son[a-z]+\s*=   # an event attribute
      | javascript:""",
    re.VERBOSE | re.IGNORECASE,
)


UNESCAPED = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off")


def inline(source):
    """What a template has inline or leaves unescaped; the conditions inside its tags are not HTML."""
    html = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    return INLINE.findall(html) + UNESCAPED.findall(source)


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "sample",
    [
        '<p style="x">',
        "<style>",
        "<script>",
        '<script type="module">',
        '<a onclick="x">',
        "{{ a|safe }}",
        "{% autoescape off %}",
    ],
)
def test_the_search_for_inline_code_finds_it(sample):
    assert len(inline(sample)) == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_nothing_inline_and_escapes_what_it_shows(path):
    assert inline(path.read_text()) == []


def test_a_link_that_opens_a_new_tab_says_so():
    links = [
        link
        for path in TEMPLATES
        for link in re.findall(r"<a\b[^>]*target=._blank.*?</a>", path.read_text(), re.DOTALL)
    ]
    assert [link for link in links if "new tab" not in link] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_can_be_read(path):
    assert Template(path.read_text()).nodelist is not None


def test_no_module_declares_a_text_safe():
    modules = [
        path for app in ("recycling", "inventory", "reservations") for path in (ROOT / app).rglob("*.py")
    ]
    assert [
        named(path) for path in modules if re.search(r"\bmark_safe\b|\bSafeString\(", path.read_text())
    ] == []


def test_every_class_in_the_page_about_components_exists():
    styles = "".join(path.read_text() for path in CSS.glob("*.css"))
    shown = re.findall(r'class="([^"]*)"', (ROOT / "docs/components.md").read_text())
    names = {name for classes in shown for name in re.sub(r"{%.*?%}", " ", classes).strip("[]").split()}
    names = {name.strip("[]") for name in names}
    assert sorted(name for name in names if not re.search(rf"\.{re.escape(name)}(?![-\w])", styles)) == []
