"""A demo city of one inhabitant. KIERTO_TEST_SLOW_DEMO makes it take its time after the first one has moved in."""

import os
import time

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand


def demo_logins():
    """A log-in for each role."""
    return [("mayor", "mayor@kierto.example")]


class Command(BaseCommand):
    help = "Builds a city of one."

    def handle(self, **_options):
        """One inhabitant; more would only take longer."""
        get_user_model().objects.create(email="mayor@kierto.example")
        self.stdout.write("The mayor has moved in.")
        self.stdout.flush()
        time.sleep(float(os.environ.get("KIERTO_TEST_SLOW_DEMO", "0")))
