"""Two who write: an editor, and a translator of Arabic."""

import pytest

from tests.support.admin import (
    a_login,
)


@pytest.fixture
def anna(static_files):
    return a_login("anna", "Redaktør")


@pytest.fixture
def amal(static_files):
    return a_login("amal", "Oversætter (arabisk)")
