"""Amazon SES: SendEmail of version 2, with our bytes as they are."""

import json
import re
from base64 import b64encode
from typing import ClassVar

from webapp.core import clock
from webapp.deliverability.transports import api_answers, sigv4
from webapp.deliverability.transports.api import Letter
from webapp.deliverability.transports.api_answers import Finding
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import Answer, Request

PATH = "/v2/email/outbound-emails"
REGIONS = (
    "eu-west-3",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "il-central-1",
    "me-south-1",
)

_ACCESS_KEY = re.compile(r"[A-Za-z0-9]{16,128}")
_CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{0,64}")
_THROTTLED = {
    "TooManyRequestsException",
    "LimitExceededException",
    "ThrottlingException",
    "Throttling",
}
_CLOSED = {"AccountSuspendedException", "SendingPausedException"}
# What is said of an address, whose syntax we found good.
_ABOUT_ADDRESS = re.compile(
    r"illegal address|local address|domain (?:contains|starts|ends)|invalid domain"
    r"|missing final|blacklisted|recipient|destination",
    re.IGNORECASE,
)


class Ses:
    """The bytes go as they are; SES writes Date and Message-ID anew."""

    addresses: ClassVar[dict[str, str]] = {
        region: f"https://email.{region}.amazonaws.com" for region in REGIONS
    }
    largest_message = 40_000_000 * 3 // 4
    carries_pictures = True

    def check(self, server: ApiServer) -> None:
        """An access key and its secret. Raises BadApiServer."""
        if not _ACCESS_KEY.fullmatch(server.account):
            raise BadApiServer(
                "account", "the id of the access key is missing, or is not one"
            )
        if not _CONFIGURATION_SET.fullmatch(server.channel):
            raise BadApiServer(
                "channel", "the configuration set is not the name of one"
            )

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """`EmailTags` come back with the events of a configuration set."""
        content = {"Raw": {"Data": b64encode(letter.raw).decode()}}
        sent = {
            "Content": content,
            "Destination": {"ToAddresses": [letter.recipient]},
        } | _options(letter, server)
        body = json.dumps(sent).encode()
        headers = {
            "Host": self.addresses[server.region].partition("://")[2],
            "Content-Type": "application/json",
        }
        key = sigv4.Key(server.account, server.secret, server.region, "ses")
        return Request(PATH, sigv4.signed(key, PATH, headers, body, clock.now()), body)

    def understand(self, answer: Answer) -> Finding:
        """Errors have a type in a header and their words in `message`."""
        said = answer.said
        if answer.status == 200 and isinstance(said.get("MessageId"), str):
            return api_answers.accepted(said["MessageId"])
        words = str(said.get("message") or said.get("Message") or "")
        kind = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
        text = f"{kind}: {words}" if kind else words
        if kind in _THROTTLED:
            return api_answers.wants_less(text)
        if kind in _CLOSED:
            return api_answers.shuts_us_out(text)
        if kind == "BadRequestException" and _ABOUT_ADDRESS.search(words):
            return api_answers.refuses_person(text)
        return api_answers.by_status(answer, text)


def _options(letter: Letter, server: ApiServer) -> dict[str, object]:
    found: dict[str, object] = {}
    if letter.reference:
        found["EmailTags"] = [{"Name": "message", "Value": letter.reference}]
    if server.channel:
        found["ConfigurationSetName"] = server.channel
    return found
