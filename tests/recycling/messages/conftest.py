"""Every test of a message: a host name as long as the city's own, an open warehouse."""

import pytest
from django.template import engines

from tests.factories import (
    open_site,
)
from tests.recycling.messages.writing import MISSING


@pytest.fixture(autouse=True)
def _open(settings, monkeypatch):
    # A host name as long as the city's own; nobody's words may come out with a hole.
    settings.SITE_URL = "https://kierto.example.fi"
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)
    open_site()
