"""Whatever stands in front, the admin answers the municipality's own networks alone."""

from ipaddress import ip_network

import pytest

from tests.support.reader import Reader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sender", "status"),
    [
        ("10.1.2.3", 302), ("192.0.2.7", 403), ("2001:db8::7", 302), ("2001:db9::7", 403), ("::ffff:10.1.2.3", 302),
        ("no address", 403), ("", 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_behind_proxy", [True, False])
def test_the_admin_answers_the_networks_it_was_given(settings, sender, status, is_behind_proxy):
    settings.STAFF_NETWORK = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]
    settings.BEHIND_PROXY = is_behind_proxy
    name = "HTTP_X_FORWARDED_FOR" if is_behind_proxy else "REMOTE_ADDR"
    forged = f"10.0.0.1, {sender}" if is_behind_proxy else sender
    assert Reader().get("/admin/", **{name: forged}).status_code == status
    assert Reader().get("/hjaelp/", **{name: forged}).status_code == 200


def test_without_a_network_everybody_may_try(settings):
    settings.STAFF_NETWORK = []
    assert Reader().get("/admin/", REMOTE_ADDR="192.0.2.7").status_code == 302
