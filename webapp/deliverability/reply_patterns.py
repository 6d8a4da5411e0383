"""What mail servers write when they refuse, and what they mean by it.

The first line that fits decides. What speaks of us stands before what speaks of the person:
to take our bad name for a dead mailbox costs a reader, the reverse costs one more try.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a refusal is about."""

    INVALID_RECIPIENT = "invalid_recipient"
    BAD_DOMAIN = "bad_domain"
    INACTIVE_MAILBOX = "inactive_mailbox"
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    REPUTATION = "reputation"
    THROTTLED = "throttled"
    TEMPORARY = "temporary"
    EXPIRED = "expired"
    PROTOCOL = "protocol"
    MESSAGE_REFUSED = "message_refused"
    UNKNOWN = "unknown"

    @property
    def is_about_person(self) -> bool:
        """The mailbox is the reason: neither what we are nor what we wrote."""
        return self in ABOUT_PERSON

    @property
    def gravity(self) -> int:
        """How much it says against the mailbox: 0 when nothing."""
        return ABOUT_PERSON.index(self) + 1 if self in ABOUT_PERSON else 0

    @property
    def is_about_us(self) -> bool:
        """Our name, our server or our settings are the reason: somebody has to act."""
        return self in ABOUT_US


# From what may be over tomorrow to what is for good.
ABOUT_PERSON = (
    Category.MAILBOX_FULL,
    Category.INACTIVE_MAILBOX,
    Category.BAD_DOMAIN,
    Category.INVALID_RECIPIENT,
)
ABOUT_US = frozenset({Category.POLICY, Category.REPUTATION, Category.THROTTLED})


@dataclass(frozen=True)
class Rule:
    """A pattern, in lower case, and its meaning; of one provider alone, or of everybody."""

    pattern: re.Pattern[str]
    category: Category
    provider: str = ""

    def fits(self, text: str, provider: str) -> bool:
        """Whether the text says it; a provider's own codes are not read elsewhere."""
        if self.provider and provider and self.provider != provider:
            return False
        return bool(self.pattern.search(text))


def _rules(category: Category, *patterns: str, provider: str = "") -> list[Rule]:
    return [Rule(re.compile(pattern), category, provider) for pattern in patterns]


# Codes that the mailbox providers put into their texts, and explain on their pages.
_PROVIDERS = [
    # Orange: OFR_417 is said of full, of archived and of unknown mailboxes alike.
    *_rules(Category.MAILBOX_FULL, r"boite.{0,40}pleine", provider="orange"),
    *_rules(Category.INACTIVE_MAILBOX, r"boite.{0,40}archiv", provider="orange"),
    *_rules(Category.INVALID_RECIPIENT, r"ofr\w*_416", provider="orange"),
    *_rules(
        Category.THROTTLED,
        r"ofr\w*_10[1-8]\b",
        r"trop de connexions",
        provider="orange",
    ),
    *_rules(Category.POLICY, r"ofr\w*_(109|20\d|405|535)\b", provider="orange"),
    *_rules(Category.REPUTATION, r"ofr\w*_(5\d\d|9\d\d)\b", provider="orange"),
    *_rules(Category.REPUTATION, r"lpn\w*_5\d\d", provider="laposte"),
    *_rules(Category.THROTTLED, r"lpn\w*_(1\d\d|4\d\d)", provider="laposte"),
    *_rules(Category.REPUTATION, r"lfr?n?\w*_5\d\d", provider="sfr"),
    *_rules(
        Category.THROTTLED,
        r"too many errors (from your ip|on this connection)",
        provider="free",
    ),
    *_rules(
        Category.REPUTATION,
        r"postmaster\.free\.fr",
        r"spam detected",
        provider="free",
    ),
    *_rules(
        Category.THROTTLED, r"\brp-00[1-3]\b", r"4\.7\.(500|65\d)", provider="microsoft"
    ),
    *_rules(
        Category.REPUTATION,
        r"\((s3\d{3}|s25\d\d)\)",
        r"\b(sc|dy|ou)-00\d\b",
        r"5\.7\.(60[6-9]|6[1-4]\d|70[0-8]|71\d|511)\b",
        provider="microsoft",
    ),
    *_rules(
        Category.POLICY,
        r"5\.7\.(509|51[2-9])\b",
        r"restricted to (authenticated|internal)",
        r"resolver\.rst\.",
        provider="microsoft",
    ),
    *_rules(
        Category.INVALID_RECIPIENT,
        r"resolver\.adr\.",
        r"recipient address rejected: access denied",
        r"recipientnotfound",
        provider="microsoft",
    ),
    *_rules(
        Category.MAILBOX_FULL,
        r"quotaexceeded",
        r"mailboxfull",
        provider="microsoft",
    ),
    *_rules(Category.THROTTLED, r"\[tss?\d\d\]", provider="yahoo"),
    *_rules(Category.REPUTATION, r"\[bl\d\d\]", provider="yahoo"),
    *_rules(Category.POLICY, r"\[ph\d\d\]", provider="yahoo"),
    *_rules(Category.INACTIVE_MAILBOX, r"mailbox is disabled", provider="yahoo"),
    *_rules(Category.INVALID_RECIPIENT, r"delivery error: dd", provider="yahoo"),
    *_rules(Category.REPUTATION, r"\[hm\d\d\]", r"\[cs\d\d\]", provider="apple"),
    *_rules(
        Category.TEMPORARY,
        r"receiving mail (too quickly|at a rate)",
        provider="google",
    ),
]

