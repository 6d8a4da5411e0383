"""Names, subjects and addresses that broke somebody's mail once."""

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
RIGHT_TO_LEFT = "\u202e"

# What a person or a shop may be called.
NAMES = [
    "محمد عبد الله",
    "שָׁלוֹם כהן",
    "\u200fדוד\u200f Cohen",
    "王小明",
    "山田 太郎",
    "ｱﾝﾅ",
    "สมชาย ใจดี",
    "अनुष्का शर्मा",
    "Ελένη Παπαδοπούλου",
    "Đặng Thị Ánh Nguyệt",
    "Jürgen Groß",
    f"Camille {FAMILY} Martin",
    "🏳️\u200d🌈🇫🇷👍🏽",
    "Z̸̢̛a̶l̷g̵o̴",
    "e\u0301lodie",
    "O’Brien, Jr.",
    'Anne "Nana" Martin',
    "Martin; Anne",
    "Anne (compta) <anne@ailleurs.example>",
    "Back\\slash",
    "a@b.example",
    "=?utf-8?b?SGVsbG8=?=",
    "=?utf-8?q?=00?=",
    "=?x",
    "Anne\r\nBcc: everybody@example.org",
    "Anne\0Martin",
    "Anne\u2028Martin\u0085Paul",
    f"Anne{RIGHT_TO_LEFT}gpj.exe",
    "\ufeffAnne",
    "  ",
    ".",
    "...",
    "M." * 120,
    "Wolfeschlegelsteinhausenbergerdorff" * 8,
    "日本語のとても長い名前" * 25,
    f"{FAMILY}" * 30,
    "{{ contact.email }}",
    "<script>alert(1)</script>",
    "%s %(x)s {0}",
    "\ud800",
]
# What a shop may write in a subject; a line of mail has 998 octets at most.
SUBJECTS = [
    *NAMES,
    "x" * 998,
    "x" * 5000,
    "mot " * 400,
    "é" * 998,
    "a" * 76 + " " + "b" * 77,
    " ".join(["=?utf-8?q?a?="] * 40),
    "Soldes : -50 % (jusqu’au 31) — « vite »",
    "\t\tdéjà\tvu\t",
]
# Domains as people write them, and as the DNS knows them (IDNA 2008 with UTS 46).
DOMAINS = {
    "straße.example": "xn--strae-oqa.example",
    "STRASSE.example": "strasse.example",
    "βόλος.example": "xn--nxasmm1c.example",
    "ΒΌΛΟΣ.example": "xn--nxasmq6b.example",
    "bücher.example": "xn--bcher-kva.example",
    "BÜCHER.Example": "xn--bcher-kva.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "xn--strae-oqa.example": "xn--strae-oqa.example",
    "例え.example": "xn--r8jz45g.example",
    "मेल.example": "xn--r2bi6d.example",
    "bu\u0308cher.example": "xn--bcher-kva.example",
    "ｅｘａｍｐｌｅ.example": "example.example",
    "mail。example": "mail.example",
}
NO_DOMAINS = [
    "",
    ".",
    "a..example",
    "-a.example",
    "a b.example",
    "xn--\u00fc.example",
    "xn--zzzzzzzz99999.example",
    "\u200d.example",
    "a\u202eb.example",
    "x" * 64 + ".example",
    "a\r\n.example",
    "exa\0mple.example",
]
# Before the @: RFC 5321 quoted strings, RFC 6531 letters.
LOCAL_PARTS = [
    "anne",
    "Anne.Martin",
    "anne+boutique",
    "o'brien",
    "a" * 64,
    "!#$%&'*+-/=?^_`{|}~",
    '"anne martin"',
    '"anne@home"',
    '"an\\"ne"',
    '"very.(),:;<>[]\\".VERY.\\"very@\\\\ \\"very\\".unusual"',
]
OTHER_SCRIPTS = ["élodie", "用户", "δοκιμή", "сергей", "मेल", "אבג", "😀", "anne.élodie"]
