"""A message of a topic is heard when its service signed it, and no other host is ever asked."""

import json
from datetime import timedelta

import pytest

from tests.factories import webhooks as make
from webapp.core import clock
from webapp.incoming.webhooks import certificates, fetching, sns
from webapp.incoming.webhooks.kinds.scaleway import SCALEWAY_TOPICS
from webapp.incoming.webhooks.kinds.ses import AMAZON
from webapp.incoming.webhooks.posted import NotReadable, NotTheirs

pytestmark = pytest.mark.covers("delivery-41")


@pytest.fixture
def internet(monkeypatch):
    certificates.forget()
    there = make.Internet(**make.amazon_files(), **make.scaleway_files())
    monkeypatch.setattr(fetching, "get", there.get)
    yield there
    certificates.forget()


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_kinds_of_signature_are_heard(internet, version):
    envelope = sns.verify(make.notification("{}", version=version), AMAZON)
    assert (envelope.topic, envelope.message) == (make.AMAZON_TOPIC, "{}")


def test_the_subject_is_signed_too(internet):
    raw = make.notification("{}", Subject="Amazon SES Email Event Notification")
    assert sns.verify(raw, AMAZON).type == sns.NOTIFICATION


def test_a_subject_of_null_is_none(internet):
    raw = make.notification("{}", Subject=None)
    assert sns.verify(raw, AMAZON).type == sns.NOTIFICATION


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    "name", ["Message", "MessageId", "Timestamp", "TopicArn", "Signature"]
)
def test_what_was_altered_on_the_way_is_refused(internet, version, name):
    told = json.loads(make.notification("{}", version=version))
    told[name] = told[name][:-2] + ("1Z" if told[name][-2:] != "1Z" else "2Z")
    with pytest.raises((NotTheirs, NotReadable)):
        sns.verify(json.dumps(told).encode(), AMAZON)


def test_a_signature_of_one_kind_is_none_of_the_other(internet):
    told = json.loads(make.notification("{}", version="1"))
    told["SignatureVersion"] = "2"
    with pytest.raises(NotTheirs):
        sns.verify(json.dumps(told).encode(), AMAZON)


@pytest.mark.parametrize("version", ["3", "", "SHA256"])
def test_an_unknown_kind_of_signature_is_refused(internet, version):
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}", SignatureVersion=version), AMAZON)


def test_a_key_of_somebody_else_is_refused(internet):
    raw = make.notification("{}", key=make.rsa_key("somebody else"))
    with pytest.raises(NotTheirs):
        sns.verify(raw, AMAZON)


ELSEWHERE = [
    "https://example.org/SimpleNotificationService-1.pem",
    "http://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.eu-west-3.amazonaws.com.example.org/SimpleNotificationService-1.pem",
    "https://sns.eu-west-3.amazonaws.com@example.org/SimpleNotificationService-1.pem",
    "https://sns.eu-west-3.amazonaws.com:8443/SimpleNotificationService-1.pem",
    "https://sns.eu-west-3.amazonaws.com\\@example.org/SimpleNotificationService-1.pem",
    "https://sns.evil.example.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.s3.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
    "https://snsXeu-west-3.amazonaws.com/SimpleNotificationService-1.pem",
    "https://s3.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem?x=y",
    "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem\n",
    "https://sns.eu-west-3.amazonaws.com/x/../SimpleNotificationService-1.pem",
    "https://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_certificate_from_elsewhere_is_never_fetched(internet, url):
    for authority in (AMAZON, SCALEWAY_TOPICS):
        raw = make.notification("{}", SigningCertURL=url)
        with pytest.raises(NotTheirs):
            sns.verify(raw, authority)
    assert internet.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.s3.fr-par.scw.cloud/fr-par/sns/cert-01.pem",
        "https://messaging.s3.fr-par.scw.cloud/../attacker/cert-01.pem",
        make.AMAZON_CERTIFICATE,
    ],
)
def test_no_other_bucket_gives_a_certificate_of_scaleway(internet, url):
    with pytest.raises(NotTheirs):
        sns.verify(make.from_scaleway("{}", SigningCertURL=url), SCALEWAY_TOPICS)
    assert internet.asked == []


def test_the_chinese_regions_are_amazons_too(internet):
    url = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-9f.pem"
    internet.files[url] = internet.files[make.AMAZON_CERTIFICATE]
    raw = make.notification(
        "{}", SigningCertURL=url, TopicArn="arn:aws-cn:sns:cn-north-1:123:news"
    )
    assert sns.verify(raw, AMAZON).message == "{}"


