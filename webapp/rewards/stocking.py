"""Fill a reward: its codes, one a line, and the versions of its file."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.utils import secure_filename

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.rewards import giving
from webapp.rewards.models import Reward, RewardCode, RewardFile

LONGEST_CODE = 100
MOST_CODES = 100_000
LARGEST_FILE = 20 * 1024 * 1024
# A page or a program from our own address could be taken for ours; the rest opens elsewhere.
_DOCUMENTS = {".pdf", ".epub", ".txt", ".csv", ".docx", ".xlsx", ".pptx", ".ics"}
_OPEN_DOCUMENTS = {".odt", ".ods", ".odp", ".zip"}
_MEDIA = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".mp3", ".mp4"}
ALLOWED = _DOCUMENTS | _OPEN_DOCUMENTS | _MEDIA


class CodesDoNotFit(DomainError):
    """The list has a line that is no code, or too many of them."""

    status = 422
    message = _l("A code has at most 100 characters, and a list at most 100 000 codes.")


class FileDoesNotFit(DomainError):
    """The file is empty, too large, or of a kind that is not handed out."""

    status = 422
    message = _l(
        "Take a document, a picture, a sound, a film or an archive of at most 20 MB."
    )


def add_codes(workspace: Workspace, reward: Reward, lines: Iterable[str]) -> int:
    """Add those that are new, and give them first to whoever waits; how many were new.

    :raises CodesDoNotFit: and none is added.
    """
    codes = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(codes) > MOST_CODES or any(len(code) > LONGEST_CODE for code in codes):
        raise CodesDoNotFit
    added = 0
    if codes:
        rows = [{"reward_id": reward.id, "code": code} for code in codes]
        new = insert(RewardCode).on_conflict_do_nothing().returning(RewardCode.id)
        added = len(db.session.scalars(new, rows).all())
    reward.ran_out_at = None
    auditing.record(workspace, "reward.codes_added", reward, number=added)
    giving.serve_those_who_wait(reward)
    return added


def add_file(workspace: Workspace, reward: Reward, name: str, content: bytes) -> None:
    """A new version: links given before lead to it from now on.

    :raises FileDoesNotFit: when it is not one to hand out.
    """
    safe = secure_filename(name)[-200:]
    ending = "." + safe.rpartition(".")[2].lower()
    if not content or len(content) > LARGEST_FILE or ending not in ALLOWED:
        raise FileDoesNotFit
    newest = db.session.scalar(
        select(func.max(RewardFile.version)).where(RewardFile.reward_id == reward.id)
    )
    db.session.add(
        RewardFile(
            reward_id=reward.id,
            version=(newest or 0) + 1,
            name=safe,
            size=len(content),
            content=content,
            created_at=clock.now(),
        )
    )
    auditing.record(workspace, "reward.file_added", reward)
