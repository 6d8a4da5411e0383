"""The words around a name, in French."""

# What is written for it, without accents, case and full stop, and its usual form.
CIVILITIES = {
    **dict.fromkeys(("m", "mr", "monsieur", "mister", "sieur"), "M."),
    **dict.fromkeys(("mme", "madame", "mrs", "ms", "dame"), "Mme"),
    **dict.fromkeys(("mlle", "mademoiselle", "miss", "melle"), "Mlle"),
    **dict.fromkeys(("dr", "docteur", "doctor"), "Dr"),
    **dict.fromkeys(("pr", "professeur", "prof"), "Pr"),
    **dict.fromkeys(("me", "maitre"), "Me"),
    "m. et mme": "M. et Mme",
}
_MAN, _WOMAN = r"(?:m\.?|mr\.?|monsieur)", r"(?:mme\.?|madame)"
COUPLE = rf"{_MAN}\s*(?:et|ou|&|/)\s*{_WOMAN}|{_WOMAN}\s*(?:et|ou|&|/)\s*{_MAN}"
# Between the name one was born with and the one taken since.
MARRIED = (r"[ée]pouse", r"[ée]p\.?", r"veuve", r"vve\.?")
PARTICLES = frozenset(
    {
        *("de", "du", "des", "d'", "d’", "la", "le", "les", "l'", "l’"),
        *("ben", "bin", "ibn", "el", "al", "aït", "ait", "ould", "bou"),
        *("van", "von", "der", "den", "ter", "di", "da", "dos", "del", "della", "mac"),
    }
)
# In the middle of a name or at its beginning; "La" and "Le" have capitals (de La Fontaine).
WRITTEN_SMALL = frozenset({"de", "du", "des", "van", "von", "der", "den", "dos", "da"})
# By one of these words an organisation is known.
COMPANIES = frozenset(
    {
        *("sarl", "sas", "sasu", "eurl", "sci", "snc", "eirl", "scop", "scp", "selarl"),
        *("gie", "gaec", "earl", "scea", "ltd", "gmbh", "inc", "bv", "spa", "llc"),
        *("association", "asso", "assoc", "mairie", "commune", "communaute", "ville"),
        *("societe", "ste", "ets", "etablissements", "etablissement", "entreprise"),
        *("cabinet", "garage", "boulangerie", "pharmacie", "restaurant", "hotel"),
        *(
            "ecole",
            "college",
            "lycee",
            "universite",
            "syndicat",
            "comite",
            "federation",
        ),
        *("club", "fondation", "groupe", "cie", "compagnie", "agence", "librairie"),
        *(
            "amicale",
            "cooperative",
            "mutuelle",
            "hopital",
            "clinique",
            "office",
            "ccas",
        ),
    }
)
