"""A campaign is finished when nothing is left to send, whatever a person does at that moment."""

from tests.factories import sendings as make
from webapp.campaigns import claiming, delivering, finishing, planning
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus


def test_a_campaign_that_is_sent_again_while_it_ends_stays_under_way(
    app, workspace, monkeypatch
):
    """What is asked for again after the count, and before the end is written, is not lost."""
    number = make.campaign_for(workspace, 1)[0].id
    planning.start(db.session.get_one(Campaign, number))
    [message] = db.session.scalars(db.select(Message)).all()
    message.status = MessageStatus.UNCERTAIN
    db.session.commit()
    is_done, asked = claiming.is_done, []

    def is_done_when_somebody_sends_again(campaign_id):
        answer = is_done(campaign_id)
        if not asked:
            asked.append(campaign_id)
            with app.app_context():
                delivering.resend_uncertain(db.session.get_one(Campaign, number))
                db.session.commit()
        return answer

    monkeypatch.setattr(claiming, "is_done", is_done_when_somebody_sends_again)
    finishing.finish_if_done(number)
    db.session.commit()
    assert db.session.get_one(Campaign, number).status == Status.SENDING
