"""Our SMTP client beside `smtp-source`, into one `smtp-sink`, in one run.

`python -m tests.bench.smtp_client` needs Postfix's two programs; loopback only.
"""

import contextlib
import getpass
import resource
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass

from webapp.deliverability.transports import Envelope, Result
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_server import Security, SmtpServer

ROUNDS = 3
MESSAGES = 2000
# Postfix's own client gains nothing beyond eight sessions on two cores.
SESSIONS = 8
LINE = b'<td style=3D"padding:10px 20px;font-family:Arial">Bonjour =C3=A0 tous=\r\n'
BODY = b"Subject: Bonjour\r\nMIME-Version: 1.0\r\n\r\n" + LINE * 280


@dataclass
class Run:
    """One client's work in one round."""

    seconds: float
    cpu: float

    @property
    def rate(self):
        return MESSAGES / self.seconds

    @property
    def cost(self):
        """Microseconds of CPU a message."""
        return self.cpu / MESSAGES * 1e6


def main():
    """Print messages a second and CPU a message of each client, as ratios too."""
    with sink() as port:
        clients = {
            "smtp-source, 8 sessions": lambda: postfix(port, SESSIONS),
            "smtp-source, 1 session": lambda: postfix(port, 1),
            "ours, 1 connection": lambda: ours(port),
        }
        runs = {name: [] for name in clients}
        for _ in range(ROUNDS):
            for name, client in clients.items():
                runs[name].append(client())
    report(runs)


def report(runs):
    rates = {n: statistics.median(r.rate for r in done) for n, done in runs.items()}
    costs = {n: statistics.median(r.cost for r in done) for n, done in runs.items()}
    [limit, *_], top = rates.values(), next(iter(costs.values()))
    print(f"{len(BODY)} bytes a message, {MESSAGES} messages, {ROUNDS} rounds, medians")
    print(f"{'client':26}{'messages/s':>12}{'ratio':>8}{'CPU µs/msg':>12}{'ratio':>8}")
    for name, rate in rates.items():
        cost = costs[name]
        print(f"{name:26}{rate:12.0f}{rate / limit:8.2f}{cost:12.1f}{cost / top:8.2f}")


@contextlib.contextmanager
def sink():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    as_nobody = ["-u", "nobody"] if getpass.getuser() == "root" else []
    command = ["smtp-sink", *as_nobody, f"127.0.0.1:{port}", "100"]
    process = subprocess.Popen(command)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port):
    for _ in range(100):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)
    raise SystemExit("smtp-sink did not start")


def postfix(port, sessions, length=None):
    command = ["smtp-source", "-d", "-s", str(sessions), "-l", str(length or len(BODY))]
    return measured(
        resource.RUSAGE_CHILDREN,
        lambda: subprocess.run(
            [*command, "-m", str(MESSAGES), f"127.0.0.1:{port}"], check=True
        ),
    )


def ours(port):
    server = SmtpServer(
        "127.0.0.1", port, Security.NONE, messages_per_connection=MESSAGES
    )
    letters = [
        Envelope(n, f"b+{n}@bounce.shop.example", f"person{n}@example.org", BODY)
        for n in range(MESSAGES)
    ]

    def send():
        transport = SmtpTransport(server)
        outcomes = list(transport.send(letters))
        transport.close()
        assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
        assert len(outcomes) == MESSAGES

    return measured(resource.RUSAGE_SELF, send)


def measured(who, work):
    cpu, start = spent(who), time.perf_counter()
    work()
    return Run(time.perf_counter() - start, spent(who) - cpu)


def spent(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
