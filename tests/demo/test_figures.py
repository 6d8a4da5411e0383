"""The figures of the demo shop hold together."""

from sqlalchemy import func, select

from tests.factories import demo as make_demo
from webapp.core.db import db
from webapp.widgets.models import WidgetSourceDay


def test_no_link_confirms_more_people_than_it_signed_up(workspace):
    make_demo.shop(workspace)
    sums = (
        func.sum(WidgetSourceDay.shown),
        func.sum(WidgetSourceDay.submitted),
        func.sum(WidgetSourceDay.confirmed),
    )
    told = db.session.execute(select(*sums).group_by(WidgetSourceDay.source_id)).all()
    assert told
    for shown, submitted, confirmed in told:
        assert shown >= submitted >= confirmed > 0
