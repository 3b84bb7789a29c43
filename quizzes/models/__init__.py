"""Quizzes: the bank (items, quizzes, their versions, drafts of the next) and what learners did (attempts, checks)."""

from quizzes.models.attempts import Attempt, CheckAnswer, Slot
from quizzes.models.bank import Item, ItemVersion, Quiz, QuizVersion
from quizzes.models.drafts import ItemDraft
from quizzes.models.quiz_drafts import QuizDraft

__all__ = ["Attempt", "CheckAnswer", "Item", "ItemDraft", "ItemVersion", "Quiz", "QuizDraft", "QuizVersion", "Slot"]