def test_a_certificate_is_fetched_once(internet):
    for _ in range(3):
        sns.verify(make.notification("{}"), AMAZON)
    assert internet.asked == [make.AMAZON_CERTIFICATE]


def test_what_cannot_be_fetched_is_not_asked_for_at_each_post(internet):
    del internet.files[make.AMAZON_CERTIFICATE]
    for _ in range(3):
        with pytest.raises(NotTheirs):
            sns.verify(make.notification("{}"), AMAZON)
    assert len(internet.asked) == 1


@pytest.mark.parametrize("days", [(-60, -1), (1, 60)])
def test_a_certificate_that_is_not_valid_today_is_refused(internet, days):
    outdated = make.certificate(make.rsa_key(), days=days)
    internet.files[make.AMAZON_CERTIFICATE] = make.pem(outdated)
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}"), AMAZON)


@pytest.mark.parametrize("served", [b"", b"<Error/>", b"-----BEGIN CERTIFICATE-----"])
def test_what_is_no_certificate_proves_nothing(internet, served):
    internet.files[make.AMAZON_CERTIFICATE] = served
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}"), AMAZON)


def test_a_key_of_another_kind_proves_nothing(internet):
    internet.files[make.AMAZON_CERTIFICATE] = make.pem(make.certificate(make.ec_key()))
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}"), AMAZON)


@pytest.mark.parametrize("age", [timedelta(hours=26), timedelta(minutes=-10)])
def test_a_message_too_old_or_of_tomorrow_is_refused(internet, age):
    then = clock.now() - age
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}", Timestamp=then.isoformat()), AMAZON)


def test_a_message_posted_again_a_day_later_is_heard(internet):
    then = clock.now() - timedelta(hours=24)
    raw = make.notification("{}", Timestamp=then.isoformat())
    assert sns.verify(raw, AMAZON).message == "{}"


def test_only_the_topic_that_is_known_is_heard(internet):
    raw = make.notification("{}")
    assert sns.verify(raw, AMAZON, make.AMAZON_TOPIC)
    with pytest.raises(NotTheirs):
        sns.verify(raw, AMAZON, make.AMAZON_TOPIC + "-of-another-shop")


@pytest.mark.parametrize("topic", ["arn:aws:sqs:eu-west-3:123:news", "news", ""])
def test_what_is_no_topic_is_not_heard(internet, topic):
    with pytest.raises(NotTheirs):
        sns.verify(make.notification("{}", TopicArn=topic), AMAZON)


def test_a_topic_says_where_it_waits_for_a_yes(internet):
    envelope = sns.verify(make.confirmation(), AMAZON)
    assert envelope.subscribe_url.startswith("https://sns.eu-west-3.amazonaws.com/")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/?Action=ConfirmSubscription&Token=1",
        "http://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-west-3.amazonaws.com@example.org/?Action=ConfirmSubscription&T=1",
        "https://sns.eu-west-3.amazonaws.com/?Action=Publish&TopicArn=x",
        "https://169.254.169.254/?Action=ConfirmSubscription&Token=1",
    ],
)
def test_a_topic_to_be_confirmed_elsewhere_is_refused(internet, url):
    with pytest.raises(NotTheirs):
        sns.verify(make.confirmation(SubscribeURL=url), AMAZON)


def test_a_topic_of_scaleway_is_heard(internet):
    raw = make.from_scaleway("{}")
    assert sns.verify(raw, SCALEWAY_TOPICS).topic == make.SCALEWAY_TOPIC
    assert set(internet.asked) == {make.SCALEWAY_CERTIFICATE, make.SCALEWAY_CHAIN}


def test_a_certificate_that_scaleway_did_not_issue_is_refused(internet):
    other = make.certificate(make.rsa_key(), issuer_key=make.rsa_key("an impostor"))
    internet.files[make.SCALEWAY_CERTIFICATE] = make.pem(other)
    with pytest.raises(NotTheirs):
        sns.verify(make.from_scaleway("{}"), SCALEWAY_TOPICS)


def test_a_certificate_of_an_issuer_that_has_run_out_is_refused(internet):
    ca = make.rsa_key("the authority")
    internet.files[make.SCALEWAY_CHAIN] = make.pem(
        make.certificate(ca, name="Tests", days=(-60, -1))
    )
    with pytest.raises(NotTheirs):
        sns.verify(make.from_scaleway("{}"), SCALEWAY_TOPICS)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b'{"Type": "Notification"}',
        b'{"Type": ["Notification"]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_not_readable(internet, raw):
    with pytest.raises(NotReadable):
        sns.verify(raw, AMAZON)
    assert internet.asked == []
