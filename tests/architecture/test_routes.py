"""Every page says who may open it, and nobody opens what is another workspace's."""

import pytest
from sqlalchemy import event
from werkzeug.routing import AnyConverter, IntegerConverter

from webapp.accounts.access import Permission
from webapp.consent import purposes
from webapp.core.db import db

CHANGES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE", "DROP")


def _rules(app, *, of_a_workspace=None):
    for rule in app.url_map.iter_rules():
        inside = "workspace_slug" in rule.arguments
        if rule.endpoint != "static" and of_a_workspace in {None, inside}:
            yield rule


def _path(app, rule):
    values = {name: _sample(one) for name, one in rule._converters.items()}
    values["workspace_slug"] = "maison-tilleul"
    method = "GET" if "GET" in rule.methods else "POST"
    return app.url_map.bind("volontiers.test").build(rule.endpoint, values, method)


def _sample(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "sample"


def _asked(app, rules):
    return [
        (method, _path(app, rule), rule.endpoint)
        for rule in rules
        for method in sorted(rule.methods & {"GET", "POST"})
    ]


def test_every_route_says_who_may_open_it(app):
    silent = [
        rule.endpoint
        for rule in _rules(app)
        if not hasattr(app.view_functions[rule.endpoint], "permission")
    ]
    assert silent == []


def test_every_route_of_a_workspace_needs_a_permission(app):
    for rule in _rules(app, of_a_workspace=True):
        assert isinstance(app.view_functions[rule.endpoint].permission, Permission)


def test_a_route_open_to_all_says_why(app):
    reasons = [
        app.view_functions[rule.endpoint].permission
        for rule in _rules(app, of_a_workspace=False)
    ]
    assert all(len(reason) > len("open: ") for reason in reasons)


def test_state_changes_by_post_alone(app):
    for rule in _rules(app):
        if not rule.rule.startswith("/api/"):
            assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def test_a_page_of_a_workspace_does_not_exist_for_a_stranger(app, workspace, stranger):
    open_doors = [
        (method, path)
        for method, path, _ in _asked(app, _rules(app, of_a_workspace=True))
        if stranger.open(path, method=method).status_code != 404
    ]
    assert open_doors == []


def test_a_page_of_a_workspace_leads_a_visitor_to_sign_in(
    app, workspace, owner, client
):
    for method, path, _ in _asked(app, _rules(app, of_a_workspace=True)):
        answer = client.open(path, method=method)
        assert answer.status_code == 303, (method, path)
        assert answer.location.startswith("/sign-in"), (method, path)


def test_a_viewer_changes_nothing(app, workspace, viewer):
    allowed = [
        endpoint
        for method, path, endpoint in _asked(app, _rules(app, of_a_workspace=True))
        if method == "POST" and viewer.post(path).status_code != 403
    ]
    assert allowed == []


@pytest.fixture
def statements(app):
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_reading_a_page_changes_nothing(app, workspace, owner, statements):
    changing = {}
    # As every workspace has them from its first moment.
    purposes.measuring(workspace)
    db.session.commit()
    for rule in _rules(app, of_a_workspace=True):
        if "GET" in rule.methods:
            del statements[:]
            owner.get(_path(app, rule)).get_data()
            changing[rule.endpoint] = [
                one for one in statements if one.lstrip().upper().startswith(CHANGES)
            ]
    assert {page: changes for page, changes in changing.items() if changes} == {}
