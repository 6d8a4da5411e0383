"""People are sent on to the merchant's own sites alone."""

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import widgets as make
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.widgets import sites
from webapp.widgets.sites import SiteIsInUse, SiteIsNotValid


def test_the_website_of_the_shop_is_allowed_by_itself(workspace):
    workspace.website = "https://www.tilleul.example/accueil"
    assert sites.may_lead_to(workspace, "https://www.tilleul.example/merci")
    assert sites.may_lead_to(workspace, "https://tilleul.example/merci")
    assert not sites.may_lead_to(workspace, "https://tilleul.example.org/")
    assert not sites.may_lead_to(workspace, "https://shop.tilleul.example/")


def test_without_website_nowhere_is_allowed(workspace):
    workspace.website = ""
    assert sites.hosts(workspace) == []
    assert not sites.may_lead_to(workspace, "https://tilleul.example/")
    assert not sites.may_lead_to(workspace, "not an address")


@pytest.mark.parametrize(
    "entered",
    ["boutique.example", " Boutique.Example ", "https://boutique.example/merci?x=1"],
)
def test_a_site_is_allowed_by_its_name_or_a_page_of_it(workspace, entered):
    assert sites.allow(workspace, entered) == "boutique.example"
    assert sites.may_lead_to(workspace, "https://boutique.example/")


def test_allowing_a_site_again_changes_nothing(workspace):
    for _ in range(2):
        sites.allow(workspace, "boutique.example")
    assert len(sites.allowed(workspace)) == 1
    found = db.session.scalars(
        select(AuditEntry.id).where(AuditEntry.action == "site.allowed")
    )
    assert len(found.all()) == 1


@pytest.mark.parametrize(
    "entered", ["", "shop", "-x.example", "a b.example", "x" * 260 + ".fr", "https://["]
)
def test_what_names_no_site_is_refused(workspace, entered):
    with pytest.raises(SiteIsNotValid):
        sites.allow(workspace, entered)


def test_a_site_stays_while_a_widget_leads_there(workspace):
    sites.allow(workspace, "boutique.example")
    site = sites.allowed(workspace)[0]
    widget = make.widget(workspace, redirect="https://www.boutique.example/merci")
    with pytest.raises(SiteIsInUse) as refusal:
        sites.refuse(workspace, site.id)
    assert widget.name in str(refusal.value)
    widget.design = {**widget.design, "redirect": ""}
    sites.refuse(workspace, site.id)
    assert sites.allowed(workspace) == []


def test_a_site_of_another_workspace_is_not_there(workspace):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    sites.allow(other, "boutique.example")
    assert not sites.may_lead_to(workspace, "https://boutique.example/")
    with pytest.raises(NotFound):
        sites.refuse(workspace, sites.allowed(other)[0].id)
