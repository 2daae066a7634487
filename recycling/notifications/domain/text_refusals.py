"""Why words of the city's own are not taken, each with a way on."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class NothingWritten(Refused):
    code = "nothing_written"
    message = _("Write the text, or go back to the original.")
    status = 422


class TextTooLong(Refused):
    code = "text_too_long"
    message = _("The text is too long. At most %(most)s characters.")
    status = 422


class NameUnknown(Refused):
    code = "name_unknown"
    message = _("This is no name of this message: %(names)s. Use the names of the list, each in braces.")
    status = 422


class NameMissing(Refused):
    code = "name_missing"
    message = _("This is missing, and the message is of no use without it: %(names)s.")
    status = 422


class NotInAlphabet(Refused):
    code = "not_in_alphabet"
    message = _("A text message cannot say this: %(characters)s. Write it another way.")
    status = 422


class TextMessageTooLong(Refused):
    code = "text_message_too_long"
    message = _("With the longest values this takes %(size)s of %(most)s characters. Write it shorter.")
    status = 422


class SubjectTooLong(Refused):
    code = "subject_too_long"
    message = _("With the longest values the subject has %(size)s of %(most)s characters. Write it shorter.")
    status = 422


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    message = _("Somebody else has changed this text meanwhile. Look at it, and write yours again.")


class NoPhone(Refused):
    code = "no_phone"
    message = _(
        "There is no phone number on your account to send a text message to. The preview shows what it says."
    )
