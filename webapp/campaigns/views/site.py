"""The blueprint that the pages of campaigns share."""

from flask import Blueprint

blueprint = Blueprint("campaigns", __name__)
