"""Mail providers on loopback: they answer as the real ones were seen to, or break as told."""

import json
import threading
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from webapp.deliverability.transports.api_server import ApiServer
from webapp.deliverability.transports.kinds import PROVIDERS


class Act(Enum):
    """What a provider may do instead of answering."""

    DROP = "read the request and close without a word"
    SILENCE = "read the request and say nothing"
    CUT = "begin an answer and close in its middle"
    STALL = "begin an answer and say nothing more"


@dataclass(frozen=True)
class Reply:
    """An answer as it was recorded; `body` is text, or what becomes JSON."""

    status: int
    body: object = ""
    headers: dict = field(default_factory=dict)

    @property
    def data(self):
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()


@dataclass(frozen=True)
class Heard:
    """A request that arrived; the names of `headers` are in lower case."""

    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class FakeProvider:
    """Listens on loopback; `answers` are given one after another, the last one for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heard = []
        self.connections = 0
        self.leaves_after_each = False
        self.enough = threading.Event()

    def __enter__(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                fake.connections += 1

            def do_POST(self):
                fake._serve(self)

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _serve(self, handler):
        length = int(handler.headers["Content-Length"])
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.heard.append(Heard(handler.path, headers, handler.rfile.read(length)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Reply):
            _answer(handler, answer, len(answer.data))
            handler.wfile.write(answer.data)
        elif answer in {Act.CUT, Act.STALL}:
            _answer(handler, Reply(200), 1000)
            handler.wfile.write(b'{"half')
        if isinstance(answer, Act) and answer in {Act.SILENCE, Act.STALL}:
            self.enough.wait(30)
        if self.leaves_after_each or not isinstance(answer, Reply):
            handler.close_connection = True


def _answer(handler, answer, length):
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


@dataclass(frozen=True)
class Recorded:
    """How one provider answers."""

    server: ApiServer
    yes: Reply
    unknown_person: Reply
    too_fast: Reply
    bad_key: Reply
    bad_sender: Reply


def _amazon(status, kind, message):
    headers = {
        "Content-Type": "application/json",
        "x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/coral/",
    }
    return Reply(status, {"message": message}, headers)


PROJECT = "6170692e-7363-616c-6577-61792e636f6d"
RECORDED = {
    "ses": Recorded(
        server=ApiServer(
            "ses",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AKIAIOSFODNN7EXAMPLE",
            "eu-west-3",
            "letters",
        ),
        yes=Reply(200, {"MessageId": "0109018f-7e0a-000000"}),
        unknown_person=_amazon(
            400, "BadRequestException", "Local address contains control or whitespace"
        ),
        too_fast=_amazon(
            429, "TooManyRequestsException", "Maximum sending rate exceeded."
        ),
        bad_key=_amazon(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        bad_sender=_amazon(
            400,
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in"
            " region EU-WEST-3: news@shop.example",
        ),
    ),
    "brevo": Recorded(
        server=ApiServer("brevo", "xkeysib-0123456789"),
        yes=Reply(201, {"messageId": "<202611100800.1234@smtp-relay.mailin.fr>"}),
        unknown_person=Reply(
            400, {"code": "invalid_parameter", "message": "email is not valid in to"}
        ),
        too_fast=Reply(
            429,
            {"code": "too_many_requests", "message": "Rate limit exceeded"},
            {"Retry-After": "17"},
        ),
        bad_key=Reply(401, {"code": "unauthorized", "message": "Key not found"}),
        bad_sender=Reply(
            400,
            {"code": "invalid_parameter", "message": "sender news@shop.example is bad"},
        ),
    ),
    "mailgun": Recorded(
        server=ApiServer(
            "mailgun", "key-3ax6xnjp29jd6fds4gc373sg", "mg.shop.example", "eu"
        ),
        yes=Reply(
            200,
            {
                "id": "<20261110080000.1.2@mg.shop.example>",
                "message": "Queued. Thank you.",
            },
        ),
        unknown_person=Reply(
            400,
            {
                "message": "'to' parameter is not a valid address. please check"
                " documentation"
            },
        ),
        too_fast=Reply(429, {"message": "Domain mg.shop.example is over its limit"}),
        bad_key=Reply(401, "Forbidden"),
        bad_sender=Reply(400, {"message": "'from' parameter is not a valid address"}),
    ),
    "postmark": Recorded(
        server=ApiServer(
            "postmark", "1b6fbdd2-0c27-4f4c-9e5c-7f3a5ac1f2cd", channel="letters"
        ),
        yes=Reply(
            200,
            {
                "To": "ana@example.org",
                "SubmittedAt": "2026-11-10T08:00:00Z",
                "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817",
                "ErrorCode": 0,
                "Message": "OK",
            },
        ),
        unknown_person=Reply(
            422,
            {
                "ErrorCode": 300,
                "Message": "Invalid 'To' address: 'ana@example.org'.",
            },
        ),
        too_fast=Reply(429, {"ErrorCode": 429, "Message": "Rate limit exceeded."}),
        bad_key=Reply(
            401,
            {
                "ErrorCode": 10,
                "Message": "No Account or Server API tokens were supplied in the HTTP"
                " headers.",
            },
        ),
        bad_sender=Reply(
            422,
            {
                "ErrorCode": 400,
                "Message": "The 'From' address you supplied (news@shop.example) is not a"
                " Sender Signature on your account.",
            },
        ),
    ),
    "scaleway": Recorded(
        server=ApiServer(
            "scaleway", "11111111-2222-3333-4444-555555555555", PROJECT, "fr-par"
        ),
        yes=Reply(
            200,
            {
                "emails": [
                    {
                        "id": "f1a2b3c4",
                        "message_id": "<x@scw>",
                        "project_id": PROJECT,
                        "mail_rcpt": "ana@example.org",
                        "status": "new",
                    }
                ]
            },
        ),
        unknown_person=Reply(
            400,
            {
                "type": "invalid_arguments",
                "message": "invalid argument(s)",
                "details": [
                    {
                        "argument_name": "to",
                        "reason": "constraint",
                        "help_message": "ana@example.org is not an e-mail address",
                    }
                ],
            },
        ),
        too_fast=Reply(
            403,
            {
                "type": "quotas_exceeded",
                "message": "quota(s) exceeded for this resource",
                "details": [{"resource": "TemEmails", "quota": 1000, "current": 1000}],
            },
        ),
        bad_key=Reply(
            401,
            {
                "type": "denied_authentication",
                "method": "api_key",
                "message": "authentication is denied",
            },
        ),
        bad_sender=Reply(
            400,
            {
                "type": "invalid_arguments",
                "message": "invalid argument(s)",
                "details": [
                    {
                        "argument_name": "from",
                        "reason": "constraint",
                        "help_message": "domain is not verified",
                    }
                ],
            },
        ),
    ),
}


def lead_to(monkeypatch, kind, url):
    """Have every account of this kind find its provider at this address."""
    addresses = PROVIDERS[kind].addresses
    for region in addresses:
        monkeypatch.setitem(addresses, region, url)
