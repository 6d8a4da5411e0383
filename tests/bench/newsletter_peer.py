"""django-newsletter in an environment of its own: each line it reads has it send to everybody.

`tests.bench.peers` runs it with the database, the port of the sink, the templates and how many
subscribers it makes. It says how many bytes a message has, and answers each line with the
seconds and the CPU seconds of the sending.
"""

import resource
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sites",
    "sorl.thumbnail",
    "newsletter",
)


def main(host, name, port, templates, count):
    """As it stands in its documentation: a submission, prepared, then `submit_queue`."""
    _configure(host, name, int(port), templates)
    letter = _letter(int(count))
    print(_length(letter), flush=True)
    for _ in sys.stdin:
        print(*_sent(letter), flush=True)


def _configure(host, name, port, templates):
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": name}
    settings.configure(
        SECRET_KEY="measured",
        INSTALLED_APPS=APPS,
        DATABASES={"default": {**database, "USER": name, "HOST": host}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [templates],
                "APP_DIRS": True,
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        NEWSLETTER_THUMBNAIL="sorl-thumbnail",
        NEWSLETTER_USE_HTTPS=True,
        ROOT_URLCONF="newsletter.urls",
        SITE_ID=1,
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def _letter(count):
    from django.utils.timezone import now
    from newsletter.models import Message, Newsletter, Subscription

    shop = Newsletter.objects.create(
        title="Nouvelles", slug="nouvelles", email="boutique@shop.example", sender="-"
    )
    Subscription.objects.bulk_create(
        Subscription(
            newsletter=shop,
            name_field=f"Anne{n} Martin{n}",
            email_field=f"person{n}@example.org",
            ip="127.0.0.1",
            subscribed=True,
            subscribe_date=now(),
            activation_code=f"{n:040}",
        )
        for n in range(1, count + 1)
    )
    return Message.objects.create(title="Mesure", slug="mesure", newsletter=shop)


def _length(letter):
    from newsletter.models import Submission

    # It is not prepared, so it is never sent.
    submission = Submission.from_message(letter)
    somebody = submission.subscriptions.first()
    return len(submission.get_message(somebody).message().as_bytes())


def _sent(letter):
    from newsletter.models import Submission

    submission = Submission.from_message(letter)
    submission.prepared = True
    submission.save()
    cpu, begun = _cpu(), time.perf_counter()
    Submission.submit_queue()
    return time.perf_counter() - begun, _cpu() - cpu


def _cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
