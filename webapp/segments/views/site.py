"""The blueprint that the pages of segments share."""

from flask import Blueprint

blueprint = Blueprint("segments", __name__)
