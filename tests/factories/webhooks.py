"""Mail services that post to us: their keys, their certificates and what they sign."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from webapp.core import clock
from webapp.incoming.webhooks.fetching import CannotBeFetched
from webapp.incoming.webhooks.kinds.sendgrid import SIGNATURE, TIMESTAMP
from webapp.incoming.webhooks.posted import Posted
from webapp.incoming.webhooks.sns import signed

AMAZON_CERTIFICATE = (
    "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0123abcd.pem"
)
AMAZON_TOPIC = "arn:aws:sns:eu-west-3:123456789012:what-comes-back"
SCALEWAY_CERTIFICATE = "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/cert-01.pem"
SCALEWAY_CHAIN = "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns-trust-chain.pem"
SCALEWAY_TOPIC = "arn:scw:sns:fr-par:project-0f1e2d:what-comes-back"
MAILGUN_KEY = "key-of-the-account"


class Internet:
    """The files that can be fetched, and the addresses that were asked for."""

    def __init__(self, **files):
        self.files, self.asked = dict(files), []

    def get(self, url):
        self.asked.append(url)
        if url not in self.files:
            raise CannotBeFetched("404")
        return self.files[url]


@cache
def rsa_key(name="a service"):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key(name="an account"):
    return ec.generate_private_key(ec.SECP256R1())


def certificate(key, *, issuer_key=None, issuer="Tests", days=(-30, 330), name="sns"):
    """A certificate of the key, valid these days around now."""
    begin, end = (clock.now() + timedelta(days=day) for day in days)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer if issuer_key else name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .sign(issuer_key or key, hashes.SHA256())
    )


def _name(words):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def pem(*certificates):
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def amazon_files():
    return {AMAZON_CERTIFICATE: pem(certificate(rsa_key()))}


def scaleway_files():
    ca = rsa_key("the authority")
    root = certificate(ca, name="Tests")
    leaf = certificate(rsa_key(), issuer_key=ca)
    return {SCALEWAY_CERTIFICATE: pem(leaf), SCALEWAY_CHAIN: pem(root)}


def notification(message, *, version="2", key=None, **changes):
    """A message of a topic, as the bytes of a post."""
    told = {
        "Type": "Notification",
        "MessageId": "19ba9823-d7f2-53c1-860e-000000000001",
        "TopicArn": AMAZON_TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": f"{clock.now():%Y-%m-%dT%H:%M:%S.000Z}",
        "SignatureVersion": version,
        "SigningCertURL": AMAZON_CERTIFICATE,
        **changes,
    }
    return sign(told, key or rsa_key(), version)


def confirmation(**changes):
    """A topic that asks whether it may post."""
    asked = {
        "Type": "SubscriptionConfirmation",
        "Token": "2336412f37",
        "SubscribeURL": "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=2336",
    }
    return notification("You have chosen to subscribe.", **{**asked, **changes})


def sign(told, key, version):
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    mark = key.sign(signed(told), padding.PKCS1v15(), algorithm)
    return json.dumps({**told, "Signature": base64.b64encode(mark).decode()}).encode()


def from_scaleway(message, **changes):
    theirs = {"TopicArn": SCALEWAY_TOPIC, "SigningCertURL": SCALEWAY_CERTIFICATE}
    return notification(message, **{**theirs, **changes})


def from_mailgun(event, *, key=MAILGUN_KEY, word="a-word-said-once", at=None):
    stamp = str(int((at or clock.now()).timestamp()))
    mark = hmac.new(key.encode(), f"{stamp}{word}".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": stamp, "token": word, "signature": mark}
    return json.dumps({"signature": signature, "event-data": event}).encode()


def sendgrid_key(key=None):
    told = (key or ec_key()).public_key()
    raw = told.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


def from_sendgrid(events, *, key=None, at=None):
    raw = json.dumps(events).encode()
    stamp = str(int((at or clock.now()).timestamp()))
    mark = (key or ec_key()).sign(stamp.encode() + raw, ec.ECDSA(hashes.SHA256()))
    return Posted(raw, {SIGNATURE: base64.b64encode(mark).decode(), TIMESTAMP: stamp})
