"""Quizzes: the bank (items, quizzes, their versions, drafts of the next) and what learners did (attempts, checks,
rounds of the trainer)."""

from quizzes.models.accommodations import Accommodation
from quizzes.models.attempts import Attempt, CheckAnswer, RefusedAnswer, Slot
from quizzes.models.bank import Item, ItemVersion, Quiz, QuizVersion, Tag
from quizzes.models.drafts import ItemComment, ItemDraft
from quizzes.models.pictures import Picture
from quizzes.models.quiz_drafts import QuizDraft
from quizzes.models.trainer import TrainerRound
from quizzes.models.voidings import Voiding

__all__ = [
    "Accommodation",
    "Attempt",
    "CheckAnswer",
    "Item",
    "ItemComment",
    "ItemDraft",
    "ItemVersion",
    "Picture",
    "Quiz",
    "QuizDraft",
    "QuizVersion",
    "RefusedAnswer",
    "Slot",
    "Tag",
    "TrainerRound",
    "Voiding",
]
