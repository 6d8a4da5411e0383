"""What the web server runs: the tracking endpoints bare, everything else by Flask."""

from config import logs, settings
from webapp.app import create_app
from webapp.public.tracking import with_tracking

_settings = settings.load()
logs.init(_settings)
application = with_tracking(create_app(_settings), _settings)
