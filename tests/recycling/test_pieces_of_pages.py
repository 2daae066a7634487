"""The tags and forms that pages are put together from."""

import re

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override

from inventory.models import ItemStatus
from recycling.drawing import cuboid
from recycling.icons import ICONS
from recycling.templatetags.kierto import STATES, path_in
from reservations.models import ReservationStatus

# -- Tags


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


# -- Forms


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
