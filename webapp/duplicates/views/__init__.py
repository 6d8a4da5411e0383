"""The pages about duplicates: the queue, merging by hand, past merges, settings."""

from webapp.duplicates.views import by_hand, choosing_rules, hinting, past, reviewing
from webapp.duplicates.views.blueprint import blueprint

__all__ = ["blueprint", "by_hand", "choosing_rules", "hinting", "past", "reviewing"]
