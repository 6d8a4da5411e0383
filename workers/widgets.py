"""Widgets at work: forget what the guard counted."""

from webapp.widgets import attempts, jobs, kiosk
from workers.actors import performs


@performs(jobs.forget_attempts)
def forget_attempts() -> None:
    """Remove attempts, reasons and spent proofs once they are too old."""
    attempts.forget()
    kiosk.forget_old()
