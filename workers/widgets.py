"""Widgets at work: take what came in, forget what the guard counted."""

from webapp.widgets import attempts, entering, intake, jobs, kiosk
from workers.actors import performs


@performs(jobs.take_sign_up)
def take_sign_up(sign_up_id: int) -> None:
    """Take one sign-up that came in."""
    entering.take(sign_up_id)


@performs(jobs.take_overdue)
def take_overdue() -> None:
    """Ask again for the sign-ups whose jobs were lost."""
    intake.ask_again()


@performs(jobs.forget_attempts)
def forget_attempts() -> None:
    """Remove attempts, reasons and spent proofs once they are too old."""
    attempts.forget()
    kiosk.forget_old()
