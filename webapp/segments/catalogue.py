"""The catalogue: every subject that a segment of one workspace may ask about."""

from collections.abc import Iterable, Sequence
from typing import Any

from webapp.segments.offered import ALWAYS, PROFILE
from webapp.segments.subjects import HEADINGS, Subject
from webapp.segments.tree import Group, conditions


class Catalogue:
    """Every subject of one workspace, in the order in which they are proposed.

    `clicks` is the number of the purpose under which its people agree to be measured.
    """

    def __init__(
        self,
        lists: Iterable[Subject] = (),
        attributes: Iterable[Subject] = (),
        more: Iterable[Subject] = (),
        clicks: int = 0,
    ) -> None:
        self.lists = tuple(lists)
        self.attributes = tuple(attributes)
        self.clicks = clicks
        every: Sequence[Subject] = (*self.lists, *ALWAYS, *self.attributes, *more)
        self._known = {subject.key: subject for subject in every}

    def find(self, key: str) -> Subject | None:
        """The subject with this key, if the workspace has it."""
        return self._known.get(key)

    def needs_measuring(self, root: Group) -> bool:
        """Whether these rules ask what measured people did."""
        subjects = (self.find(one.subject) for one in conditions(root))
        return any(one.needs_measuring for one in subjects if one)

    @property
    def groups(self) -> list[tuple[Any, tuple[Subject, ...]]]:
        """The subjects under their headings; empty headings are left out."""
        headed = [
            (words, tuple(one for one in self._known.values() if one.heading == place))
            for place, words in HEADINGS.items()
        ]
        return [(words, subjects) for words, subjects in headed if subjects]

    @property
    def first(self) -> Subject:
        """What a new condition asks about."""
        return self.lists[0] if self.lists else PROFILE[0]
