import pytest

from webapp.core import networks


def asking(app, remote):
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}):
        return networks.asking()


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("5.6.7.8", "5.6.7.0/24"),
        ("::ffff:5.6.7.8", "5.6.7.0/24"),
        ("2a01:e0a:1:2:3:4:5:6", "2a01:e0a:1:2::/64"),
    ],
)
def test_a_visitor_is_seen_as_the_network_they_ask_from(app, remote, network):
    assert asking(app, remote) == network


@pytest.mark.parametrize("remote", ["127.0.0.1", "10.1.2.3", "::1", "unix:", ""])
def test_our_own_network_and_what_is_no_address_tell_nothing(app, remote):
    assert asking(app, remote) is None
