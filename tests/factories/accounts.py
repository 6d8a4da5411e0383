"""Workspaces, members and their sessions, as the tests need them."""

import itertools

from webapp.accounts.models import Membership, User, UserSession, Workspace
from webapp.core import tokens
from webapp.core.db import db

_numbers = itertools.count(1)


def workspace(**changes):
    values = {
        "slug": "maison-tilleul",
        "name": "Maison Tilleul",
        "legal_name": "Maison Tilleul SARL",
        "address": "12 rue des Tilleuls",
        "postcode": "69001",
        "city": "Lyon",
        "rights_email": "donnees@maison-tilleul.example",
        "sender_name": "Maison Tilleul",
        "sender_email": "bonjour@maison-tilleul.example",
        **changes,
    }
    made = Workspace(**values)
    db.session.add(made)
    db.session.flush()
    return made


def user(**changes):
    number = next(_numbers)
    values = {
        "email": f"membre{number}@maison-tilleul.example",
        "name": f"Membre {number}",
        "password_hash": "!",
        "locale": "en",
        **changes,
    }
    made = User(**values)
    db.session.add(made)
    db.session.flush()
    return made


def member(workspace, *, role, **changes):
    made = user(**changes)
    db.session.add(Membership(workspace_id=workspace.id, user_id=made.id, role=role))
    db.session.flush()
    return made


def session_of(user):
    token = tokens.random_token()
    db.session.add(UserSession(user_id=user.id, token_hash=tokens.fingerprint(token)))
    return token
