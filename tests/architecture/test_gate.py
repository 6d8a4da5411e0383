"""The gate alone decides who may be written to: everybody else who reads what it reads says why."""

import ast

import pytest

from config.settings import ROOT

# Who else reads where people stand, and what for; none of them writes to anybody on the strength of it.
READERS = {
    "webapp/consent/many.py": "writes it, for many at once",
    "webapp/campaigns/asking.py": "leaves out of the gate's yes whom it would ask in vain",
    "webapp/campaigns/measured_people.py": "what people answered about measuring, counted; the gate says who is among them",
    "webapp/consent/bases.py": "a piece of the gate: which bases a purpose accepts",
    "webapp/consent/evidence.py": "keeps the circumstances of what still stands",
    "webapp/consent/explaining.py": "puts the gate's answer into words",
    "webapp/consent/gate.py": "the gate",
    "webapp/consent/grounds.py": "refuses a sale where the person has spoken",
    "webapp/consent/idling.py": "a piece of the gate: whose day of the last open may be kept",
    "webapp/consent/ledger.py": "writes it",
    "webapp/consent/needs.py": "a piece of the gate: where those it stops are found",
    "webapp/consent/projecting.py": "works it out anew from the events",
    "webapp/contact_pages/list_proofs.py": "whose proofs are gathered; nothing is sent",
    "webapp/duplicates/refusals.py": "has a no of one address count for the other; gives nobody a yes",
    "webapp/exports/facts.py": "what a file tells of each person; choosing.py asks the gate whom",
    "webapp/home/queries.py": "counts, for the figures of the home page",
    "webapp/imports/standing.py": "what to withdraw of whom a file says to refuse",
    "webapp/imports/undoing.py": "which consents an import brought, to withdraw them",
    "webapp/segments/scope.py": "where people stand, to describe a group; writing to it asks the gate",
    "webapp/subscriptions/disowning.py": "finds what waits, to refuse it",
    "webapp/subscriptions/moving.py": "carries what was said over to another address",
    "webapp/subscriptions/partners.py": "which boxes a person ticked, on their own page",
    "webapp/subscriptions/passing_on.py": "figures, and the words of each yes; the gate chooses whom",
    "webapp/subscriptions/preferences.py": "which boxes are ticked, on the person's own page",
    "webapp/subscriptions/purging.py": "forgets whom nobody knows for anything",
    "webapp/subscriptions/queries.py": "who is on a list, for its page and its figures",
    "webapp/subscriptions/reminding.py": "whether a confirmation is still awaited: no commercial mail",
    "webapp/subscriptions/subscribing.py": "what to withdraw when somebody leaves everything",
}
SUPPRESSION = {
    "webapp/consent/explaining.py": "puts the gate's answer into words",
    "webapp/consent/gate.py": "the gate",
    "webapp/consent/grounds.py": "refuses a sale to a suppressed address",
    "webapp/consent/needs.py": "a piece of the gate: where those it stops are found",
    "webapp/contact_pages/stopping.py": "shows one line to whoever looks an address up",
    "webapp/deliverability/suppression.py": "writes it",
    "webapp/deliverability/suppression_exports.py": "writes it to a file",
    "webapp/duplicates/refusals.py": "has a refusal of one address stop the other",
    "webapp/duplicates/undoing.py": "has it stand again against a contact that comes back",
    "webapp/exports/facts.py": "what a file tells of each person",
    "webapp/imports/standing.py": "writes it, for many at once",
    "webapp/imports/taking.py": "ties it to the contacts that come with such an address",
    "webapp/imports/weighing.py": "says of people who are no contacts yet that they will be suppressed",
    "webapp/incoming/suppressing.py": "writes it, for many at once",
    "webapp/subscriptions/reminding.py": "reminds no suppressed address to confirm",
}
RESTRICTION = {
    "webapp/consent/explaining.py": "puts the gate's answer into words",
    "webapp/consent/gate.py": "the gate",
    "webapp/consent/needs.py": "a piece of the gate: where those it stops are found",
    "webapp/contacts/editing.py": "writes it",
    "webapp/contacts/models.py": "the column",
    "webapp/deliverability/suppression_exports.py": "leaves restricted addresses out of files",
    "webapp/duplicates/merging.py": "merges nobody whose data is restricted",
    "webapp/duplicates/online.py": "compares nobody whose data is restricted",
    "webapp/duplicates/queueing.py": "takes whoever is restricted out of the queue",
    "webapp/duplicates/refreshing.py": "keeps no keys of whoever is restricted",
    "webapp/duplicates/undoing.py": "restricts whoever comes back as the other is",
    "webapp/exports/choosing.py": "leaves restricted data out of files (GDPR article 18)",
    "webapp/exports/facts.py": "once more, when the file is written",
    "webapp/messages/ingesting.py": "measures nobody whose data is restricted",
}
# Who sends commercial mail, or hands addresses on, and so asks the gate.
DOORS = (
    "webapp/campaigns/audiences.py",
    "webapp/campaigns/checking.py",
    "webapp/campaigns/left_out.py",
    "webapp/campaigns/proofing.py",
    "webapp/messages/sending.py",
    "webapp/quality/asking.py",
    "webapp/subscriptions/accepting.py",
    "webapp/subscriptions/passing_on.py",
)


def names(path):
    """Every name and attribute that a module uses or imports."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def users_of(name):
    folders = ("webapp", "workers")
    return {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if name in names(path)
    }


@pytest.mark.covers("consent-24")
@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("ConsentState", READERS),
        ("Suppression", SUPPRESSION),
        ("restricted_at", RESTRICTION),
    ],
)
def test_whoever_reads_what_the_gate_reads_is_known_and_says_why(name, readers):
    found = {path for path in users_of(name) if not path.startswith("webapp/demo/")}
    known = {path for path in readers if not path.startswith("webapp/demo/")}
    assert found - known == set(), "ask webapp/consent/gate.py instead, or say why not"
    assert known - found == set(), "no longer reads it: take it off the list"


@pytest.mark.parametrize("door", DOORS)
def test_each_door_asks_the_gate(door):
    assert "gate" in set(names(ROOT / door))
