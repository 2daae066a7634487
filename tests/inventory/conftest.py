"""Fixtures of several tests of what the city has."""

import pytest

from tests.inventory.decoding import decoded


@pytest.fixture
def decode(tmp_path):
    """Opens a stranger's picture in the child program; see ``decoding.Ending`` for how it ends."""

    def run(data, name="photo"):
        return decoded(data, tmp_path / f"{name}.in", tmp_path / f"{name}.jpg")

    return run
