"""What the look promises: colours that can be read, little to download, nothing inline, forms that say what is wrong."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Template, engines
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override

from inventory.models import ItemStatus
from inventory.views import saved
from recycling import context, pages
from recycling.accounts import device
from recycling.accounts.domain.limits import TooOften
from recycling.drawing import cuboid
from recycling.errors import Refused
from recycling.icons import ICONS
from recycling.middleware import CalmRefusals
from recycling.templatetags.kierto import STATES, path_in
from reservations.models import ReservationStatus

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "recycling/static/css"
THEME = (CSS / "theme.css").read_text()
TEMPLATES = sorted(
    path
    for folder in ("templates", "recycling", "inventory", "reservations")
    for path in (ROOT / folder).rglob("*.html")
)
CSS_BUDGET = 14_000
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


# ---- Colours ----


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


# ---- Weight ----


def packed(paths):
    return sum(len(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)) for path in paths)


def test_all_stylesheets_together_stay_small():
    sheets = list(CSS.glob("*.css"))
    assert sheets
    assert packed(sheets) <= CSS_BUDGET


def test_the_script_that_every_page_may_use_stays_small():
    assert packed([CSS.parent / "js/kierto.js"]) <= JS_BUDGET


# ---- Templates ----

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
        for link in re.findall(r"<a\b[^>]*_blank.*?</a>", path.read_text(), re.DOTALL)
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


# ---- Tags ----


def test_every_state_of_an_item_and_of_a_reservation_has_a_word_and_an_icon():
    assert sorted(set(ItemStatus.values) - set(STATES["item"])) == []
    assert sorted(set(ReservationStatus.values) - set(STATES["reservation"])) == []
    assert {icon for states in STATES.values() for _, icon, _ in states.values()} <= set(ICONS)


def test_a_state_is_a_word_and_not_a_colour_alone():
    with override("en"):
        shown = render('{% state_badge "item" "held" on_photo=True %}')
    assert 'class="badge solid"' in shown
    assert "Being booked right now" in shown
    assert 'aria-hidden="true"' in shown


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fi/items?q=tuoli&page=2", "/sv/items?q=tuoli&page=2"),
        ("/fi/", "/sv/"),
        ("/fi", "/sv/"),
        ("/i/K7Q-4M2P", "/sv/"),
        ("//evil.example/fi/", "/sv/"),
        ("/fi//evil.example", "/sv//evil.example"),
    ],
)
def test_a_language_link_leads_to_the_same_page_and_never_to_another_site(path, expected):
    assert path_in("sv", path) == expected


def test_the_languages_are_called_by_their_own_names():
    with override("sv"):
        shown = render("{% language_links %}", request=RequestFactory().get("/sv/items?q=stol"))
    assert re.findall(
        r'<a href="([^"]+)" lang="(\w\w)" hreflang="(\w\w)" rel="alternate">(\w+)</a>', shown
    ) == [
        ("/fi/items?q=stol", "fi", "fi", "Suomi"),
        ("/en/items?q=stol", "en", "en", "English"),
    ]
    assert '<span lang="sv" aria-current="true">Svenska</span>' in shown


@pytest.mark.parametrize("size", [(68, 68, 96), (400, 3, 2), (1, 300, 1), (3, 1, 400)])
def test_the_drawing_of_a_size_stays_within_its_frame(size):
    box = cuboid(*map(float, size))
    (front_x, front_y), (wide, high) = (
        re.match(r"M(\d+) (\d+)", box["front"]).groups(),
        re.search(r"h(\d+)v(\d+)", box["front"]).groups(),
    )
    slant = int(re.search(r"l(\d+)", box["lid"]).group(1))
    assert int(front_y) - slant >= 0
    assert int(front_x) + int(wide) + slant <= 324 - 60
    assert min(int(wide), int(high), slant) >= 4


def test_a_size_that_is_not_known_is_not_drawn():
    assert render("{% size_drawing 68 None 96 %}").strip() == ""
    with override("fi"):
        assert 'role="img"' in render("{% size_drawing 68 68 96 %}")


# ---- Forms ----


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="Your first name <b>is</b> enough.")
    note = forms.CharField(label="Note", required=False)
    condition = forms.ChoiceField(label="Condition", choices=[("good", "Good")], widget=forms.RadioSelect)
    remind = forms.BooleanField(label="Remind me")

    def clean(self):
        raise forms.ValidationError("The item has just gone.")


def render(source, **values):
    return engines["django"].from_string(source).render(values)


def test_a_field_has_its_label_its_hint_and_its_error_before_it():
    shown = str(Sample({})["name"].as_field_group())
    order = [
        shown.index(part)
        for part in ('for="id_name"', 'id="id_name_helptext"', 'id="id_name_error"', "<input")
    ]
    assert order == sorted(order)
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert "&lt;b&gt;is" in shown


def test_what_need_not_be_filled_in_says_so():
    form = Sample()
    with override("en"):
        assert "(optional)" in str(form["note"].as_field_group())
        assert "(optional)" not in str(form["name"].as_field_group())


def test_choices_are_a_group_with_a_name():
    shown = str(Sample({})["condition"].as_field_group())
    assert '<fieldset class="field field-bad" aria-describedby="id_condition_error">' in shown
    assert re.findall(r"<legend[^>]*>([^<]+)</legend>", shown) == ["Condition"]
    assert re.findall(
        r'<input type="radio"[^>]*id="([^"]+)"[^>]*>\s*<label for="([^"]+)">Good</label>', shown
    ) == [("id_condition_0", "id_condition_0")]


def test_the_error_summary_leads_to_each_field_in_the_words_of_the_field():
    with override("en"):
        shown = render('{% include "includes/_error_summary.html" %}', form=Sample({}))
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', shown) == [
        ("id_name", "Name: This field is required."),
        ("id_condition_0", "Condition: This field is required."),
        ("id_remind", "Remind me: This field is required."),
    ]
    assert "The item has just gone." in shown
    assert " autofocus " in shown
    assert "There is a problem" in shown


def test_a_form_without_errors_has_no_error_summary():
    assert render('{% include "includes/_error_summary.html" %}', form=Sample()).strip() == ""


@pytest.mark.django_db
def test_a_page_with_an_error_says_so_in_its_title():
    request = RequestFactory().get("/en/x")
    source = '{% extends "base.html" %}{% block title %}Who collects?{% endblock %}'
    with override("en"):
        template = engines["django"].from_string(source)
        wrong = template.render({"form": Sample({})}, request)
        right = template.render({"form": Sample()}, request)
        refused = template.render({"refusal": "The item has just gone."}, request)
    titles = [re.search(r"<title>(.*?)</title>", page).group(1) for page in (wrong, right, refused)]
    assert titles == [
        "Error: Who collects? - Kierto",
        "Who collects? - Kierto",
        "Error: Who collects? - Kierto",
    ]


# ---- Pages ----

LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_the_worst_errors_need_no_database_and_speak_three_languages(name):
    shown = get_template(name).render()
    assert re.findall(r'<(?:html|section) lang="(\w\w)"', shown) == ["fi", "sv", "en"]
    assert shown.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["how", "privacy", "cookies", "accessibility"])
def test_a_page_of_words_is_open_to_everybody(client, page, language):
    answer = client.get(f"/{language}/{page}")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in shown
    assert shown.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "413", "429", "refused"])
def test_an_error_page_has_one_heading_and_a_way_to_help(name):
    shown = get_template(f"{name}.html").render({}, RequestFactory().get("/en/x"))
    assert shown.count("<h1") == 1
    assert 'href="tel:020000000"' in shown


class Ended(Refused):
    code = "ended"
    message = "This has ended."
    status = 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "status", "heading"),
    [
        (TooOften(), 429, "Too many tries"),
        (Refused(), 409, "This did not work"),
        (Ended(), 410, "This did not work"),
    ],
)
def test_a_refusal_that_no_page_caught_has_a_page_with_its_sentence(refusal, status, heading):
    request = RequestFactory().post("/en/x")
    with override("en"):
        answer = CalmRefusals(get_response=None).process_exception(request, refusal)
        sentence = str(refusal)
    shown = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in shown
    assert f"<p>{sentence}</p>" in shown


@pytest.mark.django_db
def test_every_cookie_is_on_the_page_about_cookies(client):
    shown = client.get("/en/cookies").content.decode()
    cookies = (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        device.COOKIE,
        saved.COOKIE,
        context.THEME_COOKIE,
    )
    assert [name for name in cookies if f">{name}</dt>" not in shown] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}]
)
def test_another_sites_page_cannot_choose_the_colours(client, told):
    answer = client.post("/en/theme", {"theme": "dark"}, **told)
    assert (answer.status_code, "theme" in answer.cookies) == (403, False)


@pytest.mark.django_db
def test_a_page_that_anybody_may_see_carries_no_token_and_sets_no_cookie(client):
    answer = client.get("/en/items")
    assert ("csrfmiddlewaretoken" in answer.content.decode(), dict(answer.cookies)) == (False, {})


@pytest.mark.django_db
def test_the_colours_that_a_person_chose_are_used_and_remembered(client):
    answer = client.post("/en/theme", {"theme": "dark", "next": "/en/how"})
    cookie = answer.cookies["theme"]
    assert (answer.status_code, answer.url) == (302, "/en/how")
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")
    assert 'data-theme="dark"' in client.get("/en/how").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["", "pink", "<script>"])
def test_colours_that_do_not_exist_are_not_remembered(client, theme):
    answer = client.post("/en/theme", {"theme": theme, "next": "/en/how"})
    assert (answer.url, dict(answer.cookies)) == ("/en/how", {})


@pytest.mark.django_db
def test_a_cookie_that_somebody_wrote_by_hand_is_not_shown(client):
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/en/how").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:x",
        "",
        "how",
    ],
)
def test_choosing_colours_never_leads_to_another_site(client, wanted):
    assert client.post("/en/theme", {"theme": "dark", "next": wanted}).url == "/en/"


@pytest.mark.django_db
def test_colours_are_chosen_by_a_form_not_by_a_link(client):
    assert client.get("/en/theme").status_code == 405


@pytest.mark.django_db
def test_a_warehouse_screen_is_light_until_somebody_chooses():
    source = '{% extends "warehouse/base.html" %}{% block title %}New{% endblock %}'
    template = engines["django"].from_string(source)
    request = RequestFactory().get("/en/wh/new")
    assert 'data-theme="light"' in template.render({}, request)
    request.COOKIES["theme"] = "auto"
    shown = template.render({}, request)
    assert 'data-theme="auto"' in shown
    assert '<body class="wh">' in shown


def test_the_statement_was_reviewed_after_it_was_written():
    assert pages.STATEMENT_WRITTEN <= pages.STATEMENT_REVIEWED
    assert set(pages.SUPERVISOR) == set(LANGUAGES)
