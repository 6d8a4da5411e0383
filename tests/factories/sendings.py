"""Campaigns that can be sent at once, as the tests of planning and sending need them."""

from tests.factories import audience
from webapp.campaigns.models import Campaign
from webapp.core.db import db

MJML = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Bonjour {{ contact.first_name }}, <a href="https://maison-tilleul.example/tisane?a=1&amp;b=2#prix">la tisane</a></mj-text>
<mj-button href="https://maison-tilleul.example/miel">Le miel</mj-button>
</mj-column></mj-section></mj-body></mjml>"""


def campaign(workspace, mailing, **changes):
    values = {
        "name": "Novembre",
        "subject": "Des nouvelles, {{ contact.first_name }}",
        "mjml": MJML,
        "mailing_list_id": mailing.id if mailing else None,
        **changes,
    }
    made = Campaign(workspace_id=workspace.id, **values)
    db.session.add(made)
    db.session.flush()
    return made


def campaign_for(workspace, count, **changes):
    """A draft to a new list with so many people on it."""
    mailing = audience.mailing_list(workspace)
    people = [audience.subscriber(workspace, mailing) for _ in range(count)]
    return campaign(workspace, mailing, **changes), people
