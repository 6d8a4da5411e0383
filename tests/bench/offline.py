"""What the processes of a measurement run: the real ones, that ask the DNS nothing.

`dramatiq tests.bench.offline:start` are the workers, `python -m tests.bench.offline` is the
scheduler. Their domains are made up: whoever looked for them would find them broken.
"""

from webapp.deliverability import jobs as deliverability
from webapp.deliverability import mail_domains
from webapp.lanes import jobs as lanes
from workers import main, schedule

ASKING = (deliverability.check_domains, lanes.look_up_domains)


def start():
    mail_domains.refuses_all = lambda domain: False
    main.start()


def schedule_offline():
    schedule.TIMETABLE[:] = [
        line for line in schedule.TIMETABLE if line.job not in ASKING
    ]
    schedule.main()


if __name__ == "__main__":
    schedule_offline()
