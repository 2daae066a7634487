"""Why a time at a unit's own site cannot be agreed, or its weekly times not be kept so."""

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused


class AgreedTime(Refused):
    code = "agreed_time"
    message = _(
        "This time was agreed with whoever gives it away. If you cannot come, cancel and propose other times."
    )


class NoTimeProposed(Refused):
    code = "no_time_proposed"
    message = _("Propose at least one time.")
    status = 422


class TooManyTimes(Refused):
    code = "too_many_times"
    message = _("Propose at most %(most)s times.")
    status = 422


class TimeTooSoon(Refused):
    code = "time_too_soon"
    message = _("%(when)s is too soon. Whoever gives it away needs at least %(hours)s hours.")
    status = 422


class TimeTooFar(Refused):
    code = "time_too_far"
    message = _("%(when)s is too far away. Propose times within %(days)s days.")
    status = 422


class TimeOutsideItsDays(Refused):
    code = "time_outside_its_days"
    message = _("It cannot be collected on %(when)s. Its last day is %(last)s.")
    status = 422


class NotProposed(Refused):
    code = "not_proposed"
    message = _("That time is not among the proposed ones, or it has passed. Choose one of these.")


class TimesKeptByAnother(Refused):
    code = "times_kept_by_another"
    message = _(
        "%(unit)s keeps the collection times of this place. Agree with them, or ask an admin to change who keeps them."
    )


class WindowBackwards(Refused):
    code = "window_backwards"
    message = _("%(day)s: the end is before the beginning.")
    status = 422


class WindowTooShort(Refused):
    code = "window_too_short"
    message = _("%(day)s: leave at least %(minutes)s minutes.")
    status = 422


class WindowsOverlap(Refused):
    code = "windows_overlap"
    message = _("%(day)s has two times that overlap.")
    status = 422


class SomebodyHandsOver(Refused):
    code = "somebody_hands_over"
    message = _("Somebody hands this over. Show or say the pickup code.")


class NotYet(Refused):
    code = "not_yet"
    message = _("The code of the place works from %(when)s on, when your time begins.")


class WrongSiteCode(Refused):
    code = "wrong_site_code"
    message = _("These are not the four digits of this place. Look at the paper there, and type them again.")
    status = 422
