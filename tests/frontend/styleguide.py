"""A small application that shows the style page, under the policy real pages have.

To look at it: .venv/bin/python tests/frontend/styleguide.py, then port 5099.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, flash, jsonify, render_template, request
from jinja2 import StrictUndefined
from wtforms import Form, fields, validators
from wtforms.fields.choices import SelectChoice

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from webapp.core import assets  # noqa: E402

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
MJML = """<mjml>
  <mj-body>
    <!-- The greeting -->
    <mj-section padding="20px">
      <mj-column>
        <mj-text font-size="20px">Bonjour {{ contact.first_name }}</mj-text>
        <mj-button href="https://boutique.example">Voir la boutique</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>"""
SECTIONS = {"Contacts": "People", "Campaigns": "Writing", "Reports": "Measure"}
ENTRIES = [
    ("Home", "home"),
    ("Contacts", "users"),
    ("Lists", "list-check"),
    ("Segments", "filter"),
    ("Campaigns", "speakerphone"),
    ("Automations", "route"),
    ("Widgets", "forms"),
    ("Reports", "chart-bar"),
    ("Privacy", "shield-check"),
]


class WidgetForm(Form):
    kind = fields.RadioField(
        "Kind",
        choices=[
            SelectChoice("popup", "Pop-up"),
            SelectChoice("inline", "In the page"),
        ],
    )
    name = fields.StringField("Name", [validators.InputRequired("Give it a name.")])
    email = fields.EmailField(
        "Sender", [validators.Email("This is not an e-mail address.")]
    )
    greeting = fields.TextAreaField("Greeting", description="Above the form.")
    country = fields.SelectField("Country", choices=["France", "Belgique"])
    lists = fields.RadioField("List", choices=["News", "Sales"])
    double_opt_in = fields.BooleanField(
        "Ask people to confirm", description="The proof of consent is stronger."
    )
    adult = fields.BooleanField("Ask whether people are of age")
    picture = fields.FileField("Picture")


def create_app():
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "webapp/static"),
    )
    app.secret_key = "only for this page"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    assets.init_app(app)
    app.after_request(_add_policy)
    app.add_url_rule("/", view_func=style_page)
    app.add_url_rule("/done", view_func=done, methods=["POST"])
    app.add_url_rule("/preview", view_func=preview, methods=["POST"])
    app.add_url_rule("/mail", view_func=mail)
    app.add_url_rule("/contact", view_func=contact_page)
    app.add_url_rule("/sign-in", view_func=sign_in)
    return app


def style_page():
    flash("Saved. The list has 1 204 contacts.", "success")
    flash("Two rows of the file could not be read.", "error")
    form = WidgetForm(data={"email": "anna", "kind": "popup", "double_opt_in": True})
    if "errors" in request.args:
        form.validate()
    return render_template("styleguide.html", form=form, **_shell(), **_figures())


def done():
    return jsonify(request.form)


def preview():
    broken = "broken" in request.form["mjml"]
    errors = [{"line": 3, "message": "Unknown element"}] if broken else []
    return jsonify(src="/mail", errors=errors, status="12 kB")


def mail():
    page = "<p style='font: 1rem sans-serif; padding: 2rem'>Bonjour Anna</p>"
    return page, {"Content-Security-Policy": MAIL_POLICY}


def contact_page():
    return render_template(
        "styleguide_public.html",
        controller=SimpleNamespace(
            shop="La Boutique d'Anna",
            name="La Boutique d'Anna",
            address="3 rue des Lilas, 44000 Nantes",
            email="donnees@boutique.example",
            privacy_url="/contact",
        ),
        locale="fr",
        locales=[("fr", "Français"), ("en", "English")],
    )


def sign_in():
    return render_template("styleguide_bare.html", locale="fr", locales=[])


def _add_policy(response):
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response


def _shell():
    return {
        "theme": request.args.get("theme", "auto"),
        "locale": "en",
        "locales": [("fr", "Français"), ("en", "English")],
        "workspace": SimpleNamespace(name="La Boutique d'Anna"),
        "workspaces": [
            SimpleNamespace(name="La Boutique d'Anna", url="/done", current=True),
            SimpleNamespace(name="Cave & Saveurs", url="/done", current=False),
        ],
        "current_user": SimpleNamespace(name="Anna Martin", is_authenticated=True),
        "links": dict.fromkeys(
            ("account", "help", "theme", "locale", "sign_out"), "/done"
        ),
        "navigation": [
            SimpleNamespace(
                label=label,
                url="/",
                icon=icon,
                active=label == "Contacts",
                section=SECTIONS.get(label, ""),
                count=3 if label == "Privacy" else 0,
            )
            for label, icon in ENTRIES
        ],
    }


def _figures():
    months = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June"]
    return {
        "mjml": MJML,
        "contacts": [
            _contact("Anna Martin", "confirmed", "Form “Summer”", 3),
            _contact("<b>Bruno</b>", "pending", "Shop", 0),
            _contact("Chloé de La Rochefoucauld-Montmorency", "bounced", "Import", 12),
        ],
        "growth": [[month, 120 + 35 * n] for n, month in enumerate(months)],
        "sources": [[m, 40 + 5 * n, 25 + n, 60 - 9 * n] for n, m in enumerate(months)],
        "stages": [["Prospects", 420], ["Active", 510], ["Loyal", 190], ["Lost", 84]],
    }


def _contact(name, status, source, orders):
    return SimpleNamespace(name=name, status=status, source=source, orders=orders)


if __name__ == "__main__":
    create_app().run(port=5099)
