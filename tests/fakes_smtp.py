"""An SMTP server that does what a test tells it, down to the byte where it breaks."""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass
from enum import Enum

from webapp.deliverability.transports.smtp_server import Security, SmtpServer

EXTENSIONS = ("PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8")


class Act(Enum):
    """What a server may do instead of answering."""

    DROP = "close the connection without a word"
    SILENCE = "say nothing any more"


@dataclass(frozen=True)
class Last:
    """A reply after which the server closes."""

    reply: str


class Cut(Exception):
    """The connection ends here."""


@dataclass
class Fault:
    """Close, once, after so many bytes were read or written in all."""

    read: int | None = None
    written: int | None = None


class FakeSmtpServer:
    """Listens on loopback; `answer(verb, what)` gives a reply, an Act, a Last, or None.

    The verbs are those of SMTP, and CONNECT and BODY (the final dot); for DATA and
    BODY, `what` is the recipient. None gives the reply of a friendly server.
    """

    def __init__(self, answer=None, *, extensions=EXTENSIONS, **how):
        self.answer = answer or (lambda verb, what: None)
        self.extensions = extensions
        self.fault = how.pop("fault", None) or Fault()
        self.one_byte_at_a_time = how.pop("one_byte_at_a_time", False)
        self.all_at_once = how.pop("all_at_once", False)
        self.hard = how.pop("hard", True)
        self.tls = how.pop("tls", None)
        assert not how
        self.accepted = []
        self.commands = []
        self.connections = 0
        self.stops_reading_bodies = False
        self.tls_first = False
        self.bytes_read = self.bytes_written = 0
        self.enough = threading.Event()
        self._open = []
        self._threads = []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.enough.set()
        for opened in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        for thread in self._threads:
            thread.join(10)

    def address(self, **terms):
        """How to reach it, with short timeouts so that silence is soon noticed."""
        quick = {"security": Security.NONE, "timeout": 0.5, "dot_timeout": 0.5}
        return SmtpServer("127.0.0.1", self.port, **(quick | terms))

    @property
    def recipients(self):
        return [recipient for recipient, _ in self.accepted]

    def verbs(self):
        return [command.split(" ")[0] for command in self.commands]

    def _start(self, target, *args):
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                opened, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(opened)
            self._start(self._serve, opened)

    def _serve(self, opened):
        conversation = _Conversation(self, opened)
        with contextlib.suppress(Cut, OSError):
            conversation.run()
        conversation.close()


class _Conversation:
    def __init__(self, server, opened):
        self.server = server
        self.socket = opened
        self.heard = b""
        self.unsaid = b""
        self.sender = self.recipient = None

    def run(self):
        if self.server.tls_first:
            self.encrypt()
        self.reply("CONNECT", "", "220 fake.example ESMTP")
        while True:
            line = self.line().decode("utf-8", "replace").rstrip("\r\n")
            self.server.commands.append(line)
            verb, _, argument = line.partition(" ")
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(argument)
            if verb == "QUIT":
                return

    def on_ehlo(self, argument):
        words = ["fake.example", *self.server.extensions]
        lines = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
        self.reply("EHLO", argument, "\r\n".join(lines))

    def on_helo(self, argument):
        self.reply("HELO", argument, "250 fake.example")

    def on_starttls(self, argument):
        if self.reply("STARTTLS", argument, "220 go ahead") == "220":
            self.flush()
            self.encrypt()

    def encrypt(self):
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
        self.server._open.append(self.socket)

    def on_mail(self, argument):
        normal = "250 2.1.0 Ok" if self.sender is None else "503 5.5.1 Nested MAIL"
        if self.reply("MAIL", _path(argument), normal) == "250":
            self.sender, self.recipient = _path(argument), None

    def on_rcpt(self, argument):
        normal = "250 2.1.5 Ok" if self.sender is not None else "503 5.5.1 Need MAIL"
        if self.reply("RCPT", _path(argument), normal) == "250":
            self.recipient = _path(argument)

    def on_data(self, _argument):
        normal = "354 Go on" if self.recipient else "554 5.5.1 No valid recipients"
        if self.reply("DATA", self.recipient, normal) != "354":
            return
        if self.server.stops_reading_bodies:
            self.flush()
            self.server.enough.wait(10)
            raise Cut
        body = b""
        while (line := self.line()) != b".\r\n":
            body += line[1:] if line.startswith(b".") else line
        recipient, self.recipient, self.sender = self.recipient, None, None
        if not recipient:
            self.reply("BODY", "", "554 5.5.1 No valid recipients")
            return
        self.accept(recipient, body)

    def accept(self, recipient, body):
        answer = self.server.answer("BODY", recipient) or "250 2.0.0 Ok: queued as 4F2A"
        said = answer.reply if isinstance(answer, Last) else answer
        if isinstance(said, Act) or said.startswith("2"):
            self.server.accepted.append((recipient, body))
        self.act(answer)

    def on_rset(self, argument):
        self.sender = self.recipient = None
        self.reply("RSET", argument, "250 2.0.0 Ok")

    def on_quit(self, argument):
        self.reply("QUIT", argument, "221 2.0.0 Bye")
        self.flush()

    def on_unknown(self, argument):
        self.reply("UNKNOWN", argument, "500 5.5.2 What?")

    def reply(self, verb, what, normal):
        return self.act(self.server.answer(verb, what) or normal)

    def act(self, answer):
        if answer is Act.DROP:
            raise Cut
        if answer is Act.SILENCE:
            while self.socket.recv(65536):
                pass
            raise Cut
        if isinstance(answer, Last):
            self.say(answer.reply)
            self.flush()
            self.server.hard = False
            raise Cut
        self.say(answer)
        return answer[:3]

    def say(self, reply):
        self.unsaid += reply.encode() + b"\r\n"
        if not (self.server.all_at_once and b"\n" in self.heard):
            self.flush()

    def flush(self):
        data, self.unsaid = self.unsaid, b""
        limit = self.server.fault.written
        left = None if limit is None else max(limit - self.server.bytes_written, 0)
        self.server.bytes_written += len(data[:left])
        self.put(data[:left])
        if left is not None and left < len(data):
            self.server.fault.written = None
            raise Cut

    def put(self, data):
        if not self.server.one_byte_at_a_time:
            self.socket.sendall(data)
            return
        for byte in data:
            self.socket.sendall(bytes([byte]))
            time.sleep(0.0002)

    def line(self):
        while b"\n" not in self.heard:
            self.flush()
            self.heard += self.listen()
        line, _, self.heard = self.heard.partition(b"\n")
        return line + b"\n"

    def listen(self):
        limit = self.server.fault.read
        size = 65536 if limit is None else limit - self.server.bytes_read
        data = self.socket.recv(min(size, 65536)) if size > 0 else b""
        if size <= 0:
            self.server.fault.read = None
        if not data:
            raise Cut
        self.server.bytes_read += len(data)
        return data

    def close(self):
        if self.server.hard:
            with contextlib.suppress(OSError):
                linger = struct.pack("ii", 1, 0)
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()


def _path(argument):
    return argument.partition("<")[2].partition(">")[0]
