"""What a template may say: the closed set of variables, for checks and pickers."""

from collections.abc import Collection, Mapping

# None: the name itself is printed; otherwise the fields that follow the dot.
VARIABLES: Mapping[str, Collection[str] | None] = {
    "contact": (
        "civility",
        "first_name",
        "last_name",
        "full_name",
        "email",
        "city",
        "postcode",
        "country",
        "birth_date",
        "language",
        "attributes",
    ),
    "list": ("name",),
    "workspace": ("name", "address", "website"),
    "campaign": ("name", "subject"),
    "unsubscribe_url": None,
    "preferences_url": None,
    "browser_url": None,
}

# A link may begin with one of these: they are whole addresses, and not a person's words.
OWN_PAGES = frozenset(
    {"unsubscribe_url", "preferences_url", "browser_url", "workspace.website"}
)

# Ours, never an editor's: the pixel, and what tells whose a followed link is.
OPEN_URL = "open_url"
CLICK_TOKEN = "click_token"  # noqa: S105 - a name, not a secret

ATTRIBUTES = "contact.attributes"


def names(custom_keys: Collection[str] = ()) -> list[str]:
    """Every variable that can be written between braces, dotted."""
    plain = [
        f"{root}.{field}" if fields else root
        for root, fields in VARIABLES.items()
        for field in fields or ("",)
    ]
    plain.remove(ATTRIBUTES)
    return plain + [f"{ATTRIBUTES}.{key}" for key in custom_keys]
