"""A worker's browser in the tests: the forms of the hall as the pages send them, and what the answers say."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from .pictures import drawn, encoded

EMOJI = "\N{CHAIR}\N{PARTY POPPER}"
ARABIC = "\N{RIGHT-TO-LEFT OVERRIDE}كرسي"


def address(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"inventory:{name}", args=args)


def picture(name="chair.jpg", **how):
    return SimpleUploadedFile(name, encoded(drawn(**how), "JPEG"), content_type="image/jpeg")


def words_of(answer):
    """What the page says, without its markup."""
    html = re.sub(r"<(script|style|template|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("&quot;", '"').split())


def problems(answer):
    """The sentences of the summary of errors."""
    return [
        " ".join(re.sub(r"<[^>]+>", "", line).replace("&#x27;", "'").split())
        for line in re.findall(
            r"<(?:li|p)>(.*?)</(?:li|p)>",
            answer.content.decode().partition('id="error-summary"')[2].partition("</div>")[0],
            flags=re.DOTALL,
        )
    ]


def value_of(answer, name):
    """What stands in the field of this name."""
    html = answer.content.decode()
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', html) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', html, re.DOTALL
    )
    if field.re.groups:
        return field[1].strip()
    return (re.search(r'value="([^"]*)"', field[0]) or ["", ""])[1]


def chosen(answer, name):
    """The value of the radio button or the option that is chosen."""
    html = answer.content.decode()
    for radio in re.findall(rf'<input type="radio" name="{name}"[^>]*>', html):
        if " checked" in radio:
            return re.search(r'value="([^"]*)"', radio)[1]
    select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)
    option = select and re.search(r'<option value="([^"]*)" selected', select[0])
    return option and option[1]


def uploaded(answer):
    return re.findall(r'name="uploaded" value="(\w+)"', answer.content.decode())


def log(browser, **fields):
    """Send the form of a new thing: an office chair in good condition with one photo, unless said otherwise."""
    usual = {"category": "office_chair", "condition": "good", "quantity": "1", "site": "warehouse"}
    usual |= {"client_key": "k" * 24} if "client_key" not in fields else {}
    if "camera" not in fields and "album" not in fields and "uploaded" not in fields:
        usual["camera"] = picture()
    return browser.post(address("wh_new"), usual | meant_shelf(fields) | fields)


def edit(browser, item, **fields):
    """Send the item's form as the page shows it, but for ``fields``."""
    item.refresh_from_db()
    usual = {
        "version": item.version, "category": item.category.key, "condition": item.condition, "site": item.site.code,
        "shelf": item.shelf.code if item.shelf else "", "colour": item.colour, "text_language": "fi",
    }  # fmt: skip
    return browser.post(address("wh_item", item.shown_code), usual | meant_shelf(fields) | fields)


def meant_shelf(fields):
    """The answer to the question whether a shelf that is not there is to be added."""
    return {"new_shelf": " ".join(fields["shelf"].upper().split())} if "shelf" in fields else {}
