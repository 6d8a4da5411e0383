"""What a marketer enters about a widget."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, TextAreaField

from webapp.core.form_fields import (
    language,
    number,
    on_one_line,
    one_of,
    options,
    sentences,
    some_of,
    words,
)
from webapp.core.i18n import LOCALES, _, _l
from webapp.subscriptions.models import MailingList
from webapp.widgets import choices, design_rules, themes
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.design import Design, DesignIsNotValid
from webapp.widgets.publishing import LONGEST_NAME

LONGEST_TEXT = 500


def widget_name() -> Any:
    """What colleagues call a widget."""
    return words(
        _l("Name"),
        LONGEST_NAME,
        description=_l("For you alone, such as: foot of the home page."),
    )


class NewWidgetForm(FlaskForm):
    """A name, the list people join, and how the widget comes to them."""

    name = widget_name()
    mailing_list = SelectField(_l("List people join"), coerce=int)
    display = one_of(_l("Display"), DISPLAYS, default="inline")

    def offer(self, lists: Iterable[MailingList]) -> None:
        """Name the lists to choose from."""
        self.mailing_list.choices = options((str(one.id), one.name) for one in lists)


class SiteForm(FlaskForm):
    """A site of the merchant."""

    site = words(
        _l("Site"),
        300,
        render_kw={"placeholder": "shop.example", "autocapitalize": "none"},
    )


class PathsField(TextAreaField):
    """Paths such as /shop/*, as a tuple; of a full address its path is taken."""

    data: tuple[str, ...]

    def __init__(self, label: Any, **more: Any) -> None:
        """A few lines, wide enough for a path."""
        super().__init__(label, render_kw={"rows": 2, "spellcheck": "false"}, **more)

    def process_formdata(self, values: list[str]) -> None:
        """Each line that is not blank, once."""
        lines = (line.strip() for line in "\n".join(values).splitlines())
        self.data = tuple(dict.fromkeys(_path(line) for line in lines if line))

    def _value(self) -> str:
        return "\n".join(self.data or ())


def shade(label: Any, **more: Any) -> Field:
    """A colour as the browser lets people pick it."""
    return words(label, 7, required=False, render_kw={"type": "color"}, **more)


class StudioForm(FlaskForm):
    """The words, fields, boxes, look, moment and languages of a widget."""

    name = widget_name()
    display = one_of(_l("Display"), choices.DISPLAYS)

    title = words(_l("Title"), 120, required=False)
    intro = sentences(
        _l("Introduction"),
        LONGEST_TEXT,
        description=_l("What people get, and how often."),
    )
    button = words(_l("Button"), 60)

    fields = some_of(
        _l("Also ask for"),
        choices.FIELDS,
        description=_l("Each field costs sign-ups; none is required."),
    )
    later_fields = some_of(
        _l("Ask after the confirmation"),
        choices.FIELDS,
        description=_l(
            "Offered once the address is confirmed, to people who did not say it yet."
        ),
    )

    asks_opens = BooleanField(_l("Ask whether opens may be measured"))
    asks_clicks = BooleanField(_l("Ask whether clicks may be measured"))
    partners = some_of(
        _l("Ask for partners"),
        {},
        coerce=int,
        description=_l("Each partner has a box of its own, never ticked beforehand."),
    )
    asks_age = BooleanField(
        _l("Ask whether the person is 15 or over"),
        description=_l("For younger people a parent agrees too."),
    )

    theme = one_of(_l("Theme"), themes.NAMES)
    colour = shade(
        _l("Button"), description=_l("White text must be easy to read on it.")
    )
    own_ground = BooleanField(_l("Give it a background of its own"))
    background = shade(_l("Background"))
    text_colour = shade(_l("Text"))
    radius = number(
        _l("Roundness of the corners"),
        0,
        design_rules.LARGEST_RADIUS,
        description=_l("In pixels, from 0 to 24."),
    )
    font = SelectField(_l("Font"), choices=options(choices.FONTS.items()))

    trigger = one_of(_l("It comes"), choices.TRIGGERS)
    delay = number(_l("After how many seconds"), 0, design_rules.LONGEST_DELAY)
    scroll = number(_l("After how much of the page, in percent"), 1, 100)
    opener = words(
        _l("Words on the button that shows it"),
        60,
        required=False,
    )
    side = one_of(_l("Side of the screen"), choices.SIDES)
    pages = PathsField(
        _l("Only on these pages"),
        description=_l(
            "One a line, such as /shop/*. Empty: on every page that has the code."
        ),
    )
    pages_not = PathsField(_l("Never on these pages"))
    cap_days = number(
        _l("Once closed, stay away for so many days"),
        0,
        design_rules.LONGEST_CAP,
        description=_l("Remembered in the visitor’s own browser, nowhere else."),
    )

    thanks = sentences(_l("Thank-you"), LONGEST_TEXT)
    redirect = words(
        _l("Then go to"),
        LONGEST_TEXT,
        required=False,
        description=_l(
            "A page of your site, with https://. Empty: the thank-you is shown."
        ),
        render_kw={"type": "url", "placeholder": "https://"},
    )
    reward = SelectField(
        _l("Reward"),
        coerce=lambda typed: int(typed) if typed and typed != "None" else None,
        description=_l("A code or a file, given once the person has confirmed."),
    )
    indexed = BooleanField(
        _l("Let search engines show its page"),
        description=_l("The page of its own, which every widget has."),
    )
    allow_site = BooleanField(_l("This is a site of ours: allow it"))

    locale = language(_l("Language of the form"))
    second_language = SelectField(
        _l("Second language"),
        choices=options([("", _l("None")), *LOCALES.items()]),
    )
    second_title = words(_l("Title"), 120, required=False)
    second_intro = sentences(_l("Introduction"), LONGEST_TEXT)
    second_button = words(_l("Button"), 60, required=False)
    second_opener = words(_l("Words on the button that shows it"), 60, required=False)
    second_thanks = sentences(_l("Thank-you"), LONGEST_TEXT)

    def offer(
        self,
        fields: dict[str, Any],
        partners: dict[int, str],
        rewards: dict[int, str],
    ) -> None:
        """Name what the workspace can ask, its partners and its rewards."""
        self.fields.choices = options(fields.items())
        self.later_fields.choices = options(fields.items())
        self.partners.choices = options(
            (str(key), name) for key, name in partners.items()
        )
        self.reward.choices = options(
            [("", _l("None")), *((str(key), name) for key, name in rewards.items())]
        )

    def design(self, before: Design) -> Design | None:
        """What was entered; None, with a sentence beside each field, when that is impossible.

        :param before: what the form does not ask stays as it was there.
        """
        entered = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.data.items()
            if name in Design.__dataclass_fields__
            and (value is not None or name == "reward")
        }
        entered |= {"translations": self._translations(), **self._look()}
        values = {
            name: getattr(before, name) for name in Design.__dataclass_fields__
        } | entered
        try:
            return Design(**values)
        except DesignIsNotValid as error:
            for name, sentence in error.faults.items():
                self._say(name, str(sentence))
            return None

    def is_half_said(self, design: Design) -> bool:
        """Whether words are missing in the second language, which is said beside each."""
        opens_by_button = design.is_overlay and design.trigger == "click"
        spoken = [word for word in choices.WORDS if word != "opener" or opens_by_button]
        missing = [
            word
            for said in design.translations.values()
            for word in spoken
            if getattr(design, word) and not said[word]
        ]
        for word in missing:
            self._say(f"second_{word}", _("Say this in the second language too."))
        return bool(missing)

    @property
    def wrong(self) -> str:
        """What must be corrected, on one line."""
        return " ".join(
            f"{field.label.text}{_(': ')}{' '.join(field.errors)}"
            for field in self
            if field.errors
        )

    def refuse_redirect(self) -> None:
        """Say that people may not be sent there."""
        self._say(
            "redirect",
            _(
                "This is on another site than yours. Put it among the allowed sites"
                " first, or take a page of one of them."
            ),
        )

    def _look(self) -> dict[str, Any]:
        worn = themes.THEMES.get(self.theme.data)
        if worn:
            return worn.values()
        return {} if self.own_ground.data else {"background": "", "text_colour": ""}

    def _translations(self) -> dict[str, dict[str, str]]:
        if not self.second_language.data:
            return {}
        said = {
            word: on_one_line(self[f"second_{word}"].data) for word in choices.WORDS
        }
        return {self.second_language.data: said}

    def _say(self, name: str, sentence: str) -> None:
        field = self["second_language" if name == "translations" else name]
        field.errors = [*field.errors, sentence]


def _path(line: str) -> str:
    if not line.startswith(("http://", "https://")):
        return line
    try:
        return urlsplit(line).path or "/"
    except ValueError:
        return line
