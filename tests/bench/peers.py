"""Our engine beside django-newsletter, into one `smtp-sink`, turn by turn in one run.

`make bench-peers` or `python -m tests.bench.peers [people]`; pip fetches the peer into an
environment of its own below the temporary directory. The same HTML with as many values, for
as many people, from frozen rows to the last answer kept. The peer follows no links, checks
no consent at departure and cannot go on after a crash; nobody signs.
"""

import contextlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.bench import building, campaign, engine, installation, smtp_client
from webapp.messages import mjml, text

COUNT = 10_000
ROUNDS = 3
PROCESSES = 2
# The newest, with the newest Django that it names.
NEEDS = (
    "django-newsletter==1.2.1",
    "Django~=5.2.0",
    "sorl-thumbnail~=13.4",
    "psycopg[binary]~=3.3",
)
TARGET = 20
PEER = Path(__file__).with_name("newsletter_peer.py")
HOME = Path(tempfile.gettempdir(), "volontiers-peers")


def main(count=COUNT):
    """Print messages a second and CPU a message of both, and their ratios."""
    _install()
    print(f"{count} people, {ROUNDS} rounds, medians;", end="")
    print(f" load average at the start {os.getloadavg()[0]:.1f}")
    theirs, ours = [], []
    with (
        smtp_client.sink() as port,
        installation.database() as cluster,
        _peer(cluster, port, count) as peer,
    ):
        for _ in range(ROUNDS):
            theirs.append(_turn(peer, cluster, count))
            ours.append(engine.send(port, PROCESSES, count))
    _report(theirs, ours)


def _install():
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
    quiet = ("-q", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, *NEEDS], check=True)


@contextlib.contextmanager
def _peer(cluster, port, count):
    with tempfile.TemporaryDirectory(prefix="volontiers-bench-") as templates:
        _templates(Path(templates, "newsletter", "message"))
        argv = [HOME / "bin" / "python", PEER, cluster.socket_dir, "volontiers"]
        argv += [str(port), templates, str(count)]
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with process:
            length = process.stdout.readline().strip()
            if not length:
                raise SystemExit("django-newsletter did not start")
            print(f"a message of the peer has {length} bytes", end="")
            print(f", one of ours {campaign.length_of(building.newsletter())}")
            yield process


def _templates(directory):
    """Our newsletter as the peer writes it: it knows a name and an address."""
    directory.mkdir(parents=True)
    html = mjml.compile(building.newsletter()).html
    words = {"html": html, "txt": text.from_html(html)}
    for ending, ours in words.items():
        theirs = re.sub(r"{{ contact\.\w+ }}", "{{ subscription.name }}", ours)
        (directory / f"message.{ending}").write_text(theirs)
    (directory / "message_subject.txt").write_text("Bonjour {{ subscription.name }}")


def _turn(peer, cluster, count):
    def spent():
        database = installation.seconds_below(cluster.data_dir)
        return database, installation.seconds_of("smtp-sink")

    before = spent()
    peer.stdin.write("go\n")
    peer.stdin.flush()
    seconds, cpu = map(float, peer.stdout.readline().split())
    others = (after - was for after, was in zip(spent(), before, strict=True))
    return engine.Run(count, seconds, (cpu, *others))


def _report(theirs, ours):
    print(f"{'':26}{'messages/s':>12}{'own CPU':>12}{'PostgreSQL':>12}{'sink':>12}  µs")
    runs = {"django-newsletter 1.2.1": theirs, "ours, 2 worker processes": ours}
    rates, costs = [], []
    for name, done in runs.items():
        rates.append(statistics.median(one.rate for one in done))
        columns = zip(*(one.costs for one in done), strict=True)
        costs.append([statistics.median(column) for column in columns])
        words = "".join(f"{cost:12.0f}" for cost in costs[-1])
        print(f"{name:26}{rates[-1]:12.0f}{words}")
    print(f"ours sends {rates[1] / rates[0]:.1f} times as many a second", end="")
    print(f" (target: {TARGET}); a message takes the peer", end="")
    print(f" {costs[0][0] / costs[1][0]:.1f} times the CPU")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
