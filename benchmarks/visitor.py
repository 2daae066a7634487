"""Requests as a web server hands them over: no browser, no network, the service's own WSGI application."""

import io
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from recycling.wsgi import application

HOST = "bench.example"
FORM = "application/x-www-form-urlencoded"

with override_settings(MIDDLEWARE=[]):
    without_middleware = WSGIHandler()


class Answer:
    """Status, headers and body; the body is read to its end, as a server sends it."""

    def __init__(self, served_by, environ):
        body = served_by(environ, self._start)
        try:
            self.body = b"".join(body)
        finally:
            body.close()

    def _start(self, status, headers):
        self.status, self.headers = int(status[:3]), headers

    def header(self, name):
        return next((value for key, value in self.headers if key == name), "")


class Visitor:
    """Somebody with a browser's cookies and no account."""

    def __init__(self, served_by=application):
        self.served_by = served_by
        self.cookies = SimpleCookie()

    def get(self, address, **headers):
        return Answer(self.served_by, self.environ(address, **headers))

    def post(self, address, **fields):
        return Answer(self.served_by, self.environ(address, urlencode(fields).encode()))

    def remember(self, answer):
        """Keep the cookies of an answer, as a browser does."""
        for name, value in answer.headers:
            if name == "Set-Cookie":
                self.cookies.load(value)

    def environ(self, address, body=None, **headers):
        parts = urlsplit(address)
        cookies = "; ".join(f"{name}={one.coded_value}" for name, one in self.cookies.items())
        return {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": "" if body is None else FORM,
            "CONTENT_LENGTH": str(len(body or b"")),
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": HOST,
            "HTTP_ACCEPT_LANGUAGE": "fi",
            **({"HTTP_COOKIE": cookies} if cookies else {}),
            **headers,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def newcomer_with_token(address):
    """A visitor who has seen the page ``address`` and can send its form: with the cookie and the token that go with it."""
    visitor = Visitor()
    answer = visitor.get(address)
    visitor.remember(answer)
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', answer.body)
    return visitor, found[1].decode()
