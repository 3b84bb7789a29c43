"""The alarms of a pump and its sensor: priority, whether one rings until it is seen to, and whether insulin stops.

Priorities after the matrix of IEC 60601-1-8 (harm and how soon it comes; recalled, awaiting a check) as
reference/simulator.md 7.3 lists them. An occlusion comes slowly and is high all the same: delivery has stopped unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["ALARMS", "Alarm", "Priority"]


class Priority(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """`latched`: told once and rings until what `until` says; otherwise each occasion is told. `stops`: no insulin is
    delivered while it rings."""

    priority: Priority
    stops: bool = False
    latched: bool = True
    until: str = "ack"


# By the name of its event. `until`: "ack" an acknowledgement, otherwise the action or state that ends it.
ALARMS = {
    "occlusion": Alarm(Priority.HIGH, stops=True, until="ack_occlusion or new_set"),
    "empty": Alarm(Priority.HIGH, stops=True, until="new_reservoir"),
    "pump_error": Alarm(Priority.HIGH, stops=True, until="ack_error"),
    "battery_dead": Alarm(Priority.HIGH, stops=True, until="new_battery"),
    "auto_off": Alarm(Priority.HIGH, stops=True, until="ack_auto_off"),
    "urgent_low": Alarm(Priority.HIGH, until="a reading of 70 to 250 mg/dL"),
    "low_battery": Alarm(Priority.MEDIUM, until="new_battery"),
    "battery_ends": Alarm(Priority.MEDIUM, until="new_battery"),
    "low_reservoir": Alarm(Priority.MEDIUM, until="new_reservoir"),
    "low_sensor": Alarm(Priority.MEDIUM, until="a reading of 70 to 250 mg/dL"),
    "low_ahead": Alarm(Priority.MEDIUM, until="a trend that leads to 70 mg/dL or more"),
    "high_sensor": Alarm(Priority.MEDIUM, until="a reading of 70 to 250 mg/dL"),
    "still_suspended": Alarm(Priority.MEDIUM, latched=False, until="resume"),
    "set_grace": Alarm(Priority.MEDIUM, until="new_set"),
    "set_expired": Alarm(Priority.MEDIUM, stops=True, until="new_set"),
    "auto_exit": Alarm(Priority.MEDIUM, until="a reading"),
    "bolus_incomplete": Alarm(Priority.MEDIUM, latched=False),
    "cap_bolus": Alarm(Priority.MEDIUM, latched=False),
    "cap_hour": Alarm(Priority.MEDIUM, latched=False),
    "reservoir_20": Alarm(Priority.LOW, until="new_reservoir"),
    "set_reminder": Alarm(Priority.LOW, until="new_set"),
    "sensor_ended": Alarm(Priority.MEDIUM, until="new_sensor"),
    "sensor_ends": Alarm(Priority.LOW, until="new_sensor"),
    "temp_ended": Alarm(Priority.LOW, latched=False),
    "bg_check": Alarm(Priority.LOW, latched=False),
    "missed_meal": Alarm(Priority.LOW, latched=False),
}
