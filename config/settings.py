"""Every setting with its type and default; the only file that reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting has a value we cannot use; the message names it and says what is expected."""


@dataclass(frozen=True)
class ReturnListener:
    """Where our own receiver of returned mail listens, and whether it speaks LMTP (RFC 2033)."""

    host: str
    port: int
    lmtp: bool


@dataclass(frozen=True)
class Settings:
    """One installation. `config/env.example` explains each setting to the operator."""

    data_dir: Path
    secret_key: str
    database_url: str
    broker_url: str
    base_url: str
    smtp_url: str
    return_host: str
    return_listener: ReturnListener | None
    feedback_address: str
    host: str
    port: int
    mailbox_port: int
    web_processes: int
    worker_processes: int
    worker_threads: int
    lease_seconds: int
    log_level: str
    log_format: str
    metrics_token: str
    tsa_url: str
    behind_proxy: int
    testing: bool = False

    @property
    def embedded_database(self) -> bool:
        """No PostgreSQL was named: we run our own."""
        return not self.database_url

    @property
    def builtin_mailbox(self) -> bool:
        """No SMTP server was named: outgoing mail is caught and shown in the browser."""
        return not self.smtp_url

    @property
    def journal_dir(self) -> Path:
        """Where hits wait until a worker copies them into the database."""
        return self.data_dir / "journal"

    @property
    def mailbox_dir(self) -> Path:
        """Where the built-in mailbox keeps the mail it caught."""
        return self.data_dir / "mailbox"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are sent over HTTPS alone wherever the public address is HTTPS."""
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this installation.

    :raises BadSetting: when a value cannot be used.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("VOLONTIERS_DATA") or ROOT / "var").resolve()
    port = _integer(env, "PORT", 8000)
    return Settings(
        data_dir=data_dir,
        secret_key=env.get("SECRET_KEY") or _kept_secret(data_dir / "secret.key"),
        database_url=_database_url(env.get("DATABASE_URL", "")),
        broker_url=env.get("BROKER_URL", ""),
        base_url=(env.get("BASE_URL") or f"http://localhost:{port}").rstrip("/"),
        smtp_url=env.get("SMTP_URL", ""),
        return_host=env.get("RETURN_HOST", "").strip(".").lower(),
        return_listener=_listener(env, "RETURN_PATH_LISTEN"),
        feedback_address=env.get("FEEDBACK_ADDRESS", "").strip(),
        host=env.get("HOST") or "127.0.0.1",
        port=port,
        mailbox_port=_integer(env, "MAILBOX_PORT", port + 25),
        web_processes=_integer(env, "WEB_PROCESSES", 1),
        worker_processes=_integer(env, "WORKER_PROCESSES", 2),
        worker_threads=_integer(env, "WORKER_THREADS", 8),
        lease_seconds=_integer(env, "LEASE_SECONDS", 60),
        log_level=(env.get("LOG_LEVEL") or "INFO").upper(),
        log_format=env.get("LOG_FORMAT") or "text",
        metrics_token=env.get("METRICS_TOKEN", ""),
        tsa_url=_web_address(env, "TSA_URL"),
        behind_proxy=_integer(env, "BEHIND_PROXY", 0),
    )


def child_environment(**extra: str) -> dict[str, str]:
    """The environment a process of ours hands to another one it starts."""
    return {**os.environ, **extra}


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdigit():
        message = f"{name} must be a whole number, not {value!r}"
        raise BadSetting(message)
    return int(value)


def _listener(env: Mapping[str, str], name: str) -> ReturnListener | None:
    value = env.get(name, "").strip()
    if not value:
        return None
    scheme, _, place = value.rpartition("://")
    host, _, port = place.rpartition(":")
    if scheme not in {"", "smtp", "lmtp"} or not host or not port.isdigit():
        message = f"{name} must be like 127.0.0.1:2526 or lmtp://127.0.0.1:2524"
        raise BadSetting(message)
    return ReturnListener(host.strip("[]"), int(port), lmtp=scheme == "lmtp")


def _web_address(env: Mapping[str, str], name: str) -> str:
    url = env.get(name, "")
    if url and not url.startswith(("http://", "https://")):
        message = f"{name} must start with http:// or https://"
        raise BadSetting(message)
    return url


def _database_url(url: str) -> str:
    """Name the driver we ship, whatever the usual spelling of the scheme."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if url and not url.startswith("postgresql+psycopg://"):
        message = "DATABASE_URL must start with postgresql://"
        raise BadSetting(message)
    return url


def _kept_secret(path: Path) -> str:
    """Make a secret at the first start and find it again at the next ones."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
