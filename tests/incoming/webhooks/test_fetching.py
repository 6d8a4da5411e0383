"""A small file is fetched from where it was asked for, and from nowhere else."""

import http.server
import socket
import threading

import pytest

from webapp.incoming.webhooks import fetching
from webapp.incoming.webhooks.fetching import CannotBeFetched


class Files(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Files.asked.append(self.path)
        status, body = {
            "/small": (200, b"a file"),
            "/largest": (200, b"x" * fetching.LARGEST),
            "/large": (200, b"x" * (fetching.LARGEST + 1)),
            "/elsewhere": (302, b""),
        }.get(self.path, (404, b""))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/small")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    Files.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_small_file_is_fetched(host):
    assert fetching.get(f"{host}/small") == b"a file"
    assert len(fetching.get(f"{host}/largest")) == fetching.LARGEST


@pytest.mark.parametrize("path", ["/large", "/missing"])
def test_what_is_large_or_missing_is_not_fetched(host, path):
    with pytest.raises(CannotBeFetched):
        fetching.get(host + path)


def test_what_does_not_speak_http_is_not_fetched():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            peer, _ = listener.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"220 ready\r\n")

        threading.Thread(target=answer).start()
        with pytest.raises(CannotBeFetched):
            fetching.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_nobody_is_sent_on_to_somewhere_else(host):
    with pytest.raises(CannotBeFetched):
        fetching.get(f"{host}/elsewhere")
    assert Files.asked == ["/elsewhere"]


def test_a_host_that_does_not_answer_is_said_to(host):
    with pytest.raises(CannotBeFetched):
        fetching.get("http://127.0.0.1:1/small")
