"""What can be chosen for a widget, in the words of the studio."""

from webapp.core.i18n import _l

# What a widget may ask beside the address. Few by default: each field costs sign-ups.
FIELDS = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "postcode": _l("Postcode"),
    "birth_date": _l("Birthday"),
}
DISPLAYS = {
    "inline": _l("Form in the page"),
    "popup": _l("Pop-up"),
    "slide_in": _l("Slide-in"),
    "page": _l("Page of its own"),
    "kiosk": _l("Shop counter"),
}
# These come over a page of the shop, by themselves or when a button is pressed.
OVERLAYS = ("popup", "slide_in")
TRIGGERS = {
    "delay": _l("After a few seconds"),
    "scroll": _l("After reading a part of the page"),
    "exit": _l("When the pointer leaves the page"),
    "click": _l("When a button is pressed"),
}
SIDES = {"right": _l("On the right"), "left": _l("On the left")}
FONTS = {
    "inherit": _l("That of the site"),
    "system": _l("That of the visitor's device"),
    "serif": _l("With serifs"),
}
# The words that can be said in a second language.
WORDS = ("title", "intro", "button", "thanks", "opener")
