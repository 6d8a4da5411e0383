"""The mark of a link on somebody's site: an attribute of the element, counted without a visitor id."""

import pytest

from tests.factories import widgets as make
from tests.hosting import embedded, publish, strict
from webapp.core.db import db
from webapp.widgets import sources

pytestmark = pytest.mark.browser


def test_a_sign_up_on_a_site_counts_for_the_link_its_code_names(
    workspace, address, shop, visit
):
    widget = publish(make.widget(workspace, published=False), address)
    partner = sources.add(widget, "Partner page")
    db.session.commit()
    code = embedded(widget, address).replace(
        "<volontiers-form ", f'<volontiers-form source="{partner.mark}" '
    )
    page = visit(shop.page(code, strict(address)), until="**/shown")
    form = page.locator("volontiers-form form")
    form.locator("[name=email]").fill("camille@example.org")
    with page.expect_response(f"{address}/f/{widget.public_id}"):
        form.locator("[type=submit]").click()
    form.locator("[role=status]").wait_for()
    db.session.rollback()
    counted = sources.figures(partner)
    assert (counted.shown, counted.submitted) == (1, 1)
