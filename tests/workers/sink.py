"""A mail server for the stories: it can be slow, go away, and come back on its port."""

import contextlib
import email
import socket
import time
from email import policy

from tests.fakes_smtp import FakeSmtpServer


class Sink(FakeSmtpServer):
    """`accepted` is every message it took charge of, in order; `seconds` is what each costs."""

    def __init__(self, *, seconds=0.0, answer=None):
        super().__init__(self._answer, all_at_once=True)
        self.seconds = seconds
        self.special = answer or (lambda verb, what: None)
        self.port = 0

    def __enter__(self):
        self.come_up()
        return self

    def come_up(self):
        """Listen, on the port of the first time."""
        self.enough.clear()
        self._open, self._threads = [], []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def go_down(self):
        """Break every connection and listen no more."""
        self.__exit__()

    def _serve(self, opened):
        # Without it each reply waits 40 ms for an acknowledgement.
        with contextlib.suppress(OSError):
            # It may be gone already.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super()._serve(opened)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}?timeout=5&dot_timeout=5"

    def message_ids(self, recipient):
        return [
            email.message_from_bytes(body, policy=policy.default)["Message-ID"]
            for address, body in list(self.accepted)
            if address == recipient
        ]

    def _answer(self, verb, what):
        if verb == "BODY" and self.seconds:
            time.sleep(self.seconds)
        return self.special(verb, what)
