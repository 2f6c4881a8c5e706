"""django-hordak as its own documentation sets it up, on Django settings that only its own processes have."""

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from moneyed import Money
from sqlalchemy.engine import make_url


def set_up(url):
    """Set Django up on a PostgreSQL database, in this process and for good."""
    address = make_url(url)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": address.database,
                "USER": address.username,
                "HOST": address.query["host"],
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_CURRENCY="EUR",
        CURRENCIES=["EUR"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DEBUG=False,
        USE_TZ=True,
    )
    django.setup()


def migrate(url):
    """Make hordak's tables."""
    set_up(url)
    call_command("migrate", verbosity=0)
    connection.close()


def open_pairs(many, number):
    """Open so many pairs of accounts for a worker, and return them."""
    from hordak.models import Account  # noqa: PLC0415 - Django's models want its settings first

    made = [
        [
            Account.objects.create(name=f"{side} {number}-{place}", type="AS", currencies=["EUR"])
            for side in ("from", "to")
        ]
        for place in range(many)
    ]
    return [tuple(pair) for pair in made]


def transfer(source, target):
    """Move one euro, in hordak's one public way."""
    source.transfer_to(target, Money(1, "EUR"))


def close():
    """Let go of the database."""
    connection.close()
