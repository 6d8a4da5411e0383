"""The web application: its extensions, the site map, the wiring and the end of each transaction."""

import importlib

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import ROOT, Settings
from webapp import routes, wiring
from webapp.accounts import current
from webapp.core import assets, bad_input, errors, i18n, pages
from webapp.core.broker import make_broker
from webapp.core.db import db
from webapp.core.limits import limiter

FEATURES = (
    "accounts",
    "contacts",
    "consent",
    "deliverability",
    "lanes",
    "messages",
    "purchases",
    "subscriptions",
    "segments",
    "rewards",
    "campaigns",
    "analytics",
    "widgets",
    "incoming",
    "reputation",
    "duplicates",
    "imports",
    "quality",
    "exports",
)
# The largest body a page may post; an import brings its own limit.
MAX_BODY = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_app(settings: Settings) -> Flask:
    """The application for these settings; tests make as many as they like."""
    app = Flask(
        "webapp",
        root_path=str(ROOT / "webapp"),
        template_folder=str(ROOT / "templates"),
    )
    app.config.update(_flask_config(settings))
    app.extensions["settings"] = settings
    load_models()
    db.init_app(app)
    app.extensions["broker"] = make_broker(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.do")
    i18n.init_app(app)
    assets.init_app(app)
    pages.init_app(app)
    errors.init_app(app)
    bad_input.init_app(app)
    CSRFProtect(app)
    current.init_app(app)
    limiter.init_app(app)
    routes.init_app(app)
    wiring.init_app()
    app.after_request(_end_transaction)
    app.after_request(_secure)
    if settings.behind_proxy:
        hops = settings.behind_proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def load_models() -> None:
    """Make every table known, so that foreign keys find one another by name."""
    for feature in FEATURES:
        importlib.import_module(f"webapp.{feature}.models")


def _flask_config(settings: Settings) -> dict[str, object]:
    limiter_storage = (
        settings.broker_url if "redis" in settings.broker_url else "memory://"
    )
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": limiter_storage,
        "RATELIMIT_ENABLED": not settings.testing,
        "TESTING": settings.testing,
        "WTF_CSRF_ENABLED": not settings.testing,
    }


def _end_transaction(response: Response) -> Response:
    """Keep what the request did when it answered well; otherwise leave nothing of it."""
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/"):
        # The name holds the content's hash.
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if g.get("workspace_slug"):
        headers.setdefault("X-Robots-Tag", "noindex")
    return response
