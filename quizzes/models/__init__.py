"""Quizzes: the bank (items, quizzes, their versions, drafts of the next) and what learners did (attempts, checks)."""

from quizzes.models.accommodations import Accommodation
from quizzes.models.attempts import Attempt, CheckAnswer, RefusedAnswer, Slot
from quizzes.models.bank import Item, ItemVersion, Quiz, QuizVersion
from quizzes.models.drafts import ItemDraft

__all__ = [
    "Accommodation",
    "Attempt",
    "CheckAnswer",
    "Item",
    "ItemDraft",
    "ItemVersion",
    "Quiz",
    "QuizVersion",
    "RefusedAnswer",
    "Slot",
]
