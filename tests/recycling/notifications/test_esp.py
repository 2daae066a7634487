"""E-mail through a provider's own interface: django-anymail's Postmark against a provider of our own on this machine."""

import base64
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from recycling.notifications.domain import failing
from tests.services import free_port

from .posting import minutes, post, send, state

anymail = pytest.importorskip("anymail")

pytestmark = pytest.mark.django_db

SECRET = "postmark:a secret of the test"


class Provider:
    """Takes letters as Postmark does. ``answer``: (status, body) instead of taking them."""

    def __init__(self):
        self.letters = []
        self.answer = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.provider = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True)
        self.thread.start()

    def take(self, letter):
        if self.answer:
            return self.answer
        self.letters.append(letter)
        return 200, {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": letter["To"]}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.server.provider.take(letter)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_line):
        """Say nothing."""


@pytest.fixture
def provider(settings):
    provider = Provider()
    settings.ESP = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{provider.server.server_port}/",
        "WEBHOOK_SECRET": SECRET,
        "REQUESTS_TIMEOUT": 5,
    }
    yield provider
    provider.stop()


def test_a_letter_is_taken_with_our_reference(provider):
    row = post()
    assert send() == {"sent": 1}
    (letter,) = provider.letters
    assert (letter["To"], letter["Subject"]) == ("aino@example.org", "Your one-time code")
    assert letter["Metadata"] == {"reference": row.message_id}
    assert letter["TextBody"]
    assert letter["HtmlBody"]


@pytest.mark.parametrize(
    ("answer", "ended", "error"),
    [
        ((401, {"ErrorCode": 10, "Message": "no"}), "away", "esp_401"),
        ((429, {}), "away", "esp_429"),
        ((503, {}), "away", "esp_503"),
        ((500, {}), "later", "esp_500"),
        ((413, {}), "failed", "esp_413"),
        (
            (
                422,
                {
                    "ErrorCode": 406,
                    "Message": "Found inactive addresses: aino@example.org.\n Inactive recipients are",
                },
            ),
            "failed",
            "esp_refused",
        ),
    ],
)
def test_what_each_answer_of_the_provider_means(provider, answer, ended, error):
    row = post()
    provider.answer = answer
    assert send() == {ended: 1}
    assert state(row) == (("failed", 1, "refused", error) if ended == "failed" else ("due", 1, "", error))
    assert failing.in_trouble("aino@example.org") == (error == "esp_refused")


@pytest.mark.parametrize(
    ("status", "unanswered"), [(503, 1), (429, 1), (401, 1), (408, 1), (502, 0), (504, 0)]
)
def test_what_certainly_took_nothing_is_told_from_what_may_have(provider, status, unanswered):
    row = post()
    provider.answer = (status, {})
    assert send() == {"away": 1}
    row.refresh_from_db()
    assert row.unanswered == unanswered


def test_a_provider_that_is_away_is_asked_again(provider, settings):
    row = post()
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": f"http://127.0.0.1:{free_port()}/"}
    for hour in range(24):
        send(minutes(61 * hour))
    assert (state(row)[0], state(row)[3], row.unanswered == row.attempts) == ("due", "ConnectionError", True)
    settings.ANYMAIL = settings.ANYMAIL | {
        "POSTMARK_API_URL": f"http://127.0.0.1:{provider.server.server_port}/"
    }
    assert send(minutes(61 * 25)) == {"sent": 1}


def test_what_is_logged_of_a_failure_names_nobody(provider, caplog):
    caplog.set_level(logging.INFO)
    post()
    provider.answer = (413, {"Message": "aino@example.org"})
    send()
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("recycling"))
    assert "aino" not in ours


# -- its news


def tell(client, secret=SECRET, **news):
    token = base64.b64encode(secret.encode()).decode()
    return client.post(
        reverse("mail_news"),
        news,
        content_type="application/json",
        headers={"Authorization": f"Basic {token}"},
    ).status_code


def bounce(row, **more):
    return {"RecordType": "Bounce", "Type": "HardBounce", "Metadata": {"reference": row.message_id}} | more


def test_a_bounce_ends_the_message_and_marks_the_address_once(client, provider):
    row = post()
    send()
    assert [tell(client, **bounce(row)) for _time in range(2)] == [200, 200]
    assert state(row) == ("failed", 1, "undelivered", "esp_bounced")
    assert failing.in_trouble("aino@example.org")


def test_a_letter_that_arrived_clears_the_address(client, provider):
    row = post()
    send()
    first = post("aino", key="2")
    send()
    tell(client, **bounce(row))
    assert tell(client, RecordType="Delivery", Metadata={"reference": first.message_id}) == 200
    first.refresh_from_db()
    assert first.delivered_at
    assert not failing.in_trouble("aino@example.org")


@pytest.mark.parametrize("news", [{"Type": "Transient"}, {"RecordType": "Open"}, {"Metadata": {}}])
def test_other_news_changes_nothing(client, provider, news):
    row = post()
    send()
    assert tell(client, **bounce(row, **news)) == 200
    assert state(row)[0] == "sent"


def test_whoever_does_not_know_the_secret_is_not_believed(client, provider):
    row = post()
    send()
    assert tell(client, secret="postmark:guessed", **bounce(row)) == 400
    assert state(row)[0] == "sent"


def test_without_a_provider_nobody_is_heard(client):
    assert tell(client, RecordType="Bounce") == 403
