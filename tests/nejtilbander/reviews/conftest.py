"""An editor, two who may publish, and a page."""

import pytest

from tests.nejtilbander.reviews.driver import a_user
from tests.support.factories import a_page


@pytest.fixture
def anna(db):
    return a_user("anna", "Redaktør", first_name="Anna", last_name="Jensen")


@pytest.fixture
def bo(db):
    return a_user("bo", "Udgiver")


@pytest.fixture
def carl(db):
    return a_user("carl", "Udgiver")


@pytest.fixture
def page(db):
    return a_page()
