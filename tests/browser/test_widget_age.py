"""Under 15, a parent is named and nothing but the address is asked: with script and without."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import widgets as make
from tests.hosting import embedded, publish
from webapp.core.db import db
from webapp.subscriptions import partners
from webapp.subscriptions.partners import Description
from webapp.widgets import queries

pytestmark = pytest.mark.browser

LONG = "https://ruchers.example/vos-donnees-personnelles-et-leur-protection"


@pytest.fixture
def widget(workspace, address):
    told = Description("Les Ruchers", LONG, "ses offres sur le miel, par e-mail")
    bees = partners.create(workspace, told)
    made = make.widget(
        workspace,
        published=False,
        asks_age=True,
        fields=["first_name"],
        partners=[bees.id],
    )
    return publish(made, address)


def on_a_site(widget, address, shop, visit):
    page = visit(shop.page(embedded(widget, address)), until="**/shown")
    until(page, "document.querySelector('volontiers-form').shadowRoot")
    return page.locator("volontiers-form form")


def on_its_own_page(widget, address, shop, visit):
    page = visit(f"{address}/f/{widget.public_id}", java_script_enabled=False)
    return page.locator("form.volontiers")


BOTH = pytest.mark.parametrize("opened", [on_a_site, on_its_own_page])


@BOTH
@pytest.mark.covers("consent-6")
def test_a_parent_is_asked_for_where_it_is_needed_and_nothing_else_then(
    widget, address, shop, visit, opened
):
    form = opened(widget, address, shop, visit)
    parent, others = form.locator("[name=parent_email]"), form.locator(".grown")
    assert not parent.is_visible()
    form.locator("[value=under]").check()
    assert parent.is_visible()
    assert [one for one in others.all() if one.is_visible()] == []
    form.locator("[value=over]").check()
    assert not parent.is_visible()
    assert all(one.is_visible() for one in others.all())


@BOTH
@pytest.mark.covers("consent-6")
def test_a_child_who_names_no_parent_is_told_beside_the_field(
    widget, address, shop, visit, opened
):
    form = opened(widget, address, shop, visit)
    form.locator("[name=email]").fill("lou@example.org")
    form.locator("[value=under]").check()
    form.locator("[type=submit]").click()
    form.locator(".wrong").wait_for()
    parent = form.locator("[name=parent_email]")
    assert parent.get_attribute("aria-invalid") == "true"
    assert form.locator("[name=email]").input_value() == "lou@example.org"
    assert form.locator("[value=under]").is_checked()
    parent.fill("parent@example.org")
    form.locator("[type=submit]").click()
    until(
        form.page,
        "!document.querySelector('form [name=parent_email]')"
        if opened is on_its_own_page
        else "document.querySelector('volontiers-form').shadowRoot.querySelector('.done')",
    )
    db.session.rollback()
    assert queries.latest_version(widget).design["asks_age"]


def test_long_sentences_of_partners_fit_a_narrow_phone(widget, address, visit):
    page = visit(
        f"{address}/f/{widget.public_id}",
        viewport={"width": 320, "height": 700},
        bypass_csp=True,
    )
    assert not scrolls_sideways(page)
    assert violations(page) == []
    keep_picture(page, "widget-partners")
