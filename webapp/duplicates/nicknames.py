"""First names and their short forms, as France uses them."""

from webapp.duplicates.first_names import is_usual

# The short form, and what it may stand for.
_SHORT = {
    "alex": "alexandre alexandra alexis",
    "antho": "anthony",
    "ben": "benjamin benoit",
    "beb": "bertrand",
    "caro": "caroline",
    "cath": "catherine",
    "cathy": "catherine",
    "chris": "christophe christian christine christelle",
    "clem": "clement clemence clementine",
    "dan": "daniel danielle",
    "dani": "daniel danielle",
    "dom": "dominique",
    "domi": "dominique",
    "ed": "edouard",
    "elo": "elodie eloise",
    "fab": "fabien fabrice fabienne",
    "fanny": "francoise stephanie",
    "flo": "florence florian florent",
    "fred": "frederic frederique",
    "gabi": "gabriel gabrielle",
    "greg": "gregory gregoire",
    "guigui": "guillaume",
    "isa": "isabelle",
    "jb": "jean baptiste",
    "jc": "jean claude,jean christophe,jean charles",
    "jf": "jean francois",
    "jl": "jean luc,jean louis",
    "jm": "jean marc,jean michel,jean marie",
    "jo": "joseph johanna joelle",
    "jp": "jean pierre,jean paul,jean philippe",
    "juju": "julien julie juliette",
    "kate": "catherine katherine",
    "lea": "leane leana",
    "lolo": "laurent laurence",
    "lulu": "lucas lucie lucien ludovic",
    "manu": "emmanuel emmanuelle manuel",
    "marie jo": "marie josephe,marie josephine",
    "mag": "magali marguerite",
    "mat": "mathieu mathis matthieu",
    "matt": "mathieu matthieu matthew",
    "max": "maxime maximilien maxence",
    "mimi": "michele michel mireille",
    "momo": "mohamed maurice",
    "nath": "nathalie nathan nathanael",
    "nico": "nicolas nicole",
    "oliv": "olivier olivia",
    "pat": "patrick patricia patrice",
    "phil": "philippe philippine",
    "raph": "raphael raphaelle",
    "rom": "romain romane",
    "sam": "samuel samantha samir",
    "seb": "sebastien",
    "seba": "sebastien",
    "sophie": "anne sophie",
    "steph": "stephane stephanie",
    "theo": "theodore theophile",
    "thib": "thibault thibaut",
    "tom": "thomas",
    "val": "valerie valentin valentine",
    "vero": "veronique",
    "vince": "vincent",
    "xav": "xavier",
    "yann": "yannick",
}
_MEANT = {
    short: frozenset(names.split(",") if "," in names else names.split())
    for short, names in _SHORT.items()
}
# Two letters may begin any name: only one letter, or three and more, count as its beginning.
_LEAST = 3


def is_short_for(short: str, name: str) -> bool:
    """Whether folded `short` is an initial, a beginning or a usual short form of `name`."""
    if name in _MEANT.get(short, ()):
        return True
    if len(short) >= len(name):
        return False
    if name.startswith(f"{short} ") or short.replace(" ", "") == _initials(name):
        return True
    # Julie is no beginning of Julien: it is a name of its own.
    is_beginning = len(short) == 1 or (len(short) >= _LEAST and not is_usual(short))
    return is_beginning and name.startswith(short)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())
