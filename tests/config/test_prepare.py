"""A second `make setup` does nothing, and a first one says what it lacks."""

import os
import subprocess
import sys

import pytest

from config import prepare


@pytest.fixture(autouse=True)
def checkout(tmp_path, monkeypatch):
    """An empty checkout, and the commands that would have been run in it."""
    ran = []
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(prepare, "TRANSLATIONS", tmp_path / "translations")
    monkeypatch.setattr(prepare, "BUNDLE", tmp_path / "dist" / "manifest.json")
    monkeypatch.setattr(prepare, "_run", lambda *command: ran.append(command))
    return ran


@pytest.fixture
def front_end(tmp_path):
    for name in ("package.json", "package-lock.json", "frontend/app.js"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    return tmp_path


def build(checkout, root):
    """Build the pages and give what was run, as the last word of each command."""
    checkout.clear()
    prepare._build_pages()
    (root / "dist").mkdir(exist_ok=True)
    (root / "dist" / "manifest.json").write_text("{}")
    (root / "node_modules").mkdir(exist_ok=True)
    return [command[1:3] for command in checkout]


@pytest.fixture
def system_node(monkeypatch):
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(prepare.subprocess, "check_output", lambda *_, **__: "v20.1.0")


def test_requirements_are_installed_again_only_when_they_change(checkout, tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("flask==3")
    prepare._install("requirements.txt")
    prepare._install("requirements.txt")
    assert len(checkout) == 1
    requirements.write_text("flask==4")
    prepare._install("requirements.txt")
    assert len(checkout) == 2


def test_a_step_that_failed_is_done_again(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("flask==3")

    def fail(*command):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(prepare, "_run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        prepare._install("requirements.txt")
    assert prepare.changed("requirements.txt", [tmp_path / "requirements.txt"])


@pytest.mark.usefixtures("system_node")
def test_pages_are_built_again_when_a_source_changes_without_new_packages(
    checkout, front_end
):
    assert build(checkout, front_end) == [("ci", "--no-audit"), ("run", "--silent")]
    assert build(checkout, front_end) == []
    (front_end / "frontend" / "new.js").write_text("1")
    assert build(checkout, front_end) == [("run", "--silent")]
    (front_end / "package-lock.json").write_text("[]")
    assert build(checkout, front_end) == [("ci", "--no-audit"), ("run", "--silent")]


@pytest.mark.usefixtures("system_node")
def test_pages_that_were_deleted_are_built_again(checkout, front_end):
    build(checkout, front_end)
    prepare.BUNDLE.unlink()
    assert build(checkout, front_end) == [("run", "--silent")]


@pytest.mark.parametrize("version", ["v16.20.0", None])
def test_without_a_recent_node_one_is_brought_along(checkout, monkeypatch, version):
    def answer(command, **_):
        return f"{version}\n" if command[-1] == "--version" else "/wheel\n"

    found = "/usr/bin/node" if version else None
    monkeypatch.setattr(prepare.shutil, "which", lambda _: found)
    monkeypatch.setattr(prepare.subprocess, "check_output", answer)
    env, path, node, npm = prepare._npm()
    assert (env, node) == ("env", "node")
    assert path.startswith(f"PATH=/wheel/bin{os.pathsep}")
    assert str(npm) == "/wheel/lib/node_modules/npm/bin/npm-cli.js"
    assert str(checkout[0][-1]).endswith("[node]")


def test_a_language_is_compiled_when_its_compiled_form_is_missing(checkout, tmp_path):
    source = tmp_path / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    prepare._compile_translations()
    source.with_suffix(".mo").write_text("")
    prepare._compile_translations()
    assert len(checkout) == 1
    source.with_suffix(".mo").unlink()
    prepare._compile_translations()
    assert len(checkout) == 2


def test_without_venv_an_ordinary_user_is_told_the_package(monkeypatch):
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    package = f"apt-get install python3.{sys.version_info.minor}-venv"
    with pytest.raises(SystemExit, match=package):
        prepare._install_venv_package()


def test_without_venv_root_installs_the_package(checkout, monkeypatch):
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 0)
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    prepare._install_venv_package()
    assert checkout[-1][-1] == f"python3.{sys.version_info.minor}-venv"
