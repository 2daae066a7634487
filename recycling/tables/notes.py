"""What a file has to be told about: counted by kind, read by people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """``kind`` is for counting; ``str()`` is the sentence, in the language of whoever reads it."""

    kind: str
    message: str
    details: tuple = ()

    @classmethod
    def about(cls, kind, message, **details):
        return cls(kind, message, tuple(details.items()))

    def __str__(self):
        return str(self.message) % dict(self.details) if self.details else str(self.message)
