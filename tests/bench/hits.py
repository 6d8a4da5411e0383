"""Pixels, followed links and one-click unsubscriptions a second, beside nginx, in one run.

`python -m tests.bench.hits`; needs nginx and wrk; loopback only.
"""

import contextlib
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from tests.bench import installation
from tests.workers.brokers import free_port, running
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.models import Link, Message

SECONDS = 4
CONNECTIONS = 32
PEOPLE = 2000

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


def main():
    """Print requests a second, as ratios of nginx's."""
    print(
        f"wrk, {CONNECTIONS} connections, {SECONDS} s each, one process each;", end=" "
    )
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="volontiers-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with _nginx(directory) as url:
            gif = _wrk(url, directory, ["/gif"])
            redirect = _wrk(url, directory, ["/go"])
        with installation.house() as house:
            _ours(house, directory, gif, redirect)


def _ours(house, directory, gif, redirect):
    opens, clicks, leaves = _paths(house)
    port = free_port()
    argv = ["granian", "webapp.wsgi:application", "--interface", "wsgi"]
    argv += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    argv += ["--blocking-threads", "12", "--backpressure", "1024"]
    argv += ["--http", "1", "--no-ws", "--no-access-log", "--log-level", "error"]
    url = f"http://127.0.0.1:{port}"
    with house.running(*argv):
        _wait(url + opens[0])
        _print("nginx, a file of 43 bytes", gif, gif)
        _print("pixel", _wrk(url, directory, opens), gif)
        _print("nginx, return 302", redirect, redirect)
        _print("followed link", _wrk(url, directory, clicks), redirect)
        _print(
            "one-click unsubscription", _wrk(url, directory, leaves, "POST"), redirect
        )
    size = sum(path.stat().st_size for path in house.settings.journal_dir.glob("*"))
    print(f"journal: {size / 1e6:.1f} MB of hits kept on disk")


def _paths(house):
    number = house.campaign(PEOPLE)
    with house.app.app_context():
        campaign = db.session.get_one(Campaign, number)
        planning.start(campaign)
        db.session.commit()
        link = db.session.scalars(select(Link.id)).first()
        rows = db.session.execute(select(Message.id, Message.contact_id)).all()
        urls = replace(addressing.urls(), campaign=number)
        base = len(urls.base_url)
        opens = [urls.open(row.id)[base:] for row in rows]
        clicks = [f"/c/{urls.click_token(row.id)}/{link}" for row in rows]
        leaves = [
            urls.unsubscribe(
                workspace=campaign.workspace_id,
                contact=row.contact_id,
                list_id=campaign.mailing_list_id,
                message=row.id,
            )[base:]
            for row in rows
        ]
    return opens, clicks, leaves


def _wrk(url, directory, paths, method="GET"):
    """Requests a second; an answer that is not 2xx or 3xx ends the measurement."""
    file, script = directory / "paths", directory / "script.lua"
    file.write_text("\n".join(paths))
    script.write_text(_LUA % {"file": file, "method": method})
    argv = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), url]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


@contextlib.contextmanager
def _nginx(directory):
    (directory / "gif").write_bytes(b"x" * 43)
    port = free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(_NGINX % {"dir": directory, "port": port})
    with running(["nginx", "-c", str(configuration), "-p", str(directory)]):
        url = f"http://127.0.0.1:{port}"
        _wait(url + "/gif")
        yield url


def _wait(url):
    for _ in range(200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def _print(name, rate, limit):
    print(f"{name:32}{rate:12.0f} /s{rate / limit:8.2f}", flush=True)


if __name__ == "__main__":
    main()
