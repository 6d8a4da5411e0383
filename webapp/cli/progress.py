"""How far a long command is: on a terminal one line that renews itself, in a log a line now and then."""

import sys
from time import monotonic

# Seconds between two looks at a terminal.
RENEWED = 0.2
# So many lines in a log; what is shorter is done before anybody looks.
STEPS, SHORT = 10, 10_000


class Progress:
    """Told how many of how many are done, says so with the rate and the time that is left."""

    def __init__(self, label: str) -> None:
        """Begin to count."""
        self.label = label
        self.began = self.shown = monotonic()
        self.step = 0

    def __call__(self, done: int, total: int) -> None:
        """So many of so many are done."""
        if sys.stderr.isatty():
            if monotonic() - self.shown >= RENEWED or done == total:
                self.shown = monotonic()
                end = "\n" if done == total else ""
                sys.stderr.write(f"\r\x1b[K{self._words(done, total)}{end}")
                sys.stderr.flush()
        elif total >= SHORT and done * STEPS // total > self.step:
            self.step = done * STEPS // total
            sys.stderr.write(self._words(done, total) + "\n")

    def _words(self, done: int, total: int) -> str:
        rate = done / max(monotonic() - self.began, 1e-9)
        left = (total - done) / max(rate, 1e-9)
        minutes, seconds = divmod(round(left), 60)
        return (
            f"{self.label}: {done:,} of {total:,} ({done / max(total, 1):.0%}),"
            f" {rate:,.0f} a second, {minutes}:{seconds:02} to go"
        )
