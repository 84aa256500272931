"""Two administrators, and a colleague."""

import pytest

from tests.nejtilbander.approvals.driver import a_user


@pytest.fixture
def anna(db):
    return a_user("anna", "Administrator")


@pytest.fixture
def bo(db):
    return a_user("bo", "Administrator")


@pytest.fixture
def ny(db):
    return a_user("ny", "Redaktør")
