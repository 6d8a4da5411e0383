"""What the processes of the stories run: the real ones, that wait less long.

`dramatiq tests.workers.quick:start` are the workers, `python -m tests.workers.quick` is the
scheduler.
"""

import dataclasses
from datetime import timedelta

from webapp.messages import outcomes
from workers import main, schedule

WAIT_FOR_SERVER = timedelta(seconds=1)
# What is looked at every few seconds is looked at every second.
SECONDS, SOON = 1, 15


def start():
    outcomes.WAIT_FOR_SERVER = WAIT_FOR_SERVER
    main.start()


def schedule_quickly():
    every = [line for line in schedule.TIMETABLE if isinstance(line, schedule.Every)]
    # What comes once a day would be caught up at the start, and looks into the DNS.
    schedule.TIMETABLE[:] = map(_quicker, every)
    schedule.main()


def _quicker(line):
    if line.seconds <= SOON:
        return dataclasses.replace(line, seconds=SECONDS)
    return line


if __name__ == "__main__":
    schedule_quickly()
