"""What the engine refuses, by name. Nothing is clamped: what cannot be is an error that says what is wrong."""

from __future__ import annotations

__all__ = [
    "AboveMaximum",
    "Busy",
    "EngineError",
    "ImpossiblePatient",
    "InThePast",
    "MissingAmount",
    "NegativeAmount",
    "NotAStep",
    "NotFinite",
    "NotOnThisDevice",
    "NotUnderThisTherapy",
    "OutOfRange",
    "UnknownName",
]


class EngineError(ValueError):
    """Input that describes nothing that can be. The message is a sentence for the person who wrote the input."""


class NotFinite(EngineError):
    """Not a number, or infinite."""


class MissingAmount(EngineError):
    """An amount or a duration that was not given where one is needed: nothing is taken for 0."""


class NegativeAmount(EngineError):
    """Below zero: a dose, an amount of carbohydrate, a duration."""


class AboveMaximum(EngineError):
    """More than the device gives at once."""


class NotAStep(EngineError):
    """An amount between two steps of the device."""


class OutOfRange(EngineError):
    """A number where no such setting exists."""


class InThePast(EngineError):
    """A time before the run's start, before what was already done, or after its end."""


class UnknownName(EngineError):
    """A unit, a meal class, a fault, a device or an action that does not exist."""


class Busy(EngineError):
    """What the device cannot do while it does something else."""


class NotOnThisDevice(EngineError):
    """A setting that this kind of device does not have: it would change nothing."""


class NotUnderThisTherapy(EngineError):
    """What the therapy has not: a pump's action or fault without a pump, a loop's without a loop."""


class ImpossiblePatient(EngineError):
    """Parameters under which no steady state exists."""
