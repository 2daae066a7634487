"""A gateway for text messages that speaks HTTP, for tests: it keeps what it is sent, and misbehaves when asked to."""

import hmac
import json
import socket
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from recycling.notifications.receipts import SIGNATURE


class SmsGateway:
    """``taken`` holds each message once, by its reference; ``asked`` every request that came.

    ``answer``: the status of every answer instead of 202. ``answer_to``: a function from a number to such a status, or None.
    ``delay``: seconds before each answer. ``drop``: take the message and hang up without a word.
    """

    def __init__(self):
        self.token = "gateway-token"
        self.asked = []
        self.taken = {}
        self.answer = None
        self.answer_to = None
        self.delay = 0
        self.drop = False
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)

    @property
    def url(self):
        """For ``SMS_GATEWAY_URL``."""
        return f"http://127.0.0.1:{self._server.server_port}/messages"

    def start(self):
        """Answer."""
        self._thread.start()

    def stop(self):
        """Answer no more: the next request is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def to(self, number):
        """The texts that were taken for ``number``."""
        return [message["text"] for message in self.taken.values() if message["to"] == number]

    def take(self, message, authorization):
        """The status of the answer to a request."""
        with self._lock:
            self.asked.append(message)
            if authorization != f"Bearer {self.token}":
                return 401
            if self.answer or (self.answer_to and self.answer_to(message["to"])):
                return self.answer or self.answer_to(message["to"])
            if message["reference"] in self.taken:
                return 409
            self.taken[message["reference"]] = message
            return 202

    def report(self, message, status, *, secret, times=1):
        """Tell what became of a message, to the address that it came with; the statuses of the answers."""
        body = json.dumps({"reference": message["reference"], "status": status}).encode()
        signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
        address = urlsplit(message["receipts"])
        answers = []
        for _time in range(times):
            connection = HTTPConnection(address.hostname, address.port, timeout=10)
            connection.request(
                "POST", address.path, body, {"Content-Type": "application/json", SIGNATURE: signature}
            )
            answers.append(connection.getresponse().status)
            connection.close()
        return answers


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gateway: SmsGateway

    def handle_error(self, request, client_address):
        """Whoever asked did not wait for the answer: that is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        gateway = self.server.gateway
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = gateway.take(message, self.headers["Authorization"])
        time.sleep(gateway.delay)
        if gateway.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", gateway.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_line):
        """Say nothing."""
