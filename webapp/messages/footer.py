"""The legal foot of a newsletter: who writes, why, and the way out (CPCE L34-5)."""

_WORDS = {
    "fr": {
        "why": "Vous recevez cet e-mail car votre adresse est inscrite à la liste"
        " «&nbsp;{{ list.name }}&nbsp;».",
        "leave": "Se désinscrire",
        "choose": "Gérer mes préférences",
        "view": "Voir dans le navigateur",
    },
    "en": {
        "why": "You receive this e-mail because your address is on the list"
        " “{{ list.name }}”.",
        "leave": "Unsubscribe",
        "choose": "Manage my preferences",
        "view": "View in browser",
    },
}
_LINK = '<a href="{{{{ {url} }}}}" style="color:#4a4a4a">{words}</a>'
# Its own background: it stays legible whatever the template's colours.
_FOOTER = (
    '<mj-section background-color="#ffffff" padding="16px 0">'
    '<mj-column><mj-text align="center" font-size="13px" line-height="1.6"'
    ' color="#4a4a4a" font-family="Helvetica, Arial, sans-serif">'
    "<strong>{{{{ workspace.name }}}}</strong><br/>"
    "{{{{ workspace.address }}}}<br/>{why}<br/>{links}"
    "</mj-text></mj-column></mj-section>"
)


def append(source: str, language: str) -> str:
    """The MJML with the foot as the last thing in its body, in French or English."""
    before, body, after = source.rpartition("</mj-body>")
    return before + mjml(language) + body + after if body else source


def mjml(language: str) -> str:
    """The foot alone: one section of MJML."""
    words = _WORDS.get(language[:2].lower(), _WORDS["fr"])
    links = " · ".join(
        _LINK.format(url=url, words=words[key])
        for url, key in (
            ("unsubscribe_url", "leave"),
            ("preferences_url", "choose"),
            ("browser_url", "view"),
        )
    )
    return _FOOTER.format(why=words["why"], links=links)
