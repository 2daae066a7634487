"""The demo with a city of one inhabitant, so that starting the service can be tested in seconds."""

from tests.worker_settings import *  # noqa: F403  (a settings module extends its base by name)
from tests.worker_settings import INSTALLED_APPS

DEMO = True
# First in the list: its seed_demo is the one that is found.
INSTALLED_APPS = ["tests.tinydemo", *INSTALLED_APPS]
