"""What the audit log's codes say: a sentence for each action, a short name to choose it by, a word for each detail.

A code that stands in no list here is shown as it is: what was noted is never hidden because nobody wrote a sentence.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(NamedTuple):
    """`name` in the list of kinds; `sentence` with %(who)s and %(what)s, and %(role)s where a role is meant."""

    name: Promise
    sentence: Promise


OTHER = "other"
UNKNOWN = _("%(who)s: %(action)s, %(what)s")
SYSTEM, DELETED = _("the system"), _("a deleted account")

PEOPLE = {
    "user.list": Action(_("Looked at the list of people"), _("%(who)s looked at the list of people.")),
    "user.read": Action(_("Looked at an account"), _("%(who)s looked at the account of %(what)s.")),
    "account.erase": Action(_("Deleted their own account"), _("%(who)s deleted their own account.")),
    "second_factor.reset": Action(
        _("Took a second factor off"), _("%(who)s took the second factor off the account of %(what)s.")
    ),
}
ROLES = {
    "role.grant": Action(_("Gave a role"), _("%(who)s gave %(what)s the role “%(role)s”.")),
    "role.revoke": Action(_("Took a role away"), _("%(who)s took the role “%(role)s” away from %(what)s.")),
    "rolegrant.list": Action(_("Looked at the table of roles"), _("%(who)s looked at the table of roles.")),
    "rolegrant.read": Action(_("Looked at a role given"), _("%(who)s looked at a role of %(what)s.")),
}
CERTIFICATES = {
    "award.list": Action(_("Looked at the list of certificates"), _("%(who)s looked at the list of certificates.")),
    "award.export": Action(_("Downloaded a list of certificates"), _("%(who)s downloaded a list of certificates.")),
    "award.read": Action(_("Read a certificate"), _("%(who)s read %(what)s.")),
    "award.download": Action(_("Downloaded a certificate"), _("%(who)s downloaded %(what)s.")),
    "award.print": Action(_("Had a certificate printed again"), _("%(who)s had %(what)s printed again.")),
    "award.supersede": Action(_("Corrected a certificate"), _("%(who)s corrected %(what)s.")),
    "award.revoke": Action(_("Revoked a certificate"), _("%(who)s revoked %(what)s.")),
    "revocation.list": Action(
        _("Looked at the table of revocations"), _("%(who)s looked at the table of revocations.")
    ),
    "revocation.read": Action(_("Looked at a revocation"), _("%(who)s looked at the revocation of %(what)s.")),
}
OFFICE = {
    "office.read": Action(_("Opened the CE office’s start page"), _("%(who)s opened the CE office’s start page.")),
    "completion.list": Action(_("Looked at the list of completions"), _("%(who)s looked at the list of completions.")),
    "completion.export": Action(_("Downloaded a list of completions"), _("%(who)s downloaded a list of completions.")),
    "evaluation.list": Action(_("Looked at the list of evaluations"), _("%(who)s looked at the list of evaluations.")),
    "evaluation.export": Action(_("Downloaded a list of evaluations"), _("%(who)s downloaded a list of evaluations.")),
    "evaluation.read": Action(_("Looked at an evaluation"), _("%(who)s looked at %(what)s.")),
    "evaluation.review": Action(
        _("Looked into reported bias"), _("%(who)s marked the bias reported in %(what)s as seen.")
    ),
    "biasreview.list": Action(
        _("Looked at the table of bias reports"), _("%(who)s looked at the table of bias reports.")
    ),
    "biasreview.read": Action(_("Looked at a bias report"), _("%(who)s looked at the bias reported in %(what)s.")),
}
LETTERS = {
    "letters.read": Action(_("Looked at the list of letters"), _("%(who)s looked at the list of letters.")),
    "letter.read": Action(_("Read a letter"), _("%(who)s read %(what)s.")),
    "letter.answer": Action(_("Answered a letter"), _("%(who)s answered %(what)s.")),
}
TESTS = {
    "accommodation.list": Action(_("Looked at who has more time"), _("%(who)s looked at who was given more time.")),
    "attempt.void_list": Action(
        _("Looked at the list of voided attempts"), _("%(who)s looked at the list of attempts to be voided.")
    ),
    "attempt.void_read": Action(_("Looked at an attempt"), _("%(who)s looked at %(what)s, whether to void it.")),
    "attempt.void_ask": Action(_("Asked to void an attempt"), _("%(who)s asked that %(what)s be void.")),
    "attempt.void_decline": Action(_("Declined to void an attempt"), _("%(who)s left %(what)s as it is.")),
    "attempt.void": Action(_("Voided an attempt"), _("%(who)s confirmed that %(what)s is void.")),
    "accommodation.grant": Action(_("Gave more time"), _("%(who)s gave %(what)s more time in tests.")),
}
QUESTIONS = {
    "item.create": Action(_("Made a new question"), _("%(who)s made the new question %(what)s.")),
    "item.save": Action(_("Saved a question’s draft"), _("%(who)s saved the draft of question %(what)s.")),
    "item.rebase": Action(
        _("Took a newer version into a draft"),
        _("%(who)s took the newer version into the draft of question %(what)s."),
    ),
    "item.discard": Action(_("Discarded a question’s draft"), _("%(who)s discarded the draft of question %(what)s.")),
    "item.restore": Action(
        _("Brought an earlier version back"), _("%(who)s began a draft of question %(what)s from an earlier version.")
    ),
    "item.waive": Action(_("Waived a warning"), _("%(who)s let a warning of question %(what)s stay, with a reason.")),
    "item.comment": Action(_("Commented on a question"), _("%(who)s commented on question %(what)s.")),
    "item.comment_resolve": Action(
        _("Settled a comment on a question"), _("%(who)s settled a comment on question %(what)s.")
    ),
    "item.tag": Action(_("Tagged a question"), _("%(who)s gave question %(what)s a tag.")),
    "item.untag": Action(_("Took a tag off a question"), _("%(who)s took a tag off question %(what)s.")),
    "item.retire": Action(_("Retired a question"), _("%(who)s retired question %(what)s.")),
    "item.unretire": Action(_("Brought a question back"), _("%(who)s brought question %(what)s back into use.")),
    "item.ask": Action(_("Asked for a review"), _("%(who)s asked for a review of question %(what)s.")),
    "item.publish": Action(_("Published a question"), _("%(who)s published question %(what)s.")),
    "item.approve": Action(_("Approved a question"), _("%(who)s approved question %(what)s, and it was published.")),
    "quiz.create": Action(_("Made a new quiz"), _("%(who)s made the new quiz %(what)s.")),
    "quiz.discard": Action(_("Threw a quiz’s draft away"), _("%(who)s threw the draft of quiz %(what)s away.")),
    "quiz.publish": Action(_("Published a quiz"), _("%(who)s published quiz %(what)s.")),
    "item.return": Action(_("Sent a question back"), _("%(who)s sent question %(what)s back to its author.")),
}
LOG = {"audit.read": Action(_("Looked at the audit log"), _("%(who)s looked at the audit log."))}

GROUPS: dict[str, tuple[Promise, dict[str, Action]]] = {
    "roles": (_("Roles"), ROLES),
    "people": (_("Accounts"), PEOPLE),
    "certificates": (_("Certificates"), CERTIFICATES),
    "office": (_("CE office"), OFFICE),
    "letters": (_("Letters"), LETTERS),
    "questions": (_("Questions"), QUESTIONS),
    "tests": (_("Tests"), TESTS),
    "log": (_("Audit log"), LOG),
}
ACTIONS = {code: action for _title, actions in GROUPS.values() for code, action in actions.items()}

# What a detail adds, after the sentence; %(value)s is the detail, put into words by reads.py where it is an id.
NOTES: dict[str, Promise] = {
    "role": _("Role: %(value)s."),
    "reason": _("Reason: %(value)s"),
    "new": _("The new one has the code %(value)s."),
    "author": _("Draft by %(value)s."),
    "version": _("Version %(value)s."),
    "count": _("Entries: %(value)s."),
    "course": _("Course: %(value)s."),
    "show": _("Filter: %(value)s."),
    "sessions": _("Sessions ended: %(value)s."),
    "removed": _("Taken off: %(value)s."),
}
YES_NOTES: dict[str, Promise] = {
    "searched": _("Words were searched for."),
    "dates": _("Narrowed to days."),
}
VALUE_NOTES: dict[tuple[str, Any], Promise] = {
    ("door", "admin"): _("Among all tables."),
    ("act", "correct"): _("On the way to a correction."),
    ("act", "revoke"): _("On the way to a revocation."),
}
FACTORS: dict[str, Promise] = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}
