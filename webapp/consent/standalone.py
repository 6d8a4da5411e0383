"""The verifier as one file, which anybody can read and run without us."""

import inspect
import re

from webapp.consent import verifying, verifying_files

NAME = "verifying.py"
# What the second half takes from the first stands above it in the one file.
_OURS = re.compile(r"^from webapp\.\S+ import (?:\([^)]*\)|.*)\n", re.MULTILINE)


def source() -> str:
    """The whole verifier, in Python."""
    halves = (verifying, verifying_files)
    return "\n\n".join(_OURS.sub("", inspect.getsource(half)) for half in halves)
