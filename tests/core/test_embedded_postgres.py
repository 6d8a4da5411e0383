"""The embedded PostgreSQL survives what happens to real machines."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from config import settings
from webapp.core import embedded_postgres, postgres_data, postgres_programs
from webapp.core.embedded_postgres import AlreadyRunning, Cluster
from webapp.core.postgres_programs import PostgresUnavailable

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")

OWNER = """
import sys, time
from pathlib import Path
from webapp.core.embedded_postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), fast=True)
cluster.start()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def data_dir():
    """A directory every account may pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="volontiers-test-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture
def cluster(data_dir):
    cluster = Cluster(data_dir, fast=True)
    yield cluster
    cluster.stop()


def ask(cluster, query):
    url = cluster.url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone() if cursor.description else None


def postmaster(cluster):
    path = cluster.data_dir / "postgres" / "postmaster.pid"
    return int(path.read_text().split("\n")[0])


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def owner(data_dir):
    """Another process that owns the cluster of the directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_first_start_makes_the_database_and_later_ones_find_its_rows(cluster):
    with cluster.running():
        ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert not cluster.is_running()
    with cluster.running():
        assert ask(cluster, "SELECT answer FROM kept") == (42,)


def test_the_database_folds_accents_alike_on_every_system(cluster):
    with cluster.running():
        assert ask(cluster, "SELECT upper('été') COLLATE \"default\"") == ("ÉTÉ",)
        assert ask(cluster, "SHOW server_encoding") == ("UTF8",)


def test_the_server_listens_on_no_network(cluster):
    with cluster.running():
        assert ask(cluster, "SHOW listen_addresses") == ("",)
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_durable_cluster_waits_for_the_disk(data_dir):
    with (cluster := Cluster(data_dir)).running():
        assert ask(cluster, "SHOW fsync") == ("on",)
        assert ask(cluster, "SHOW synchronous_commit") == ("on",)
        assert ask(cluster, "SHOW full_page_writes") == ("on",)


def test_a_refused_row_leaves_no_address_in_the_log(cluster):
    with cluster.running():
        ask(cluster, "CREATE TABLE person (address text PRIMARY KEY)")
        ask(cluster, "INSERT INTO person VALUES ('ada@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            ask(cluster, "INSERT INTO person VALUES ('ada@example.org')")
    log = cluster.log.read_text()
    assert "duplicate key" in log
    assert "ada@" not in log


def test_a_second_owner_is_refused_and_told_who_is_first(cluster, owner):
    with pytest.raises(AlreadyRunning, match=f"Process {owner.pid} already"):
        cluster.start()
    assert cluster.is_running()


def test_the_server_shuts_down_cleanly_when_its_owner_is_killed(cluster, owner):
    server = postmaster(cluster)
    owner.kill()
    wait_for(lambda: not is_alive(server))
    assert not (cluster.data_dir / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in cluster.log.read_text()


def test_a_new_owner_takes_over_at_once_from_a_killed_one(cluster, owner):
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS answer")
    owner.kill()
    owner.wait()
    with cluster.running():
        assert ask(cluster, "SELECT answer FROM kept") == (7,)


def test_a_killed_server_is_started_again_with_all_that_was_committed(data_dir):
    with (cluster := Cluster(data_dir)).running():
        ask(cluster, "CREATE TABLE kept AS SELECT 7 AS answer")
        killed = postmaster(cluster)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: not is_alive(killed))
        wait_for(cluster.is_running)
        assert ask(cluster, "SELECT answer FROM kept") == (7,)
        assert postmaster(cluster) != killed


def test_a_pid_file_that_names_a_living_stranger_does_not_stop_a_start(cluster):
    with cluster.running():
        pass
    path = cluster.data_dir / "postgres" / "postmaster.pid"
    data = cluster.data_dir / "postgres"
    path.write_text(f"{os.getpid()}\n{data}\n1700000000\n5432\n/tmp\n\n  1 1\nready\n")
    path.chmod(0o600)
    os.chown(path, data.stat().st_uid, data.stat().st_gid)
    with cluster.running():
        assert postmaster(cluster) != os.getpid()


def test_a_server_somebody_started_by_hand_is_replaced(cluster):
    with cluster.running():
        pass
    data, account = postgres_programs.find_data(cluster.data_dir)
    programs = postgres_programs.find_programs(data, account)
    argv = [str(programs.postgres), "-D", str(data), "-k", "/tmp", "-p", "54999"]
    user = {"user": account.uid, "group": account.gid} if account else {}
    by_hand = subprocess.Popen(argv, cwd="/", stderr=subprocess.DEVNULL, **user)
    wait_for((data / "postmaster.pid").exists)
    with cluster.running():
        assert postmaster(cluster) != by_hand.pid
    assert by_hand.wait() == 0


def test_a_server_is_known_even_where_other_accounts_are_hidden(cluster, monkeypatch):
    def refuse(_path):
        raise PermissionError

    with cluster.running():
        data = cluster.data_dir / "postgres"
        monkeypatch.setattr(Path, "readlink", refuse)
        assert postgres_data._is_postmaster(postmaster(cluster), data)
        assert not postgres_data._is_postmaster(os.getpid(), data)
        monkeypatch.undo()


def test_an_interrupted_first_start_is_begun_again(cluster):
    unfinished = cluster.data_dir / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with cluster.running():
        assert ask(cluster, "SELECT 1") == (1,)


def test_a_start_that_cannot_succeed_says_why(cluster):
    with cluster.running():
        pass
    settings_file = cluster.data_dir / "postgres" / "postgresql.conf"
    settings_file.write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresUnavailable, match="no_such_setting"):
        cluster.start()
    settings_file.write_text("")
    with cluster.running():
        assert cluster.is_running()


