"""A whole campaign through the real engine, beside Postfix's `smtp-source`, in one run.

`python -m tests.bench.campaign [people]`; loopback only. From the frozen audience to the last
answer written down: claims, consent looked at again, each person's own message with fifty
values, followed links and a pixel, SMTP, results. `smtp-source` repeats one message as long.
The relay signs, except where it says that we do: a fifth of the people is enough for that.
"""

import os
import subprocess
import sys

from tests.bench import building, engine, installation, smtp_client
from webapp.messages.mime import Variant

COUNT = 100_000
# So many texts share the fifty values: the length of the message.
LENGTHS = {"20 KB": 5, "40 KB": 1}
PROCESSES = (1, 2)
SIGNATURES = {
    "RSA-2048": ("rsa",),
    "Ed25519": ("ed25519",),
    "RSA-2048 and Ed25519": ("rsa", "ed25519"),
}
COLUMNS = ("messages/s", "ratio", "ours", "PostgreSQL", "sink", "worker MB")


def main(count=COUNT):
    """Print messages a second, their ratio to smtp-source's, and where the CPU went."""
    print(f"{count} people, load average at the start {os.getloadavg()[0]:.1f}")
    print("CPU in µs a message; the most memory that a worker process held")
    print(f"{'':36}" + "".join(f"{name:>12}" for name in COLUMNS))
    with smtp_client.sink() as port:
        for name, texts_of in LENGTHS.items():
            _length(port, count, name, texts_of)
        _signed(port, max(count // 5, 1))


def _length(port, count, name, texts_of):
    mjml = building.newsletter(texts_of=texts_of)
    length = length_of(mjml)
    print(f"about {name}: {length} bytes")
    limit = _limit(port, count, length)
    _print("smtp-source, 8 sessions", limit, limit)
    for processes in PROCESSES if texts_of > 1 else PROCESSES[-1:]:
        run = engine.send(port, processes, count, mjml=mjml)
        _print(f"ours, {processes} worker processes", run, limit)
    _print("smtp-source again", _limit(port, count, length), limit)


def _signed(port, count):
    mjml = building.newsletter()
    print(f"DKIM signed by us, 20 KB, {PROCESSES[-1]} worker processes, {count} people")
    limit = _limit(port, count, length_of(mjml))
    _print("smtp-source, 8 sessions", limit, limit)
    for name, signed in {"by nobody": (), **SIGNATURES}.items():
        run = engine.send(port, PROCESSES[-1], count, mjml=mjml, signed=signed)
        _print(f"signed: {name}", run, limit)


def length_of(mjml):
    """Bytes of a message, tracked, before anybody signs it."""
    made = building.blueprint(mjml)
    everything = Variant(clicks=True, opens=True)
    return len(made.build(building.person(1), everything, building.DATED))


def _limit(port, count, length):
    smtp_client.MESSAGES = count
    sink = installation.seconds_of("smtp-sink")
    measured = smtp_client.postfix(port, smtp_client.SESSIONS, length)
    sink = installation.seconds_of("smtp-sink") - sink
    return engine.Run(count, measured.seconds, (measured.cpu, 0, sink))


def _print(name, run, limit):
    costs = "".join(f"{cost:12.0f}" for cost in run.costs)
    ratio = run.rate / limit.rate
    memory = f"{run.memory:12.0f}" if run.memory else ""
    print(f"{name:36}{run.rate:12.0f}{ratio:12.2f}{costs}{memory}", flush=True)


if __name__ == "__main__":
    try:
        main(*map(int, sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{error.cmd[0]} failed") from error
