"""Pixels and followed links a second beside nginx, in one run; every hit must reach PostgreSQL.

`python -m tests.bench.hits`; needs nginx and wrk; loopback only. One web process serves while
a worker takes in what it wrote. Then the web process is killed in the middle: what it had
answered must be there.
"""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from sqlalchemy import func, select, text

from tests.bench import installation
from tests.workers.brokers import free_port, running
from webapp.campaigns import following
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.messages import addressing, journal
from webapp.messages.models import Hit, Link, Message
from webapp.subscriptions.models import MailingList

SECONDS = 4
CONNECTIONS = 32
# Each path is asked for once: the same again within a second would not be written down.
PEOPLE = 60_000
LINKS = 10
# Bytes of hits after which the web process is killed: some thousands.
ENOUGH = 200_000
# No hit waits longer.
PATIENCE = 60

_LUA = """
local paths = {}
for line in io.lines("%(file)s") do paths[#paths + 1] = line end
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
if "%(method)s" == "POST" then
  wrk.body = "List-Unsubscribe=One-Click"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("%(method)s", paths[at])
end
"""
_NGINX = """
worker_processes 1; daemon off; pid %(dir)s/pid; error_log /dev/null;
events { worker_connections 256; }
http { access_log off; client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p;
  fastcgi_temp_path %(dir)s/f; uwsgi_temp_path %(dir)s/u; scgi_temp_path %(dir)s/s;
  server { listen 127.0.0.1:%(port)d;
    location /gif { root %(dir)s; }
    location /go { return 302 https://shop.example/produit; } } }
"""
_MESSAGES = """
INSERT INTO message (workspace_id, kind, campaign_id, contact_id, recipient, status,
    attempts, not_before, tracks_opens, tracks_clicks, created_at, dated_at, finished_at)
SELECT workspace_id, 'campaign', :campaign, id, '', 'sent', 1, moment, true, true,
    moment, moment, moment
FROM contact, (SELECT now() - interval '1 day' AS moment) AS departure
"""


@dataclass(frozen=True)
class Server:
    """Where it answers, and the process above all that work for it."""

    url: str
    pid: int


@dataclass(frozen=True)
class Told:
    """What wrk said: answers in all and a second, how long the slowest hundredth took.

    And what each cost the server, in µs of CPU.
    """

    answers: int
    rate: float
    slowest: str
    cost: float


def main():
    """Print requests a second, as ratios of nginx's."""
    print(
        f"wrk, {CONNECTIONS} connections, {SECONDS} s each, one process each;", end=""
    )
    print(f" load average at the start {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="volontiers-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with _nginx(directory) as limit, installation.house() as house:
            _ours(house, directory, limit)


def _ours(house, directory, limit):
    opens, clicks, leaves = _paths(house)
    with _web(house) as ours, _worker(house):
        _wait(ours.url + opens[0])
        picture = _wrk(limit, directory, ["/gif"])
        _print("nginx, a file of 43 bytes", picture, picture)
        _measured(house, directory, ours, "pixel", opens, picture)
        # Measured anew: the machine may have become slower meanwhile.
        redirect = _wrk(limit, directory, ["/go"])
        _print("nginx, return 302", redirect, redirect)
        _measured(house, directory, ours, "followed link", clicks, redirect)
        left = _wrk(ours, directory, leaves, "POST")
        _print("one-click unsubscription", left, redirect)
    _killed(house, directory, clicks)


def _measured(house, directory, ours, name, paths, limit):
    """One line about a kind of hit, and how long its last hit waited."""
    before = _hits(house)
    told = _wrk(ours, directory, paths)
    done = time.monotonic()
    _print(name, told, limit)
    while (there := _hits(house) - before) < told.answers:
        if time.monotonic() > done + PATIENCE:
            raise SystemExit(f"{told.answers - there} of {told.answers} hits are lost")
        time.sleep(0.1)
    waited = time.monotonic() - done
    print(f"  {told.answers} hits; the last was taken in after {waited:.1f} s")


def _killed(house, directory, clicks):
    """Kill the web process while it answers: wrk says how many answers it had."""
    before = _hits(house)
    with _web(house) as ours, _worker(house):
        _wait(ours.url + "/healthz")
        with _asking(ours.url, directory, clicks[::-1]) as asking:
            end = time.monotonic() + SECONDS
            while _written(house) < ENOUGH and time.monotonic() < end:
                time.sleep(0.05)
            for child in psutil.Process(ours.pid).children():
                child.kill()
            said = asking.communicate()[0]
        answers = int(re.search(r"(\d+) requests in", said)[1])
        end = time.monotonic() + PATIENCE
        while _hits(house) - before < answers and time.monotonic() < end:
            time.sleep(0.1)
        there = _hits(house) - before
    words = "none lost" if there >= answers else f"{answers - there} LOST"
    print(f"web killed after {answers} answers: {there} hits in PostgreSQL, {words}")


def _written(house):
    """How many bytes of hits wait in the journal."""
    return sum(journal.used(path) for path in journal.files(house.settings.journal_dir))


@contextlib.contextmanager
def _web(house):
    port = free_port()
    argv = ["granian", "webapp.wsgi:application", "--interface", "wsgi"]
    argv += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    argv += ["--blocking-threads", "12", "--backpressure", "1024"]
    argv += ["--http", "1", "--no-ws", "--no-access-log", "--log-level", "error"]
    with house.running(*argv) as pid:
        yield Server(f"http://127.0.0.1:{port}", pid)


@contextlib.contextmanager
def _worker(house):
    workers = ["dramatiq", "workers.main:start", "--processes", "1", "--threads", "2"]
    with house.running(*workers), house.running("workers.schedule"):
        yield


def _hits(house):
    with house.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Hit))