def test_data_of_a_version_that_is_not_installed_is_left_alone(cluster):
    with cluster.running():
        pass
    (cluster.data_dir / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresUnavailable, match="PostgreSQL 9"):
        cluster.start()


def test_a_socket_directory_of_somebody_else_is_not_trusted(cluster):
    cluster.socket_dir.mkdir(mode=0o755)
    cluster.socket_dir.chmod(0o755)
    with pytest.raises(PostgresUnavailable, match="not ours alone"):
        cluster.start()
    assert not cluster.socket_dir.exists()


@as_root
def test_root_never_opens_a_parent_directory_and_uses_a_place_of_its_own(
    data_dir, monkeypatch
):
    monkeypatch.setattr(postgres_programs, "SYSTEM_DIR", data_dir / "lib")
    private = data_dir / "private"
    private.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in [*private.parents, private]}
    cluster = Cluster(private / "var", fast=True)
    with cluster.running():
        ask(cluster, "CREATE TABLE kept AS SELECT 1 AS answer")
    assert {path: path.stat().st_mode for path in before} == before
    assert list((data_dir / "lib").glob("*/postgres/PG_VERSION"))
    # Opened later by the operator: the rows are still found where they are.
    private.chmod(0o755)
    with cluster.running():
        assert ask(cluster, "SELECT answer FROM kept") == (1,)


@as_root
def test_data_that_became_unreachable_is_never_replaced_by_an_empty_database(
    data_dir, monkeypatch
):
    monkeypatch.setattr(postgres_programs, "SYSTEM_DIR", data_dir / "lib")
    inner = data_dir / "inner"
    inner.mkdir(mode=0o755)
    cluster = Cluster(inner, fast=True)
    with cluster.running():
        pass
    inner.chmod(0o700)
    with pytest.raises(PostgresUnavailable, match="cannot reach"):
        cluster.start()


@as_root
def test_programs_the_account_cannot_reach_are_copied_once(data_dir, monkeypatch):
    monkeypatch.setattr(postgres_programs, "SYSTEM_DIR", data_dir / "lib")
    account = postgres_programs._unprivileged_account()
    there = postgres_programs.find_programs(data_dir / "none", account)
    hidden = data_dir / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "pginstall").symlink_to(there.directory.parent)
    programs = replace(there, directory=hidden / "pginstall" / "bin")
    first = postgres_programs._reachable(programs, account)
    made = first.directory.stat().st_ctime_ns
    second = postgres_programs._reachable(programs, account)
    assert postgres_programs.run([str(first.postgres), "-V"], account).returncode == 0
    assert (second, second.directory.stat().st_ctime_ns) == (first, made)


def test_a_command_alone_starts_the_server_and_stops_it_afterwards(data_dir):
    alone = settings.load({"VOLONTIERS_DATA": str(data_dir)})
    with embedded_postgres.at_hand(alone) as url:
        assert embedded_postgres.find_url(alone) == url
    with pytest.raises(PostgresUnavailable, match="volontiers run"):
        embedded_postgres.find_url(alone)


def test_a_command_beside_a_running_installation_uses_its_server(data_dir, owner):
    beside = settings.load({"VOLONTIERS_DATA": str(data_dir)})
    with embedded_postgres.at_hand(beside) as url:
        assert url == Cluster(data_dir).url
    assert Cluster(data_dir).is_running()


def test_a_named_database_is_used_as_it_is(data_dir):
    named = settings.load(
        {"VOLONTIERS_DATA": str(data_dir), "DATABASE_URL": "postgres://db/v"}
    )
    with embedded_postgres.at_hand(named) as url:
        assert url == "postgresql+psycopg://db/v"
    assert embedded_postgres.find_url(named) == url


def test_a_throw_away_server_leaves_nothing():
    with embedded_postgres.throw_away() as cluster:
        assert ask(cluster, "SHOW fsync") == ("off",)
    assert not cluster.data_dir.exists()
    assert not cluster.socket_dir.exists()
