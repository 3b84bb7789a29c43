"""Quizzes: the bank (items, quizzes, their versions, drafts of the next) and what learners did (attempts, checks)."""

from quizzes.models.attempts import Attempt, CheckAnswer, Slot
from quizzes.models.bank import Item, ItemVersion, Quiz, QuizVersion
from quizzes.models.drafts import ItemDraft

__all__ = ["Attempt", "CheckAnswer", "Item", "ItemDraft", "ItemVersion", "Quiz", "QuizVersion", "Slot"]
