"""One nginx before two web servers, for all that leave them standing."""

import pytest

from tests.support.nginx import site


@pytest.fixture(scope="package")
def here(tmp_path_factory):
    with site(tmp_path_factory.mktemp("front")) as found:
        yield found


@pytest.fixture
def front(here):
    return here[0]