def _cpu(pid):
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children())]
    return sum(one.user + one.system for one in times)


def _paths(house):
    number = house.campaign(PEOPLE)
    with house.app.app_context():
        campaign = db.session.get_one(Campaign, number)
        shop = [f"https://shop.example/{place}" for place in range(LINKS)]
        links = following.store(campaign, shop)
        db.session.execute(text(_MESSAGES), {"campaign": number})
        campaign.status = Status.SENT
        db.session.commit()
        mailing = db.session.get_one(MailingList, campaign.mailing_list_id)
        rows = db.session.execute(select(Message.id, Message.contact_id)).all()
        urls = replace(addressing.urls(), campaign=number)
        base = len(urls.base_url)
        opens = [urls.open(row.id)[base:] for row in rows]
        tokens = [urls.click_token(row.id) for row in rows]
        clicks = [f"/c/{token}/{link}" for link in links for token in tokens]
        leaves = [
            urls.unsubscribe(
                workspace=campaign.workspace_id,
                contact=row.contact_id,
                list_id=mailing.id,
                message=row.id,
            )[base:]
            for row in rows[:2000]
        ]
        assert db.session.scalar(select(func.count()).select_from(Link)) == LINKS
    return opens, clicks, leaves


def _wrk(server, directory, paths, method="GET"):
    """What wrk says; an answer that is not 2xx or 3xx ends the measurement."""
    used = _cpu(server.pid)
    with _asking(server.url, directory, paths, method) as asking:
        said = asking.communicate()[0]
    assert "Non-2xx" not in said, said
    answers = int(re.search(r"(\d+) requests in", said)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    slowest = re.search(r"99%\s+(\S+)", said)[1]
    return Told(answers, rate, slowest, (_cpu(server.pid) - used) / answers * 1e6)


@contextlib.contextmanager
def _asking(url, directory, paths, method="GET"):
    file, script = directory / "paths", directory / "script.lua"
    file.write_text("\n".join(paths))
    script.write_text(_LUA % {"file": file, "method": method})
    argv = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    asking = subprocess.Popen(
        [*argv, "-s", str(script), url], stdout=subprocess.PIPE, text=True
    )
    try:
        yield asking
    finally:
        asking.send_signal(signal.SIGTERM)
        asking.wait()


@contextlib.contextmanager
def _nginx(directory):
    (directory / "gif").write_bytes(b"x" * 43)
    port = free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(_NGINX % {"dir": directory, "port": port})
    with running(["nginx", "-c", str(configuration), "-p", str(directory)]) as nginx:
        url = f"http://127.0.0.1:{port}"
        _wait(url + "/gif")
        yield Server(url, nginx.pid)


def _wait(url):
    for _ in range(200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def _print(name, told, limit):
    ratio = told.rate / limit.rate
    words = f"{told.rate:12.0f} /s{ratio:8.3f}   p99 {told.slowest}"
    print(f"{name:28}{words}, {told.cost:.0f} µs of CPU each", flush=True)


if __name__ == "__main__":
    main()
