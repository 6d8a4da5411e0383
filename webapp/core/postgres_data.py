"""The files of our own PostgreSQL: made whole, kept private, freed of dead owners."""

import contextlib
import os
import shutil
import signal
import stat
import time
from pathlib import Path

from webapp.core import children
from webapp.core.children import Account
from webapp.core.postgres_programs import PostgresUnavailable, Programs, run

SUPERUSER = "volontiers"
# The kind of the file, and what others than its owner may do with it.
NOT_PRIVATE = 0o170077
POLL = 0.03


def initialise(data: Path, programs: Programs, account: Account | None) -> None:
    """Make an empty database beside its place, then move it there: all or nothing."""
    unfinished = data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private(unfinished, account)
    # The built-in locale sorts and folds alike on every system, whatever its libc.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    first_with_builtin_locale = 17
    if programs.major < first_with_builtin_locale:
        locale = ["--locale=C.UTF-8"]
    argv = [str(programs.initdb), "-D", str(unfinished), f"--username={SUPERUSER}"]
    argv += ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
    made = run(argv + locale, account)
    if made.returncode:
        message = f"PostgreSQL cannot make its data directory:\n{made.stdout.strip()}"
        raise PostgresUnavailable(message)
    unfinished.rename(data)


def make_private(directory: Path, account: Account | None) -> None:
    """Make a directory that its owner alone may enter, or check that it is one.

    :raises PostgresUnavailable: when somebody else made it: whoever may enter the
        socket's directory is the database's superuser.
    """
    uid = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if account and found.st_uid == os.geteuid():
        os.chown(directory, account.uid, account.gid, follow_symlinks=False)
        found = directory.lstat()
    if found.st_uid != uid or found.st_mode & NOT_PRIVATE != stat.S_IFDIR:
        message = f"{directory} is not ours alone: remove it and start again."
        raise PostgresUnavailable(message)


def end_orphan(data: Path) -> None:
    """Wait for a server that lost its owner: we hold the lock, so nobody needs it."""
    while _is_postmaster(pid := _noted_pid(data), data):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(POLL)


def remove_stale_pid_file(data: Path) -> None:
    """Remove a pid file whose number now belongs to a stranger.

    PostgreSQL would take the stranger for itself and refuse to start, for ever; a
    number that belongs to nobody it handles better than we could.
    """
    pid = _noted_pid(data)
    if pid and Path(f"/proc/{pid}").exists() and not _is_postmaster(pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _noted_pid(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return 0


def _is_postmaster(pid: int, data: Path) -> bool:
    """Tell whether this process is a server of this data directory, not just alive."""
    process = Path(f"/proc/{pid}")
    try:
        program = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return program == "postgres" and (process / "cwd").readlink() == data.resolve()
    except PermissionError:
        # In a container, root may not look into another account's processes.
        return str(data) in children.command_line(pid)
    except OSError:
        return False
