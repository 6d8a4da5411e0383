"""What each finding means and what to do about it, in words for somebody who runs a shop."""

from dataclasses import dataclass
from typing import Any

from webapp.core.i18n import _l
from webapp.deliverability.domain_checks.findings import Subject


@dataclass(frozen=True)
class Words:
    """What was found, and what to do; both filled with the detail of a finding."""

    title: Any
    todo: Any = ""


SUBJECTS: dict[Subject, Any] = {
    Subject.SPF: _l("SPF: who may send"),
    Subject.DKIM: _l("DKIM: the signature"),
    Subject.DMARC: _l("DMARC: what holds the two together"),
    Subject.RETURN_PATH: _l("Return path: where undeliverable mail comes back"),
    Subject.SERVER: _l("The mail server’s own name"),
    Subject.TRACKING: _l("The name in your links"),
}

_SPF = {
    "spf_good": Words(
        _l("Your mail servers may send for this domain."),
        _l("Receivers need %(lookups)s questions to the DNS to know; 10 are allowed."),
    ),
    "spf_missing": Words(
        _l("%(domain)s has no SPF record."),
        _l("Publish the one below: it says which servers may send for you."),
    ),
    "spf_two": Words(
        _l("%(domain)s has %(count)s SPF records, and together they count as none."),
        _l("Make one of them: put all that they allow behind one “v=spf1”."),
    ),
    "spf_too_many": Words(
        _l("The SPF record needs %(lookups)s questions to the DNS; 10 are allowed."),
        _l(
            "Receivers treat it as broken. Take out services you do not use any more: each "
            "“include”, “a” and “mx” counts, and so do those within what is included."
        ),
    ),
    "spf_voids": Words(
        _l("%(voids)s names in the SPF record lead nowhere."),
        _l("Beyond 2, receivers treat the record as broken. Take those names out."),
    ),
    "spf_broken": Words(
        _l("“%(term)s” in the SPF record is nothing that SPF knows."),
        _l("The whole record counts as broken until it is corrected."),
    ),
    "spf_no_include": Words(
        _l("SPF includes %(name)s, which has no SPF record, or several."),
        _l("The whole record counts as broken. Correct that name, or take it out."),
    ),
    "spf_allows_all": Words(
        _l("SPF lets the whole world send in your name."),
        _l("Replace “+all” or “all” at its end with “~all”."),
    ),
    "spf_open": Words(
        _l("SPF does not say what to make of other servers."),
        _l("Let the record end with “~all”: nobody else sends for you."),
    ),
    "spf_server": Words(
        _l("SPF does not allow %(server)s, by which your mail leaves."),
        _l("Add “%(term)s” to the record, before its “all”."),
    ),
    "spf_here": Words(
        _l("SPF does not name this installation, whose relay your mail leaves by."),
        _l(
            "If that relay sends from this machine, add “%(term)s”. If it hands your mail on, "
            "name the server that sends it in the end."
        ),
    ),
    "spf_provider": Words(
        _l("SPF does not name %(server)s."),
        _l(
            "That service returns mail to a domain of its own, so yours is not asked. Some "
            "receivers look all the same: add “%(term)s”."
        ),
    ),
}
_DKIM = {
    "dkim_good": Words(
        _l("Your mail is signed, and receivers find the key."),
    ),
    "dkim_by_server": Words(
        _l("Your mail service signs by itself."),
        _l(
            "Set up DKIM for this domain there: its console shows the records to publish, and "
            "whether they are right."
        ),
    ),
    "dkim_locked": Words(
        _l("A key cannot be read any more, so nothing is signed."),
        _l(
            "It was stored while the installation had another SECRET_KEY. Bring that one back, "
            "or remove this domain and add it again."
        ),
    ),
    "dkim_missing": Words(
        _l("The key is not in the DNS: %(name)s"),
        _l("Publish the record below. Mail is not signed until it is there."),
    ),
    "dkim_two": Words(
        _l("There are several records at %(name)s"),
        _l("Keep the one below, and remove the others."),
    ),
    "dkim_revoked": Words(
        _l("The record at %(name)s revokes the key."),
        _l("Nothing stands behind “p=”. Publish the record below in its place."),
    ),
    "dkim_short": Words(
        _l("The key at %(name)s has %(bits)s bits, and is not believed."),
        _l("Keys under 1024 bits can be guessed. Publish the record below: 2048 bits."),
    ),
    "dkim_cut": Words(
        _l("The key at %(name)s was cut off."),
        _l(
            "Your provider takes at most 255 characters in one piece: enter the record in "
            "pieces, as shown below it."
        ),
    ),
    "dkim_differs": Words(
        _l("The key at %(name)s is another one."),
        _l("Replace it with the record below, to the letter."),
    ),
    "dkim_testing": Words(
        _l("The record at %(name)s says that you are only testing."),
        _l("Remove “t=y” from it."),
    ),
}
_DMARC = {
    "dmarc_good": Words(
        _l("Mail that only claims to be yours is treated as “%(policy)s”."),
        _l("The record stands at %(where)s."),
    ),
    "dmarc_none": Words(
        _l("There is a DMARC record, and it only watches (p=none)."),
        _l(
            "That is all the large providers ask for. Once the reports show that all your mail "
            "passes, “p=quarantine” keeps impostors out of inboxes."
        ),
    ),
    "dmarc_missing": Words(
        _l("%(domain)s has no DMARC record."),
        _l(
            "Gmail, Yahoo, Microsoft and Orange ask for one. Publish the one below: it changes "
            "nothing for your mail, and has you told who sends in your name."
        ),
    ),
    "dmarc_two": Words(
        _l("%(domain)s has %(count)s DMARC records, which count as none."),
        _l("Keep one of them."),
    ),
    "dmarc_policy": Words(
        _l("The DMARC record of %(domain)s has a policy nobody knows."),
        _l("“p=” is none, quarantine or reject."),
    ),
    "dmarc_removed": Words(
        _l("The DMARC record has what was abolished in 2026: %(tags)s"),
        _l("RFC 9989 removed these, and receivers ignore them. Take them out."),
    ),
    "dmarc_unknown": Words(
        _l("The DMARC record has what nobody knows: %(tags)s"),
        _l("Receivers ignore it. It may be a slip of the pen."),
    ),
    "dmarc_no_rua": Words(
        _l("Nobody is told what receivers see (no “rua”)."),
        _l(
            "Add “rua=mailto:” and an address of yours: reports come in once a day. La Poste "
            "asks for it."
        ),
    ),
    "dmarc_testing": Words(
        _l("The DMARC record says that you are only testing (t=y)."),
        _l(
            "Receivers apply a weaker policy than the one you chose. Remove it in the end."
        ),
    ),
    "dmarc_strict": Words(
        _l("The DMARC record asks for strict alignment: %(tags)s"),
        _l(
            "Mail from names below the domain, and a return path below it, then count as not "
            "yours. Remove it, unless you know that you need it."
        ),
    ),
}
_HOSTS = {
    "return_path_good": Words(
        _l("Undeliverable mail comes back to us by %(host)s."),
        _l("Each message that comes back says which one it was."),
    ),
    "return_path_missing": Words(
        _l("%(host)s takes no mail."),
        _l(
            "Publish the MX record below. Until then, undeliverable mail comes back to your "
            "sender’s address."
        ),
    ),
    "return_path_elsewhere": Words(
        _l("Mail to %(host)s goes to %(found)s, not to us."),
        _l("Let its MX record name %(ours)s, and nothing else."),
    ),
    "server_good": Words(
        _l("%(server)s has a name that leads back to it."),
    ),
    "server_here": Words(
        _l("%(server)s is a server on your own network."),
        _l(
            "What the world sees of it cannot be seen from here. Its public address needs a "
            "name that leads back to it (PTR), and a place in SPF."
        ),
    ),
    "server_unknown": Words(
        _l("Nobody knows where %(host)s is."),
        _l("Check the name of the mail server in the settings of sending."),
    ),
    "server_no_name": Words(
        _l("%(ip)s, an address of %(server)s, has no name (PTR)."),
        _l(
            "If your mail leaves from this address, Gmail and Orange refuse it: ask whoever "
            "hosts the server for a PTR record."
        ),
    ),
    "server_wrong_name": Words(
        _l("The name of %(ip)s (%(server)s) does not lead back to it."),
        _l("Ask whoever hosts that server: PTR record and host name must match."),
    ),
    "tracking_good": Words(_l("Links by %(host)s lead to us.")),
    "tracking_missing": Words(
        _l("%(host)s does not exist."),
        _l("Publish the CNAME record below. Until then, links have our own name."),
    ),
    "tracking_elsewhere": Words(
        _l("%(host)s leads elsewhere."),
        _l("Let it be a CNAME for %(ours)s. Until then, links have our own name."),
    ),
    "silent": Words(
        _l("The DNS did not answer."),
        _l("Nothing follows from that. Check again in a while."),
    ),
}
WORDS = {**_SPF, **_DKIM, **_DMARC, **_HOSTS}
