"""Every parameter of the engine as one table: value, unit, source and how strong the source is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine.patient import parameters

__all__ = ["BEGIN", "END", "parameter_table", "refreshed"]

BEGIN = "<!-- parameters: written by manage.py engine_pictures -->"
END = "<!-- end of parameters -->"
HEAD = "| Parameter | Value | Unit | Source | Strength |\n|---|---|---|---|---|"
SUFFIXES = {
    "_u_per_h": "units/h",
    "_u_per_min": "units/min",
    "_u": "units",
    "_h": "h",
    "_min": "min",
    "_percent": "%",
    "_sd": "",
}
UNITS = {
    "tmax_i": "min",
    "kl1": "1/h",
    "kl2": "1/h",
    "cv": "share",
    "a": "1, 1/day, 1/day²",
    "b": "mg/dL, mg/dL/day, mg/dL/day²",
    "own": "φ1, φ2, variance in (mg/dL)²",
    "common": "φ1, φ2, variance in (mg/dL)²",
    "gain_sd": "share",
    "offset_sd": "mg/dL",
    "weight": "kg: mean, SD, least, most",
    "tdd_per_kg": "units/kg/day: median, SD of the logarithm, least, most",
    "basal_share": "share: mean, SD",
    "production": "factor on EGP0, F01",
    "dawn": "share",
    "hr_rest": "beats/min",
    "age": "years",
    "dia_h": "h: least, most",
    "ripple": "units in a turn; shares",
    "occlusion_u": "units: mean, SD, least, most",
    "extended_min": "min: least, most",
    "temp_percent": "%: least, most",
    "temp_min": "min: least, most",
    "log_vg": "L/kg: median, SD of the logarithm",
    "log_kg": "1/min: median of the logarithm, SD",
    "ke": "1/min",
    "vi": "L/kg",
    "ka_i": "1/min",
}
CONTROLLER_UNITS = {"cap": "times the profile's rate", "ti": "min", "td": "min", "gamma": "share"}
SHARES = {"gain", "weight_slope", "weight_iob", "auto_share"}
ABOUT = {"source", "strength", "remark", "name"}


def parameter_table() -> str:
    """Markdown: a heading and a table for each parameter file."""
    parts = [
        ("The body", _body()),
        ("Six measured people", _people()),
        ("How people differ", _groups()),
        ("Insulins", _across("insulins", ("rapid", "long"))),
        ("Sensors", _sensors()),
        ("Devices", _devices()),
        ("Loops", _controllers()),
        ("Sets that fail", _sites()),
    ]
    return "\n\n".join(f"### {title}\n\n{HEAD}\n" + "\n".join(rows) for title, rows in parts)


def refreshed(page: str) -> str:
    """The page with the table between its two marks. Raises ValueError when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the table of parameters")
    return f"{before}{BEGIN}\n\n{parameter_table()}\n\n{END}{after}"


def _row(name: str, value: Any, unit: str, about: dict[str, Any]) -> str:
    source = "; ".join(str(about[key]) for key in ("source", "remark") if key in about)
    return f"| `{name}` | {_shown(value)} | {unit} | {source} | {about.get('strength', '')} |"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return f"{value:g}" if isinstance(value, float) and value != round(value, 6) else str(value)


def _unit(name: str) -> str:
    return UNITS.get(name) or next((unit for end, unit in SUFFIXES.items() if name.endswith(end)), "")


def _body() -> Iterable[str]:
    for part in parameters("hovorka").values():
        for name, entry in part.items():
            yield _row(name, entry["value"], entry["unit"], entry)


def _people() -> Iterable[str]:
    every = parameters("individuals")
    for name, unit in every["units"].items():
        yield _row(name, [one[name] for one in every["archetype"].values()], f"{unit}: persons 1 to 6", every)


def _groups() -> Iterable[str]:
    every = parameters("groups")
    body = every["physiology"]
    units = {name: entry["unit"] for part in parameters("hovorka").values() for name, entry in part.items()} | UNITS
    for name, spread in body["normal"].items():
        yield _row(name, spread, f"{units[name]}: mean, SD", body)
    for name in ("log_vg", "log_kg"):
        yield _row(name, body[name], _unit(name), body)
    about = {"source": "usual ranges of total daily dose; chosen", "strength": "D"}
    for group, values in every["group"].items():
        for name, value in values.items():
            yield _row(f"{group}.{name}", value, _unit(name), about)


def _across(file: str, kinds: Iterable[str]) -> Iterable[str]:
    for kind in kinds:
        for name, values in parameters(file)[kind].items():
            for key in (key for key in values if key not in ABOUT):
                yield _row(f"{name}.{key}", values[key], _unit(key), values)


def _sensors() -> Iterable[str]:
    for name, values in parameters("sensors").items():
        for key in (key for key in values if key not in ABOUT):
            yield _row(f"{name}.{key}", values[key], _unit(key), values)


def _devices() -> Iterable[str]:
    for values in parameters("devices").values():
        for key in (key for key in values if key not in ABOUT):
            yield _row(f"{values['name']}: {key}", values[key], _unit(key), values)


def _controllers() -> Iterable[str]:
    for loop, values in parameters("controllers").items():
        for key, entry in values.items():
            share = key in SHARES and loop != "hcl-pid"
            yield _row(f"{loop}.{key}", entry["value"], CONTROLLER_UNITS.get(key, "share" if share else "mg/dL"), entry)


def _sites() -> Iterable[str]:
    for part in parameters("sites").values():
        for key, entry in part.items():
            yield _row(key, entry["value"], entry["unit"], entry)
