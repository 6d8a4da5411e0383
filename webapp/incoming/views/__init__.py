"""The pages about what comes back."""

from webapp.incoming.views.webhooks import blueprint as webhooks

__all__ = ["webhooks"]
