"""Looking for duplicates in a whole workspace: resumable, in slices, told as it goes."""

from webapp.accounts.models import Workspace
from webapp.duplicates.models import MatchRun


def ask(workspace: Workspace, *, user_id: int | None = None) -> MatchRun:
    """Have a worker look for duplicates; a search that is under way is given back as it is."""
    raise NotImplementedError


def find(workspace: Workspace) -> MatchRun:
    """Compare who changed since the last search with everybody, commit slice by slice."""
    raise NotImplementedError


def carry_out(run_id: int) -> None:
    """Do a search that was asked for, or go on with one whose worker died."""
    raise NotImplementedError


def ask_everywhere() -> None:
    """Ask for a search in every workspace whose contacts changed since the last."""
    raise NotImplementedError