# So plain that the enhanced code beside them, right or wrong, changes nothing.
STRONG = [
    *_PROVIDERS,
    *_rules(
        Category.INACTIVE_MAILBOX,
        r"blocked due to inactivity",
        r"(account|mailbox) (that you tried to reach )?is (inactive|disabled|suspended)",
    ),
    *_rules(
        Category.THROTTLED,
        r"too many (unknown|invalid|bad|non.?existent) (users?|recipients?|address)",
        r"temporarily rate limited",
        r"unusual rate of (unsolicited )?(mail|email)",
    ),
    *_rules(
        Category.REPUTATION,
        r"spamhaus|spamcop|barracuda|sorbs|abusix|uceprotect|invaluement|senderscore",
        r"\b(dns|u?r)bls?\b",
        r"(black|block|deny) ?-?list",
        r"\breputation\b",
        r"listed (at|in|by|on) \S+\.(org|com|net)",
        r"banned sending ip",
    ),
    *_rules(
        Category.EXPIRED,
        r"retry time(out)? (not reached for any host|exceeded)",
        r"failing for a long time",
        r"message (expired|timed out)",
        r"(delivery|queue) (time expired|timed? ?out)",
        r"could not be delivered for \d+ (days|hours)",
        r"queue too long",
    ),
    *_rules(
        Category.MAILBOX_FULL,
        r"over ?-?quota",
        r"quota.{0,20}exceed",
        r"exceed\w*.{0,30}quota",
        r"(mailbox|mail box|inbox|user)\b.{0,20} (is )?full\b",
        r"out of storage space",
        r"insufficient (disk )?space",
        r"exceed\w* (its )?storage (allocation|limit)",
    ),
]

# Read where neither the plain texts nor the enhanced code tell.
WEAK = [
    *_rules(
        Category.THROTTLED,
        r"too many (connections|messages|mails|recipients|concurrent|sessions)",
        r"rate.?limit",
        r"try again (later )?.{0,20}throttl|throttl",
        r"unexpected volume",
        r"slow down",
    ),
    *_rules(Category.TEMPORARY, r"gr[ae]y.?list", r"server (is )?busy"),
    *_rules(
        Category.REPUTATION,
        r"\bspam\b|spammy|unsolicited|junk",
        r"user complaints",
    ),
    *_rules(
        Category.POLICY,
        r"\bpolic(y|ies)\b",
        r"\b(spf|dkim|dmarc|arc)\b",
        r"authenticat",
        r"relay(ing)? (access )?(denied|not (allowed|permitted))",
        r"unable to relay|not permitted to relay",
        r"reverse (dns|hostname|lookup)|\bptr\b|\bhelo\b|\behlo\b",
        r"(client host|sender address|sender) (is )?(rejected|denied|blocked|invalid)",
        r"emetteur invalide",
        r"not authori[sz]ed",
        r"access denied",
    ),
    *_rules(
        Category.MESSAGE_REFUSED,
        r"(message|mail) (is )?too (large|big)|size (limit )?exceed|exceeds .{0,20}size",
        r"virus|malware|phish",
        r"rfc ?5322|malformed|invalid header|duplicate header",
        r"content (rejected|is not allowed|presents)",
        r"line (length|too long)",
    ),
    *_rules(
        Category.BAD_DOMAIN,
        r"null ?-?mx",
        r"does not accept (any )?e?-?mail",
        r"indicated no smtp service",
        r"host or domain name not found(?!.*try again)",
        r"unrouteable (mail )?(domain|address)",
        r"\bnxdomain\b|no such domain|unknown (mail )?domain|bad destination host",
        r"domain (does not exist|not found)|dns\.domaindoesnotexist",
        r"point to non-existent hosts",
        r"couldn.t find any host named",
    ),
    *_rules(
        Category.INACTIVE_MAILBOX,
        r"(account|mailbox|user|address|recipient)\b.{0,25} "
        r"(has been )?(disabled|inactive|deactivated|suspended|locked|closed|archived)",
        r"(inactive|disabled|deactivated|suspended|archived) "
        r"(account|mailbox|user|recipient)",
        r"no longer (active|in use)",
    ),
    *_rules(
        Category.INVALID_RECIPIENT,
        r"(no such|unknown|invalid|nonexistent|non-existent|not a valid) "
        r"(local )?(user|mailbox|recipient|address|person|account)",
        r"(user|mailbox|recipient|account|address|mailbox name)\b.{0,60} "
        r"(is )?(unknown|invalid|not found|doesn.t exist|does not exist|not exist)",
        r"(user|recipient|account|mailbox) (is )?(unknown|not known|not found|invalid)",
        r"doesn.t have an? \S+ account",
        r"no mailbox here|mailbox unavailable|no such .{0,30}here",
        r"(recipient|address) (address )?rejected: (undeliverable|user|unknown)",
        r"not our customer|no longer (works|employed|with|available|valid)",
        r"(destinataire|adresse|utilisateur).{0,40}(invalide|inconnu|inexistant)",
        r"unknown or illegal alias|does not like recipient",
        r"recipient( name)? (is )?not recogni[sz]ed",
        r"this (address|account) no longer (accepts|exists)",
    ),
    *_rules(
        Category.TEMPORARY,
        r"try (again )?later|temporar(y|ily)|connection (timed out|refused|reset)",
        r"network is unreachable|no route to host|lost connection",
    ),
]
