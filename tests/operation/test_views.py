"""What a supervisor, a load balancer and Prometheus see."""

import dataclasses

import pytest

from webapp.core.db import db


@pytest.fixture
def token(app, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"], metrics_token="figures please"
    )
    monkeypatch.setitem(app.extensions, "settings", settings)


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").status_code == 200


def test_a_migrated_database_is_ready(client):
    assert client.get("/readyz").data == b"ready\n"


def test_a_database_behind_its_migrations_is_not_ready(client):
    db.session.connection().exec_driver_sql(
        "UPDATE alembic_version SET version_num = '0001'"
    )
    assert client.get("/readyz").status_code == 503


def test_a_database_that_fails_is_not_ready(client, monkeypatch):
    def fail():
        raise ConnectionError

    monkeypatch.setattr("webapp.operation.queries.database_is_current", fail)
    assert client.get("/readyz").status_code == 503


def test_the_figures_are_for_this_machine_without_a_token(client):
    assert b"volontiers_messages_due 0.0" in client.get("/metrics").data
    elsewhere = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 404


def test_without_a_token_nobody_reads_the_figures_through_a_proxy(client):
    asked = client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert asked.status_code == 404


def test_with_a_token_the_figures_are_for_who_has_it(client, token):
    assert client.get("/metrics").status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer figures please"})
    assert b"volontiers_campaigns_in_trouble 0.0" in answer.data
