"""The pages about what comes back."""

from webapp.incoming.views.coming_back import blueprint as coming_back
from webapp.incoming.views.webhooks import blueprint as webhooks

__all__ = ["coming_back", "webhooks"]
