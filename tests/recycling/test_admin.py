"""The admin in its own look, with our sentences in it."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.factories import make_admin

pytestmark = pytest.mark.django_db


def test_the_admin_dresses_the_icons_and_the_errors_that_our_templates_bring(client):
    client.force_login(make_admin())
    page = client.post("/en/django-admin/inventory/category/add/", {}).content.decode()
    assert '<svg class="icon"' in page
    assert 'href="/static/css/admin.css"' in page
    style = Path(finders.find("css/admin.css")).read_text()
    assert [rule for rule in (".icon {", ".error {", ".visually-hidden {") if rule not in style] == []
