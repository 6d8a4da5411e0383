"""The blueprint that the pages of widgets share."""

from flask import Blueprint

blueprint = Blueprint("widgets", __name__)
