"""The domains of the large mailbox providers, and the hosts that take mail for others."""


def _national(name: str, endings: str) -> tuple[str, ...]:
    return tuple(f"{name}.{ending}" for ending in endings.split())


# Domains whose addresses live with a provider, whatever the DNS says. Those of Yahoo in
# Japan, of Wanadoo in Spain and the like are other companies with other servers.
DOMAINS: dict[str, tuple[str, ...]] = {
    "google": ("gmail.com", "googlemail.com"),
    "microsoft": (
        *_national(
            "hotmail",
            "com fr be ca ch it es de at nl dk no se fi gr hu cz sk rs lt lv ph sg my cl"
            " co.uk co.id co.il co.in co.jp co.kr co.nz co.th co.za com.ar com.au com.br"
            " com.hk com.mx com.tr com.tw com.vn",
        ),
        *_national(
            "outlook",
            "com fr be de es it at dk pt ie cz hu sk lv ph sa sg my kr jp in cl com.ar"
            " com.au com.br com.gr com.tr com.vn co.id co.il co.nz co.th",
        ),
        *_national(
            "live",
            "com fr be nl it de at ca cl cn dk fi hk ie in jp no ph ru se co.uk co.kr"
            " co.za com.ar com.au com.mx com.my com.pt com.sg",
        ),
        "msn.com",
        "passport.com",
        "windowslive.com",
    ),
    "yahoo": (
        *_national(
            "yahoo",
            "com fr be ca de es it at ch dk fi gr hu ie in lt lv nl no pl pt ro rs se sk"
            " co.id co.in co.nz co.th co.uk co.za com.ar com.au com.br com.cl com.cn"
            " com.co com.hk com.mx com.my com.pe com.ph com.sg com.tr com.tw com.ua"
            " com.ve com.vn",
        ),
        *_national("aol", "com fr be de es it nl at ch co.uk com.br com.mx com.ar"),
        *_national("ymail", "com fr"),
        "rocketmail.com",
        "myyahoo.com",
        "aim.com",
        "netscape.net",
        "compuserve.com",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
        "bellsouth.net",
        "rogers.com",
    ),
    "apple": ("icloud.com", "me.com", "mac.com", "privaterelay.appleid.com"),
    "orange": ("orange.fr", "wanadoo.fr", "voila.fr", "sosh.fr"),
    "free": (
        "free.fr",
        "aliceadsl.fr",
        "alicepro.fr",
        "aliceblogs.fr",
        "libertysurf.fr",
        "freesbee.fr",
        "freesurf.fr",
        "worldonline.fr",
        "infonie.fr",
        "tiscali.fr",
        "chez.com",
        "online.fr",
    ),
    "sfr": (
        "sfr.fr",
        "neuf.fr",
        "numericable.fr",
        "numericable.com",
        "cegetel.net",
        "club-internet.fr",
        "noos.fr",
        "9online.fr",
        "9business.fr",
        "evc.net",
        "estvideo.fr",
        "modulonet.fr",
        "guideo.fr",
        "mageos.com",
        "fnac.net",
        "waika9.com",
    ),
    "bouygues": ("bbox.fr", "dartybox.com"),
    "laposte": ("laposte.net",),
    "gmx": (
        *_national(
            "gmx", "com de net fr at ch es us org info eu li biz tm co.uk co.in"
        ),
        "web.de",
        "email.de",
        "mail.com",
        "email.com",
        "caramail.com",
        "caramail.fr",
        "usa.com",
        "europe.com",
        "post.com",
        "consultant.com",
        "engineer.com",
        "writeme.com",
        "myself.com",
        "iname.com",
        "dr.com",
    ),
    "proton": ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
    "tonline": ("t-online.de", "magenta.de"),
}

# What the mail exchangers of a domain end in; of several that fit, the longest says it.
EXCHANGERS: dict[str, tuple[str, ...]] = {
    "google": ("google.com", "googlemail.com", "smtp.goog"),
    "microsoft": ("olc.protection.outlook.com", "hotmail.com"),
    "office365": ("protection.outlook.com", "mx.microsoft", "partner.outlook.cn"),
    "yahoo": ("yahoodns.net", "yahoo.com"),
    "apple": ("mail.icloud.com", "mail.me.com"),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr", "proxad.net"),
    "sfr": ("sfr.fr", "sfr.net", "neuf.fr", "numericable.fr"),
    "bouygues": ("bbox.fr", "bouyguesbox.fr", "bouyguestelecom.fr"),
    "laposte": ("laposte.net",),
    "gmx": ("gmx.net", "gmx.com", "web.de", "mail.com"),
    "proton": ("protonmail.ch", "proton.me"),
    "tonline": ("t-online.de",),
    "ovh": ("ovh.net", "ovh.ca", "ovh.com"),
    "ionos": (
        "kundenserver.de",
        "perfora.net",
        *_national("ionos", "com de fr es it co.uk"),
        *_national("1and1", "com fr es co.uk"),
    ),
    "gandi": ("gandi.net",),
    "infomaniak": ("infomaniak.ch", "infomaniak.com"),
    "mimecast": (
        *_national("mimecast", "com org co.za"),
        "mimecast-offshore.com",
    ),
    "proofpoint": ("pphosted.com", "ppe-hosted.com", "gpphosted.com"),
}
