"""What nearly every page needs and the city seldom changes, kept ready in each process for a few seconds."""

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

from django.core.cache import cache

T = TypeVar("T")


class Lately(Generic[T]):
    """``get(read)`` gives what ``read()`` gave, here and at most ``seconds`` ago. ``name`` is its own in the cache.

    The cache holds only a mark of a few characters: unpacking rows for each page would cost more than a page's own question.
    A mark that is gone, or is another process's, means reading anew.
    """

    def __init__(self, name: str, *, seconds: int):
        self.name, self.seconds = name, seconds
        # Replaced whole, so that a thread never sees half of it.
        self.kept: tuple[str | None, T] | None = None

    def get(self, read: Callable[[], T]) -> T:
        mark = cache.get_or_set(self.name, secrets.token_hex, timeout=self.seconds)
        kept = self.kept
        if kept is None or kept[0] != mark:
            self.kept = kept = (mark, read())
        return kept[1]

    def forget(self) -> None:
        """Whoever asks next, in any process that shares the cache, gets it anew."""
        cache.delete(self.name)
