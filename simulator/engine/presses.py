"""What can be done with the device, the pens and the meters: the actions by name, what each takes, and how it is
checked and written for the kernel."""

from __future__ import annotations

from simulator.engine.checks import lasting, number, shown, whole, within
from simulator.engine.device import Device
from simulator.engine.errors import MissingAmount, NotAStep, OutOfRange, UnknownName
from simulator.engine.kernel.codes import Do, Told

__all__ = ["PRESSES", "TARGETS", "Press"]

TARGETS = (100.0, 110.0, 120.0, 150.0)  # mg/dL, of the loop that has a target (hcl-pid)
RANGES = (110.0, 120.0, 150.0)  # what stands for sleep, the usual and activity with the one that has ranges (hcl-ttr)
MOST_BY_PEN = 100.0
MOST_PRIMED = 30.0


class Press:
    """One kind of action. `takes` names what it needs (one of AMOUNTS, or nothing); `of` what must be there for it: a
    pump, a loop, a target, or nothing."""

    AMOUNTS = {
        "bolus": "units",
        "extended": "units",
        "pen": "units",
        "reservoir": "units",
        "prime": "units",
        "percent": "percent",
        "rate": "units/h",
        "profile": "a number of a profile",
        "target": "mg/dL",
    }
    TIMED = ("extended", "percent", "rate")

    def __init__(self, do: Do, takes: str = "", fixed: float = 0.0, *, of: str = "pump") -> None:
        self.do, self.takes, self.fixed, self.of = do, takes, fixed, of

    @property
    def unit(self) -> str:
        """Of its amount; empty when it takes none."""
        return self.AMOUNTS.get(self.takes, "")

    def arguments(self, name: str, amount: object, minutes: object, device: Device | None) -> tuple[float, float]:
        """The two numbers the kernel reads. Raises an EngineError that begins with the action's name."""
        if amount is None and self.unit:
            raise MissingAmount(f"{name}: needs an amount in {self.unit}; write 0 if that is meant")
        if amount is not None and not self.unit:
            raise OutOfRange(f"{name}: takes no amount, and {shown(amount)} was given")
        if minutes is None and self.takes in self.TIMED:
            raise MissingAmount(f"{name}: needs minutes, how long it lasts")
        if minutes is not None and self.takes not in self.TIMED:
            raise OutOfRange(f"{name}: takes no minutes, and {shown(minutes)} was given")
        if not self.unit:
            return self.fixed, 0.0
        if self.takes == "pen":
            return self._pen(name, amount)
        if device is None:
            raise UnknownName(f"{name}: there is no pump in this run")
        return getattr(self, f"_{self.takes}")(name, amount, minutes, device)  # type: ignore[no-any-return] # found by name

    def _pen(self, name: str, amount: object) -> tuple[float, float]:
        units = within(amount, 0, MOST_BY_PEN, f"{name} (units)")
        if units == 0:
            raise OutOfRange(f"{name}: a pen gives more than 0 units")
        return units * 1000, 0.0

    def _bolus(self, name: str, amount: object, _minutes: object, device: Device) -> tuple[float, float]:
        return device.pulses(amount, name), self.fixed

    def _extended(self, name: str, amount: object, minutes: object, device: Device) -> tuple[float, float]:
        return device.pulses(amount, name), _lasts(minutes, device.personality["extended_min"], name)

    def _percent(self, name: str, amount: object, minutes: object, device: Device) -> tuple[float, float]:
        low, high = device.personality["temp_percent"]
        percent = within(amount, low, high, f"{name} (percent)")
        if percent != int(percent):
            raise NotAStep(f"{name}: {device.personality['name']} has steps of 1 percent; {amount} is between two")
        return percent, _lasts(minutes, device.personality["temp_min"], name)

    def _rate(self, name: str, amount: object, minutes: object, device: Device) -> tuple[float, float]:
        return device.rate(amount, name), _lasts(minutes, device.personality["temp_min"], name)

    def _reservoir(self, name: str, amount: object, _minutes: object, device: Device) -> tuple[float, float]:
        return round(within(amount, 0, device.personality["reservoir_u"], f"{name} (units)") / device.pulse_u), 0.0

    def _prime(self, name: str, amount: object, _minutes: object, device: Device) -> tuple[float, float]:
        pulses = within(amount, 0, MOST_PRIMED, f"{name} (units)") / device.pulse_u
        if round(pulses) < 1 or abs(pulses - round(pulses)) > 1e-6:
            step = f"{device.personality['name']} primes in steps of {device.pulse_u} units"
            raise NotAStep(f"{name}: {step}, at least one; {amount} is none")
        return round(pulses), 0.0

    def _profile(self, name: str, amount: object, _minutes: object, device: Device) -> tuple[float, float]:
        if not device.more_basal:
            raise OutOfRange(f"{name}: this device has one basal profile; none can be chosen")
        return whole(amount, name, least=1, most=1 + len(device.more_basal)) - 1, 0.0

    def _target(self, name: str, amount: object, _minutes: object, _device: Device) -> tuple[float, float]:
        if number(amount, f"{name} (mg/dL)") not in TARGETS:
            raise OutOfRange(f"{name}: one of {', '.join(f'{each:g}' for each in TARGETS)} mg/dL, not {amount}")
        return number(amount, name), 0.0


