"""A form as it was published, with what somebody typed into it and what is wrong with it; pure text."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import escape

Typed = Mapping[str, Sequence[str]]
Attributes = dict[str, str | None]

TICKED = {"checkbox": "checked", "radio": "checked", "option": "selected"}
# Where a sentence about a control can stand.
HOLDERS = ("label", "fieldset")
# What is sent as it stands, or not by the visitor.
NOT_TYPED = {"hidden", "submit", "button", "image", "reset", "file"}


@dataclass(frozen=True)
class Again:
    """A form that is shown again: what was typed, what is wrong, what was perhaps meant."""

    typed: Typed
    wrong: Mapping[str, str] = field(default_factory=dict)
    meant: str = ""


@dataclass(frozen=True)
class Filling:
    """What to put into a form: nothing of it is taken for markup but `after` and `foot`."""

    # What was typed, by the name of the control; None for a form nobody has touched.
    typed: Typed | None = None
    # A sentence for each control that must be corrected.
    wrong: Mapping[str, str] = field(default_factory=dict)
    # Markup that follows the label of a control.
    after: Mapping[str, str] = field(default_factory=dict)
    # Markup before an element with a class.
    before: Mapping[str, str] = field(default_factory=dict)
    # Markup at the end of the form.
    foot: str = ""
    # Other attributes for the form itself.
    form: Mapping[str, str | None] = field(default_factory=dict)
    # The control in which the reader begins, where nothing is wrong.
    focus: str = ""


def fill(form: str, filling: Filling) -> str:
    """The form with its values kept, its errors beside their fields, and all else as it was."""
    filler = _Filler(filling)
    filler.feed(form)
    filler.close()
    return "".join(filler.written)


def control_id(name: str) -> str:
    """Where a link to the control with this name leads, once something is wrong with it."""
    return f"field-{name}".replace(":", "-")


class _Filler(HTMLParser):
    """Copies a form, and changes the controls on the way."""

    def __init__(self, filling: Filling) -> None:
        super().__init__(convert_charrefs=False)
        self.filling = filling
        self.written: list[str] = []
        self.selected: Sequence[str] | None = None
        # The choice that is being read, and where it began.
        self.option: tuple[int, Attributes] = (0, {})
        self.in_kept_area = False
        # The labels and field sets around this place, with what is to stand at their end.
        self.around: list[tuple[str, list[str], list[str]]] = []
        self.marked: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in HOLDERS:
            self.around.append((tag, [], []))
        self.written.append(self.filling.before.get(given.get("class") or "", ""))
        name = given.get("name") or ""
        if tag == "form":
            given = {**given, **self.filling.form}
        elif tag == "option":
            self.option = (len(self.written), given)
        elif tag in {"input", "select", "textarea"} and name:
            given = self._control(tag, name, given)
        changed = given != dict(attrs)
        self.written.append(
            _start(tag, given) if changed else self.get_starttag_text() or ""
        )
        if tag == "textarea" and self.in_kept_area:
            self.written.append(str(escape(self._typed(name)[0])))

    def handle_endtag(self, tag: str) -> None:
        after: list[str] = []
        if self.around and self.around[-1][0] == tag:
            _tag, inside, after = self.around.pop()
            self.written += inside
        if tag == "form":
            self.written.append(self.filling.foot)
        if tag == "option":
            self._choose()
        if tag == "select":
            self.selected = None
        if tag == "textarea":
            self.in_kept_area = False
        self.written += [f"</{tag}>", *after]

    def handle_data(self, data: str) -> None:
        if not self.in_kept_area:
            self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _control(self, tag: str, name: str, given: Attributes) -> Attributes:
        kind = given.get("type") or "text" if tag == "input" else tag
        if kind in NOT_TYPED:
            return given
        typed = self._typed(name)
        if kind in TICKED:
            given = self._ticked(given, kind, typed)
        elif kind == "select":
            self.selected = typed
        elif kind == "textarea":
            self.in_kept_area = bool(typed)
        elif typed:
            given = {**given, "value": typed[0]}
        return self._noted(name, kind, given)

    def _choose(self) -> None:
        """A choice without a value is sent by its words."""
        start, given = self.option
        words = html.unescape("".join(self.written[start + 1 :]))
        value = given.get("value", words)
        ticked = self._ticked({**given, "value": value}, "option", self.selected)
        if ("selected" in ticked) is not ("selected" in given):
            self.written[start] = _start("option", ticked)

    def _typed(self, name: str) -> Sequence[str]:
        return (self.filling.typed or {}).get(name, ())

    def _ticked(
        self, given: Attributes, kind: str, typed: Sequence[str] | None
    ) -> Attributes:
        """Ticked when it was, and not when it was not; untouched in a form nobody touched."""
        if self.filling.typed is None or typed is None:
            return given
        mark = TICKED[kind]
        kept = {name: value for name, value in given.items() if name != mark}
        is_ticked = given.get("value", "on") in typed
        return {**kept, mark: None} if is_ticked else kept

    def _noted(self, name: str, kind: str, given: Attributes) -> Attributes:
        """Tied to the sentence about it, which ends the label or the group it stands in."""
        place = self._place(kind)
        if place is not None and name in self.filling.after:
            place[2].append(self.filling.after[name])
        sentence = self.filling.wrong.get(name)
        if not sentence:
            begins = name == self.filling.focus and not self.filling.wrong
            return {**given, "autofocus": None} if begins else given
        note = f"wrong-{control_id(name)}"
        tied: Attributes = {"aria-invalid": "true", "aria-describedby": note}
        if name not in self.marked and place is not None:
            place[1].append(
                f'<span class="wrong" id="{note}">{escape(sentence)}</span>'
            )
            tied["id"] = control_id(name)
        # The reader begins where something must be done.
        if not self.marked:
            tied["autofocus"] = None
        self.marked.add(name)
        return {**given, **tied}

    def _place(self, kind: str) -> tuple[str, list[str], list[str]] | None:
        wanted = "fieldset" if kind == "radio" else "label"
        near = [place for place in self.around if place[0] == wanted] or self.around
        return near[-1] if near else None


def _start(tag: str, given: Attributes) -> str:
    written = (
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in given.items()
    )
    return f"<{tag}{''.join(written)}>"
