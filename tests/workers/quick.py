"""What the workers of the stories run: the real ones, that wait less long for a server."""

from datetime import timedelta

from webapp.messages import outcomes
from workers import main


def start():
    outcomes.WAIT_FOR_SERVER = timedelta(seconds=1)
    main.start()