def _lasts(minutes: object, limits: list[float], name: str) -> int:
    low, high = limits
    found = lasting(minutes, name)
    within(found, low, high, f"{name} (minutes)")
    return found


PRESSES = {
    "bolus": Press(Do.BOLUS, "bolus", 1.0),
    "correction": Press(Do.BOLUS, "bolus", 0.0),
    "extended": Press(Do.EXTENDED, "extended"),
    "cancel_bolus": Press(Do.CANCEL_BOLUS),
    "temp_percent": Press(Do.TEMP_PERCENT, "percent", of="temp"),
    "temp_rate": Press(Do.TEMP_RATE, "rate", of="temp"),
    "temp_cancel": Press(Do.TEMP_CANCEL, of="temp"),
    "profile": Press(Do.PROFILE, "profile"),
    "suspend": Press(Do.SUSPEND),
    "resume": Press(Do.RESUME),
    "disconnect": Press(Do.CONNECT, fixed=0.0),
    "connect": Press(Do.CONNECT, fixed=1.0),
    "new_set": Press(Do.NEW_SET, fixed=1.0),
    "new_set_unfilled": Press(Do.NEW_SET, fixed=0.0),
    "new_reservoir": Press(Do.NEW_RESERVOIR, "reservoir"),
    "prime": Press(Do.PRIME, "prime"),
    "new_battery": Press(Do.NEW_BATTERY),
    "ack_occlusion": Press(Do.ACKNOWLEDGE, fixed=Told.OCCLUSION),
    "ack_empty": Press(Do.ACKNOWLEDGE, fixed=Told.EMPTY),
    "ack_auto_off": Press(Do.ACKNOWLEDGE, fixed=Told.AUTO_OFF),
    "ack_error": Press(Do.ACKNOWLEDGE, fixed=Told.PUMP_ERROR),
    "auto_on": Press(Do.AUTO, fixed=1.0, of="loop"),
    "auto_off": Press(Do.AUTO, fixed=0.0, of="loop"),
    "target": Press(Do.TARGET, "target", of="target"),
    "pen": Press(Do.PEN, "pen", of=""),
    "long_acting": Press(Do.LONG, "pen", of=""),
    "strip": Press(Do.STRIP, of=""),
    "ketone_strip": Press(Do.KETONE_STRIP, of=""),
    "new_sensor": Press(Do.NEW_SENSOR, of=""),
    "sleep": Press(Do.SLEEP, fixed=1.0, of=""),
    "wake": Press(Do.SLEEP, fixed=0.0, of=""),
}
