"""Settings of the processes that a test starts beside itself: broker, mail server and database are real.

The test passes DATABASE_URL, CELERY_BROKER_URL, EMAIL_URL and KIERTO_DATA by environment.
"""

from recycling.settings.base import *  # noqa: F403  (a settings module extends its base by name)

SECRET_KEY = "test-key"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "http://testserver"
