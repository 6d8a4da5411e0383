"""A merchant's site, served from an origin of its own, and the widgets that stand on it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from webapp.core.db import db
from webapp.widgets import publishing, queries

PAGE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<title>Shop</title>{}"
)


class Shop:
    """Pages of somebody else; `page(body)` is the address of one."""

    def __init__(self):
        pages = self.pages = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body, policy = pages.get(self.path, ("", ""))
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, body, policy="", path="/"):
        self.pages[path] = (PAGE.format(body), policy)
        return self.origin + path

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def publish(made, address):
    """Publish the widget as the application at this address would."""
    publishing.publish(made, address)
    db.session.commit()
    return made


def element(widget, inside=None, attributes=""):
    """The element with the plain form in it, or something else."""
    inside = queries.latest_version(widget).html if inside is None else inside
    return (
        f'<volontiers-form form="{widget.public_id}" {attributes}>{inside}\n'
        "</volontiers-form>\n"
    )


def script(address, attributes="async"):
    return f'<script {attributes} src="{address}/embed/v1.js"></script>'


def embedded(widget, address):
    """The code of the studio."""
    return element(widget) + script(address)


def strict(address):
    """A policy that lets our origin in and nothing else, least of all inline."""
    return (
        f"default-src 'none'; script-src {address}; connect-src {address}; "
        f"form-action {address}; base-uri 'none'"
    )
