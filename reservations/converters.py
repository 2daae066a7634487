"""What the addresses of this app are written with."""

from django.urls import register_converter

from recycling.codes import ALPHABET


class TokenConverter:
    """The random characters of a private link, whatever the case; anything else is no address of ours."""

    regex = f"[{ALPHABET}{ALPHABET.lower()}]{{10,16}}"

    def to_python(self, value):
        return value.upper()

    def to_url(self, value):
        return value


register_converter(TokenConverter, "token")
