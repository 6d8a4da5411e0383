"""The proof that a supplier gave: kept beside the file, and for as long as the import is known."""

from typing import IO

from webapp.imports import files, uploading
from webapp.imports.models import ImportRun

LARGEST = 20 * 1024 * 1024


def keep(run: ImportRun, stream: IO[bytes], name: str) -> tuple[str, str]:
    """Keep the proof; gives its SHA-256, which stands in the ledger, and its name.

    :raises FileIsTooHeavy: beyond 20 MB.
    """
    path = files.folder() / f"{run.id}{uploading.PROOF}"
    uploading.write(stream, path, LARGEST)
    return uploading.fingerprint(path), uploading.shown(name)
