"""The hosts around a sender domain: where mail comes back, what sends it, where links lead."""

from webapp.deliverability.domain_checks import spf
from webapp.deliverability.domain_checks.asking import Dns, Ip
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Subject,
    advice,
    good,
)
from webapp.deliverability.domain_checks.spf import Mechanism


def check_return_path(
    host: str, ours: str, mechanisms: list[Mechanism], dns: Dns
) -> list[Finding]:
    """Whether mail that comes back to this host reaches us, and SPF holds for it.

    :raises Silent: when the DNS does not answer.
    """
    exchangers = dns.records(host, "MX")
    if not exchangers:
        return [advice(Subject.RETURN_PATH, "return_path_missing", host=host)]
    if ours not in exchangers:
        return [
            advice(
                Subject.RETURN_PATH,
                "return_path_elsewhere",
                host=host,
                found=exchangers[0],
                ours=ours,
            )
        ]
    needed = [one for one in mechanisms if one.needed]
    wrong = [
        advice(Subject.RETURN_PATH, one.code, **one.detail)
        for one in spf.check(host, needed, dns, Subject.RETURN_PATH)
        if one.code != "spf_good"
    ]
    return wrong or [good(Subject.RETURN_PATH, "return_path_good", host=host)]


def check_server(name: str, host: str, dns: Dns) -> list[Finding]:
    """Whether the addresses of a sending host have a name that leads back to them (FCrDNS).

    :raises Silent: when the DNS does not answer.
    """
    ips = dns.addresses(host)
    if not ips:
        return [advice(Subject.SERVER, "server_unknown", server=name, host=host)]
    public = sorted((ip for ip in ips if ip.is_global), key=str)
    wrong = [
        advice(Subject.SERVER, code, server=name, ip=str(ip))
        for ip in public
        if (code := _unnamed(ip, dns))
    ]
    return wrong or [good(Subject.SERVER, "server_good", server=name)]


def check_tracking(host: str, ours: str, dns: Dns) -> list[Finding]:
    """Whether the links of mails lead to us.

    :raises Silent: when the DNS does not answer.
    """
    if ours in dns.records(host, "CNAME"):
        return [good(Subject.TRACKING, "tracking_good", host=host)]
    there = dns.addresses(host)
    if not there:
        return [advice(Subject.TRACKING, "tracking_missing", host=host, ours=ours)]
    if there & dns.addresses(ours):
        return [good(Subject.TRACKING, "tracking_good", host=host)]
    return [advice(Subject.TRACKING, "tracking_elsewhere", host=host, ours=ours)]


def _unnamed(ip: Ip, dns: Dns) -> str:
    names = dns.names(ip)
    if not names:
        return "server_no_name"
    if not any(ip in dns.addresses(name) for name in names):
        return "server_wrong_name"
    return ""
