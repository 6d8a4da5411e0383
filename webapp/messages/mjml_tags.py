"""The MJML we accept: which tag stands where, and what it may say (MJML 4.15)."""

from dataclasses import dataclass

BLOCKS = ("mj-column", "mj-hero")
_BOX = "padding padding-top padding-right padding-bottom padding-left"
_INNER = "inner-padding"
_FONT = (
    "color font-family font-size font-style font-weight letter-spacing line-height"
    " text-align text-decoration text-transform"
)
_BORDER = "border border-top border-right border-bottom border-left border-radius"
_BACKGROUND = (
    "background-color background-url background-repeat background-size"
    " background-position background-position-x background-position-y"
)
_LINK = "href rel target title name"
_IMAGE = "src srcset sizes alt width height"
# What any tag of the body takes.
COMMON = frozenset({"css-class", "mj-class"})


@dataclass(frozen=True)
class Tag:
    """Where a tag may stand, its attributes, and whether it holds HTML."""

    parents: tuple[str, ...]
    attributes: frozenset[str] = frozenset()
    # tags: other MJML; html: HTML and text; text: text alone; raw: HTML anywhere.
    holds: str = "tags"


def _tag(parents: str, attributes: str = "", holds: str = "tags") -> Tag:
    return Tag(tuple(parents.split()), frozenset(attributes.split()), holds)


_BLOCK = " ".join(BLOCKS)

TAGS: dict[str, Tag] = {
    "mjml": _tag("", "lang dir owa"),
    "mj-head": _tag("mjml"),
    "mj-body": _tag("mjml", "background-color width"),
    "mj-title": _tag("mj-head", holds="text"),
    "mj-preview": _tag("mj-head", holds="text"),
    "mj-breakpoint": _tag("mj-head", "width"),
    "mj-style": _tag("mj-head", "inline", holds="style"),
    "mj-font": _tag("mj-head", "name href"),
    "mj-attributes": _tag("mj-head"),
    "mj-all": _tag("mj-attributes"),
    "mj-class": _tag("mj-attributes"),
    "mj-wrapper": _tag(
        "mj-body", f"{_BOX} {_BORDER} {_BACKGROUND} full-width text-align gap"
    ),
    "mj-section": _tag(
        "mj-body mj-wrapper",
        f"{_BOX} {_BORDER} {_BACKGROUND} direction full-width text-align text-padding",
    ),
    "mj-group": _tag("mj-section", "background-color direction vertical-align width"),
    "mj-column": _tag(
        "mj-section mj-group",
        f"{_BOX} {_BORDER} background-color direction inner-background-color"
        " inner-border inner-border-radius vertical-align width",
    ),
    "mj-hero": _tag(
        "mj-body mj-wrapper",
        f"{_BOX} {_BACKGROUND} background-height background-width border-radius"
        " container-background-color height inner-background-color mode"
        " vertical-align width",
    ),
    "mj-text": _tag(
        _BLOCK,
        f"{_BOX} {_FONT} align container-background-color height vertical-align",
        holds="html",
    ),
    "mj-button": _tag(
        _BLOCK,
        f"{_BOX} {_FONT} {_BORDER} {_LINK} align background-color"
        f" container-background-color height {_INNER} vertical-align width",
        holds="html",
    ),
    "mj-image": _tag(
        _BLOCK,
        f"{_BOX} {_BORDER} {_LINK} {_IMAGE} align container-background-color"
        " fluid-on-mobile font-size max-height usemap",
    ),
    "mj-divider": _tag(
        _BLOCK,
        f"{_BOX} align border-color border-style border-width"
        " container-background-color width",
    ),
    "mj-spacer": _tag(_BLOCK, f"{_BOX} container-background-color height"),
    "mj-table": _tag(
        _BLOCK,
        f"{_BOX} {_FONT} align border cellpadding cellspacing"
        " container-background-color role table-layout width",
        holds="html",
    ),
    "mj-social": _tag(
        _BLOCK,
        f"{_BOX} {_FONT} align border-radius container-background-color"
        f" icon-height icon-size icon-padding {_INNER} mode table-layout"
        " text-padding vertical-align",
    ),
    "mj-social-element": _tag(
        "mj-social",
        f"{_BOX} {_FONT} {_LINK} {_IMAGE} align background-color border-radius"
        " icon-height icon-size icon-padding icon-position text-padding"
        " vertical-align",
        holds="html",
    ),
    "mj-navbar": _tag(_BLOCK, f"{_BOX} align base-url hamburger"),
    "mj-navbar-link": _tag("mj-navbar", f"{_BOX} {_FONT} {_LINK}", holds="html"),
    "mj-raw": _tag(
        "mj-head mj-body mj-wrapper mj-section mj-group mj-column mj-hero",
        "position",
        holds="raw",
    ),
}

# HTML an editor may write inside a text: no script, form or frame reaches a reader.
HTML_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "wbr",
    ]
)
VOID_TAGS = ("br", "hr", "img", "col", "wbr")
