"""Chance that is the same for ever, on every machine and Python: reference/quizzes.md 3.11."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import MutableSequence
from typing import Any

_WORD = (1 << 64) - 1


class Rng:
    """splitmix64 (Steele, Lea, Flood 2014) from a 64-bit seed. Python's own shuffle is not stable over versions."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def next(self) -> int:
        """The next 64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return mixed ^ (mixed >> 31)

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1, each as likely: what would favour the low ones is drawn again."""
        if not 0 < count <= _WORD:
            raise ValueError(count)
        fair = (1 << 64) - (1 << 64) % count
        while (drawn := self.next()) >= fair:
            pass
        return drawn % count

    def shuffle(self, things: MutableSequence[Any]) -> None:
        """Fisher-Yates from the end, in place."""
        for last in range(len(things) - 1, 0, -1):
            other = self.below(last + 1)
            things[last], things[other] = things[other], things[last]


def seed_of(secret: bytes, attempt: str, slot: str | int, version: str | int) -> int:
    """The seed of one question of one attempt: the first 8 bytes of HMAC-SHA256(secret, "attempt|slot|version")."""
    digest = hmac.new(secret, f"{attempt}|{slot}|{version}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")
