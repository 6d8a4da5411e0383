"""What the web server runs: the tracking endpoints bare, everything else by Flask."""

from config import logs, settings
from webapp.app import create_app

_settings = settings.load()
logs.init(_settings)
application = create_app(_settings)
