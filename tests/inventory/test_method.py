"""The page that says how savings are calculated, and the figures behind it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import data
from inventory.models import Category, ImpactFactor
from recycling.policy.models import Policy

from .browsing import main_of

pytestmark = pytest.mark.django_db


def test_every_factor_in_use_stands_on_the_page_with_its_source(client):
    page = main_of(client.get("/en/impact"))
    used = {category.inherited("impact_key") for category in Category.objects.select_related("parent")}
    for factor in ImpactFactor.objects.filter(key__in=used):
        assert factor.source.partition("'")[0].partition("&")[0].partition("<")[0] in page
    for source in data.impact_sources():
        assert source["key"] in page


def test_every_kind_of_thing_has_a_row(client):
    page = main_of(client.get("/en/impact"))
    for category in Category.objects.all():
        assert category.name_en.replace("'", "&#x27;") in page


def test_a_newer_figure_of_the_city_takes_the_place_of_the_old_one(client):
    ImpactFactor.objects.create(
        key="office_chair",
        valid_from="2021-01-01",
        co2e_low=41,
        co2e_central=73,
        co2e_high=97,
        weight_kg=13,
        source="The city's own study",
        confidence="high",
    )
    page = main_of(client.get("/en/impact"))
    assert "The city&#x27;s own study" in page
    assert '<td class="number">41</td>' in page


def test_the_share_that_counts_is_the_one_in_the_rules(client):
    Policy.objects.update(displacement_percent=37)
    assert "we count 37 % of the emissions as saved" in main_of(client.get("/en/impact"))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_asks_nothing_that_is_known_already(client, language):
    client.get(f"/{language}/impact")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/{language}/impact").status_code == 200
    assert len(asked) == 0
