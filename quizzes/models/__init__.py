"""Quizzes: the bank (items, quizzes, their versions) and what learners did (attempts, checks)."""

from quizzes.models.attempts import Attempt, CheckAnswer, Slot
from quizzes.models.bank import Item, ItemVersion, Quiz, QuizVersion

__all__ = ["Attempt", "CheckAnswer", "Item", "ItemVersion", "Quiz", "QuizVersion", "Slot"]
