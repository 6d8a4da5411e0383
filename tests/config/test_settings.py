"""What the environment may say, and what is refused."""

import pytest

from config import settings


@pytest.mark.parametrize(
    ("value", "host", "port", "lmtp"),
    [
        ("127.0.0.1:2526", "127.0.0.1", 2526, False),
        ("smtp://0.0.0.0:25", "0.0.0.0", 25, False),
        ("lmtp://[::1]:2524", "::1", 2524, True),
    ],
)
def test_the_receiver_of_returned_mail_listens_where_it_is_told(
    tmp_path, value, host, port, lmtp
):
    loaded = settings.load(
        {"VOLONTIERS_DATA": str(tmp_path), "RETURN_PATH_LISTEN": value}
    )
    listener = loaded.return_listener
    assert (listener.host, listener.port, listener.lmtp) == (host, port, lmtp)


@pytest.mark.parametrize("value", ["2526", "localhost", "http://localhost:25"])
def test_a_place_where_nobody_can_listen_is_refused(tmp_path, value):
    with pytest.raises(settings.BadSetting, match="RETURN_PATH_LISTEN"):
        settings.load({"VOLONTIERS_DATA": str(tmp_path), "RETURN_PATH_LISTEN": value})
