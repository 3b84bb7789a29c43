"""Django's rules for a new password, in the house's words: what to do, and why."""

from __future__ import annotations

from django.contrib.auth import password_validation as rules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext(
            "Make it longer: at least %(count)d character.",
            "Make it longer: at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}

    def get_help_text(self) -> str:
        return ngettext("At least %(count)d character.", "At least %(count)d characters.", self.min_length) % {
            "count": self.min_length
        }


class UnlikeTheAccount(rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("It is too much like your e-mail address. Choose one that nobody can guess from it.")

    def get_help_text(self) -> str:
        return _("Nothing that can be guessed from your e-mail address.")


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this one, so it is tried first. Choose another, such as a few words of your own.")

    def get_help_text(self) -> str:
        return _("Not one that many people use. A few words of your own are good.")
