"""Refusals: what a rule says when the answer is no."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818  (a refusal is an ordinary answer, not an error of the program)
    """A rule said no. ``code`` is for machines, ``str()`` is for people.

    The sentence may name its details, ``"%(left)s pieces left"``; it is put together when it is read, in the
    language of whoever reads it. Each app keeps its own family of refusals beside its verbs.
    """

    code = "refused"
    message = _("This is not possible.")
    status = 409

    def __init__(self, message=None, /, **details):
        super().__init__(message)
        if message is not None:
            self.message = message
        self.details = details

    def __str__(self):
        # Filled before it is made text: only so does a plural sentence see its number and choose its form.
        return str(self.message % self.details if self.details else self.message)
