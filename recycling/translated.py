"""Names that the city keeps in three languages."""

from django.utils.translation import get_language

LANGUAGES = ("fi", "sv", "en")


def reading_language(language=None):
    """``language``, or the active one, as one of our three: ``"sv-fi"`` is ``"sv"``, ``"de"`` is ``"fi"``."""
    wanted = (language or get_language() or LANGUAGES[0])[:2].lower()
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


class Translated:
    """``name = Translated("name")`` reads ``name_fi``, ``name_sv`` or ``name_en``.

    The reader's language comes first, then Finnish, Swedish, English: whichever is filled in.
    """

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        for language in dict.fromkeys([reading_language(), *LANGUAGES]):
            if value := getattr(instance, f"{self.field}_{language}", ""):
                return value
        return ""
