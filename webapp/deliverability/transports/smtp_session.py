"""Mail transactions on one open connection, one round trip each where it may be."""

from collections import deque
from collections.abc import Iterator

from webapp.deliverability.transports import Envelope, Outcome, Result, Stage
from webapp.deliverability.transports.smtp_connection import Connection, Failure
from webapp.deliverability.transports.smtp_letters import (
    Letter,
    Unsendable,
    write_letter,
)
from webapp.deliverability.transports.smtp_replies import Extensions, Reply
from webapp.deliverability.transports.smtp_server import SmtpServer

_END = b".\r\n"
_RESULTS = {2: Result.ACCEPTED, 4: Result.DEFERRED, 5: Result.REFUSED}
# Stage.CONNECTION is RSET, which goes before the sender after a refusal.
_WANTED = {Stage.CONNECTION: 2, Stage.SENDER: 2, Stage.RECIPIENT: 2, Stage.DATA: 3}
_COMMANDS = (Stage.SENDER, Stage.RECIPIENT, Stage.DATA)
# What a server said before it closed is there already, or never comes.
_LAST_WORDS_SECONDS = 0.2


class Session:
    """Takes envelopes from a queue; at most two of them are under way.

    With PIPELINING (RFC 2920) the body of one message and the commands of the next
    are one write; the body of a message is only written when the outcome of the one
    before has been given to the caller.
    """

    def __init__(
        self, connection: Connection, extensions: Extensions, server: SmtpServer
    ) -> None:
        """Speak on a connection that is ready for mail."""
        self.connection = connection
        self.extensions = extensions
        self._server = server
        self._left = server.messages_per_connection
        # The letter whose body the server asked for, and whether it may have it all.
        self._open: Letter | None = None
        self._may_have_it = False
        # The letter whose commands are on their way.
        self._offered: Letter | None = None
        self._must_reset = False
        self.answered = 0

    @property
    def is_used_up(self) -> bool:
        """Whether this connection has carried as many messages as it may."""
        return self._left == 0

    @property
    def has_open_letter(self) -> bool:
        """Whether the server waits for a body, or may have got one without answer."""
        return self._open is not None

    @property
    def is_under_way(self) -> bool:
        """Whether the server waits for something, so that nothing new may be said."""
        return self._open is not None or self._offered is not None

    def deliver(self, queue: deque[Envelope]) -> Iterator[Outcome]:
        """Send from the front of the queue until it or the connection is used up.

        After a Failure, `abandon` tells what became of what was under way.
        """
        while queue or self._open:
            if self.is_used_up and not self._open:
                return
            yield from self._offer_next(queue)
            commands = self._commands()
            ahead = self._ahead(commands)
            if self._open:
                yield self._finish(ahead)
            elif ahead:
                self.connection.write(ahead, self._server.timeout)
            if self._offered and (refusal := self._hear(commands)):
                yield refusal

    def abandon(self, failure: Failure, queue: deque[Envelope]) -> Iterator[Outcome]:
        """Give back what the server never had, and tell the outcome of what it may."""
        if self._offered:
            queue.appendleft(self._offered.envelope)
        if self._open and self._may_have_it and not failure.code:
            yield Outcome(
                self._open.envelope.key,
                Result.UNCERTAIN,
                text=failure.text,
                stage=Stage.BODY,
            )
        elif self._open:
            yield failure.outcome(self._open.envelope.key)
        self._open = self._offered = None

    def _offer_next(self, queue: deque[Envelope]) -> Iterator[Outcome]:
        """Choose the next letter; what cannot be sent to this server is refused."""
        while queue and not self.is_used_up:
            envelope = queue.popleft()
            try:
                self._offered = write_letter(envelope, self.extensions)
            except Unsendable as problem:
                yield problem.outcome(envelope.key)
                continue
            self._left -= 1
            return

    def _commands(self) -> list[tuple[Stage, bytes]]:
        if not self._offered:
            return []
        reset = [(Stage.CONNECTION, b"RSET\r\n")] if self._must_reset else []
        letter = self._offered
        said = (letter.sender, letter.recipient, b"DATA\r\n")
        return [*reset, *zip(_COMMANDS, said, strict=True)]

    def _ahead(self, commands: list[tuple[Stage, bytes]]) -> bytes:
        if not self.extensions.pipelining:
            return b""
        return b"".join([command for _, command in commands])

    def _finish(self, ahead: bytes) -> Outcome:
        """Write the body of the open letter, and what follows it; hear its outcome."""
        letter = self._open
        assert letter  # noqa: S101
        reply = self._body_reply(letter, ahead)
        if reply.kind == 3:
            raise Failure("the server wants more after the end of the message")
        self._open, self._may_have_it = None, False
        self.answered += 1
        return _outcome(letter.envelope, reply, Stage.BODY)

    def _body_reply(self, letter: Letter, ahead: bytes) -> Reply:
        seconds = self._server.dot_timeout
        try:
            self.connection.write(b"".join((letter.body, _END, ahead)), seconds)
        except Failure as failure:
            self._may_have_it = failure.reached > len(letter.body)
            return self._last_words(letter, failure)
        self._may_have_it = True
        return self.connection.read(seconds)

    def _last_words(self, letter: Letter, failure: Failure) -> Reply:
        """Hear why the server stopped listening; a yes counts only after the end."""
        has_it_all = failure.reached >= len(letter.body) + len(_END)
        try:
            reply = self.connection.read(_LAST_WORDS_SECONDS)
        except Failure as ending:
            raise (ending if ending.code else failure) from ending
        if reply.kind in {4, 5} or (reply.kind == 2 and has_it_all):
            return reply
        self._may_have_it = True
        raise failure

    def _hear(self, commands: list[tuple[Stage, bytes]]) -> Outcome | None:
        """Read the replies to the commands: now the letter is open, or refused."""
        letter = self._offered
        assert letter  # noqa: S101
        is_usual = self.extensions.pipelining and len(commands) == len(_COMMANDS)
        if is_usual and self.connection.was_told_to_go_on():
            self._open, self._offered = letter, None
            return None
        replies = self._replies(commands)
        refused = next((at for at, said in replies.items() if _is_no(at, said)), None)
        if refused:
            self._recover(refused, replies)
        self._must_reset = bool(refused)
        self._offered = None
        if not refused:
            self._open = letter
            return None
        self.answered += 1
        return _outcome(letter.envelope, replies[refused], refused)

    def _replies(self, commands: list[tuple[Stage, bytes]]) -> dict[Stage, Reply]:
        replies: dict[Stage, Reply] = {}
        seconds = self._server.timeout
        for stage, command in commands:
            if not self.extensions.pipelining:
                self.connection.write(command, seconds)
            replies[stage] = self.connection.read(seconds)
            if not self.extensions.pipelining and _is_no(stage, replies[stage]):
                break
        return replies

    def _recover(self, refused: Stage, replies: dict[Stage, Reply]) -> None:
        """Leave the server ready for the next letter. Raises Failure if it is lost."""
        if refused is Stage.CONNECTION:
            raise Failure.said(replies[refused])
        if replies[refused].kind not in {4, 5}:
            raise Failure("the server answers something else than it was asked")
        if Stage.DATA not in replies or replies[Stage.DATA].kind != 3:
            return
        if not _is_no(Stage.RECIPIENT, replies[Stage.RECIPIENT]):
            # An empty message would reach the person.
            raise Failure("the server asks for a message that it refused")
        # It waits for a message without recipient (RFC 2920 section 3.1): an empty one.
        self.connection.write(_END, self._server.timeout)
        self.connection.read(self._server.dot_timeout)


def _is_no(stage: Stage, reply: Reply) -> bool:
    return reply.kind != _WANTED[stage]


def _outcome(envelope: Envelope, reply: Reply, stage: Stage) -> Outcome:
    return Outcome(
        envelope.key,
        _RESULTS[reply.kind],
        reply.code,
        reply.enhanced,
        reply.text(envelope.rcpt_to, envelope.mail_from),
        stage,
    )
