"""The item-writing rules of marking.writing in words: what was found, why it matters, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.marking.findings import Finding
from quizzes.marking.writing import Level, level


@dataclass(frozen=True)
class Explained:
    """A finding for people. `mends`: whether marking.writing.mend does the fix; `better` is the wording it puts in."""

    code: str
    level: Level
    what: str
    why: str
    how: str
    mends: bool
    better: str


_REFERS = _("Who knows one or two of the options can work out the rest, so it does not show what was learned.")
_TENFOLD = _("Misread doses harm people, and learners write as they read.")
_CUE = _("It lets people find the key without knowing the matter.")
_UNEVEN = _("Options of one kind are compared by what they say, not by how they look.")
_PUT = _("Write “%(better)s”.")

# code: what, why, how
WORDS: dict[str, tuple[Promise, Promise, Promise]] = {
    "IWF01": (
        _("Option %(option)s, “%(found)s”, speaks of all the others."),
        _REFERS,
        _("Remove it, or ask for several right answers in a multiple response question."),
    ),
    "IWF02": (
        _("Option %(option)s, “%(found)s”, says that no other is right."),
        _("Who chooses it has shown what is wrong, but not what is right."),
        _("Replace it by a plausible answer, or remove it."),
    ),
    "IWF03": (
        _("Option %(option)s, “%(found)s”, combines other options."),
        _REFERS,
        _("Write it out as an answer of its own, or make it a multiple response question."),
    ),
    "IWF04": (
        _("The question is negative: “%(found)s”."),
        _("A small word that is overlooked turns the answer around, and people learn what is wrong."),
        _("Ask for what is right. If it has to be negative, put the word in capitals: “%(better)s”."),
    ),
    "IWF04b": (
        _("The question is negative, if in capitals: “%(found)s”."),
        _("To look for the exception is harder to read and teaches what is wrong."),
        _("Ask for what is right; or keep it and say why."),
    ),
    "IWF05": (
        _("Option %(option)s is absolute (“%(found)s”), and the key is not."),
        _("People who are good at tests know that absolute statements are rarely right."),
        _("Soften this option, or make the others as definite."),
    ),
    "IWF06": (
        _("Option %(option)s is vague: “%(found)s”."),
        _("People understand such words differently, and vague statements are more often right."),
        _("Say how often or how much, if it matters."),
    ),
    "IWF07": (
        _("The key stands out by its length: %(words)s words; the others have %(least)s to %(most)s."),
        _CUE,
        _("Shorten the key, or say as much in the other options."),
    ),
    "IWF08": (
        _("“%(found)s” in the key echoes “%(stem)s” in the question; no other option does."),
        _CUE,
        _("Use another word in the key, or the same one in another option too."),
    ),
    "IWF09": (
        _("Option %(option)s, “%(found)s”, says the same as option %(other)s."),
        _("Two options that mean the same cannot both be right or wrong by themselves, so both can be ruled out."),
        _("Remove one of them, or write another plausible answer."),
    ),
    "IWF10": (
        _("There are only %(count)s options."),
        _("With fewer than three, half of those who guess are right."),
        _("Add a plausible wrong answer."),
    ),
    "IWF10b": (
        _("There are %(count)s options."),
        _("More than five take time to read, and hardly anybody chooses the weak ones."),
        _("Keep the most plausible three to five."),
    ),
    "IWF11": (
        _("“%(found)s” asks nothing yet."),
        _("People have to read all the options to find out what the question is."),
        _("Write the question so that it can be answered without looking at the options."),
    ),
    "IWF12": (
        _("“%(found)s” does not say what the question is about."),
        _("It becomes a row of statements to be judged one by one."),
        _("Ask for one thing: a cause, a next step, a value."),
    ),
    "IWF13": (
        _("Of all options only the key fits “%(found)s” at the end of the question."),
        _CUE,
        _("Write “%(better)s”, or put the article into the options."),
    ),
    "IWF13b": (
        _("Of all options only the key fits the verb “%(found)s” at the end of the question."),
        _CUE,
        _("Write “%(better)s”, or make all options singular or all plural."),
    ),
    "IWF14": (
        _("The numbers are not in order."),
        _("In order, they are found at a glance; out of order, the place may point to the key."),
        _("Sort the options: %(better)s."),
    ),
    "IWF15": (
        _("The range of option %(option)s, “%(found)s”, overlaps that of option %(other)s."),
        _("A value that lies in both makes two options right."),
        _("Let each range begin where the one before it ends."),
    ),
    "IWF16": (
        _("The options are of different kinds; option %(option)s, “%(found)s”, stands apart."),
        _UNEVEN,
        _("Give all options the same unit, and make all of them things or all of them steps."),
    ),
    "IWF17": (
        _("The blank stands in the middle: “%(found)s”."),
        _("The sentence has to be kept in mind while the options are tried in it."),
        _("Move the blank to the end, or ask a question."),
    ),
    "IWF18": (
        _("The key, “%(found)s”, shares more words with the other options than any of them."),
        _("Who picks what the options have in common finds the key without knowing."),
        _("Share the words out: let the wrong options have as much in common."),
    ),
    "IWF19": (
        _("Each of the %(count)s options is a statement to be judged true or false on its own."),
        _("Nothing ties them together, so the best answer is a matter of taste."),
        _("Ask one question, about a case if possible; or make each statement a row of true or false."),
    ),
    "IWF20": (
        _("This question tells the key of question %(item)s: “%(found)s”."),
        _("Who reads on finds the answer to another question of the same quiz."),
        _("Change one of the two, or keep them out of the same quiz."),
    ),
    "IWF21": (
        _("The key stands at place %(option)s in %(count)s of %(items)s questions, too often for chance (p = %(p)s)."),
        _("Who guesses that place is right too often."),
        _("Let options be shuffled, or move some keys."),
    ),
    "IWF22": (
        _("The question has %(count)s words."),
        _("Over %(most)s words it tests reading under time more than the matter."),
        _("Leave out what is not needed, or show the case beside the question."),
    ),
    "IWF22b": (
        _("%(percent)s %% of the case seem to have nothing to do with the question."),
        _("What is not needed costs time, most of all those who read in a second language."),
        _("Leave it out, or show the case beside several questions that use it."),
    ),
    "SAFE01a": (
        _("“%(found)s” ends in a zero after the point."),
        _("Overlooked, the point makes it ten times as much."),
        _PUT,
    ),
    "SAFE01b": (
        _("“%(found)s” begins with a bare point."),
        _("Overlooked, the point makes it ten times as much or more."),
        _PUT,
    ),
    "SAFE01c": (_("A letter stands for units in “%(found)s”."), _("U is read as a 0 or a 4, IU as IV or 10."), _PUT),
    "SAFE01d": (_("“%(found)s” has a decimal comma."), _("Overlooked, the comma makes it ten times as much."), _PUT),
    "SAFE01e": (
        _("“%(found)s” has a sign for micrograms that is misread."),
        _("µg is read as mg: a thousandfold dose."),
        _PUT,
    ),
    "SAFE01f": (
        _("“%(found)s” is an abbreviation for how often."),
        _("QD is read as QID, four times a day, and QOD as QD."),
        _PUT,
    ),
    "SAFE01g": (_("“%(found)s” has no comma."), _("Long numbers are read ten times too large or too small."), _PUT),
    "SAFE01h": (_("Number and unit run together in “%(found)s”."), _TENFOLD, _PUT),
    "LANG01": (
        _("“%(found)s” puts the disease before the person, or blames."),
        _("Words like these make people feel judged, and learners take them over."),
        _("Name the person first, then what they have, or say what happened."),
    ),
}


def explain(finding: Finding) -> Explained:
    """What was found, why it matters and how to mend it, in the reader's language. Raises KeyError for a code that is
    not one of marking.writing."""
    what, why, how = (str(sentence) % finding.values for sentence in WORDS[finding.code])
    mends = "mend" in finding.values
    better = finding.values.get("better", "") if finding.values.get("mend") == "replace" else ""
    return Explained(finding.code, level(finding), what, why, how, mends, better)
