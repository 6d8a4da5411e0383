"""Every declared job has somebody who performs it, and the other way round."""

from webapp.core import jobs
from workers import actors
from workers.schedule import TIMETABLE


def _ours(names):
    return {name for name in names if not name.startswith("tests.")}


def test_every_declared_job_is_performed(app):
    assert _ours(jobs.declared()) == _ours(actors.performed())


def test_every_job_has_an_actor_on_its_own_queue(app):
    broker = app.extensions["broker"]
    for name in _ours(jobs.declared()):
        assert broker.get_actor(name).queue_name == jobs.declared()[name].queue


def test_every_line_of_the_timetable_is_a_declared_job(app):
    declared = jobs.declared()
    assert all(declared.get(line.job.name) is line.job for line in TIMETABLE)
