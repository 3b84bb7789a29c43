"""How a run lies in memory: what the kernel reads and writes. Indices and record fields, no rule."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Record: TypeAlias = Any  # one element of a structured array: numba reads its fields, mypy cannot

# --- the body: states that are integrated together ------------------------------------------------------------------
Q1, Q2, X1, X2, X3, INSULIN, GI, KETONES, DEFICIT, COUNTER, HEART, SENSITIVE, SURGE = range(13)
BODY = 13
# --- depots, solved exactly: rapid (two), long-acting (two), gut (two for each class of carbohydrate) ----------------
S1, S2, L1, L2, GUT = 0, 1, 2, 3, 4
CLASSES = 5
DEPOTS = GUT + 2 * CLASSES
# --- what decays at a rate of its own; the three actions in the order of their states ---------------------------------
INSULIN_DECAY, X1_DECAY, X2_DECAY, X3_DECAY, GI_DECAY, HEART_DECAY, SURGE_DECAY, DEFICIT_DECAY = range(8)
COUNTER_DECAY, GUT_DECAY = 8, 9
DECAYS = GUT_DECAY + CLASSES

PATIENT_NAMES = (
    # Hovorka 2004, per kilogram; sensitivities are multiplied by `s`
    *("weight", "k12", "ka1", "ka2", "ka3", "sit", "sid", "sie", "egp0", "f01", "ke", "vi", "vg", "tmax_i"),
    *("ag", "s", "tmax_g_factor"),
    # extensions
    *("ib", "tau_ig", "a_ex", "b_ex", "surge", "tau_hr", "n_hr", "hr_ref", "tau_z", "counter", "hr_rest", "hr_max"),
    *("pm", "ak", "kc0", "kc1", "kdef", "dawn", "site_ageing"),
    # one over them, for what is divided by often
    *("per_vg", "per_ib", "per_tau_ig", "per_tau_hr", "per_hr_ref", "per_tau_z", "per_weight", "per_plasma"),
    # and what glucose alone decides, as straight lines in q1
    *("f01_rate", "renal_from", "counter_most", "counter_rate"),
    # above the one the equations of glucose are straight lines, but for the bend at the other (q1)
    *("straight_from", "renal_q"),
)
PATIENT = np.dtype([(name, np.float64) for name in PATIENT_NAMES])

# --- what changes from outside while the run goes on ------------------------------------------------------------------
OUTSIDE = np.dtype(
    [
        ("cho", np.float64, (CLASSES,)),  # being eaten now, mmol/min
        ("plates", np.int64, (CLASSES,)),  # meals of the class being eaten: with none the rate is exactly 0
        ("dhr", np.float64),  # heart rate above rest, beats/min
        ("intense", np.float64),  # 1 above 80 % of the heart-rate reserve
        ("ill", np.float64),  # factor on sensitivity
        ("egp", np.float64),  # factor on EGP0
        ("kl1", np.float64),  # long-acting insulin: its rates, 1/min
        ("kl2", np.float64),
        ("rapid", np.float64),  # factor of the rapid formulation on tmax_i
        ("absorbs", np.float64),  # and of the last dose of it
        ("doses", np.int64),  # given so far
        ("autos", np.int64),  # and by a loop by itself
        ("long_1", np.float64),  # kl1 as it is on average, 1/min
        ("long_sd", np.float64),  # spread of its logarithm from dose to dose
        ("compression", np.float64),  # mg/dL pressed off the sensor
        ("asleep", np.int64),
        ("floors", np.int64),  # which floors act: 1 of glucose shown, 2 of production
    ]
)

# --- the pump -------------------------------------------------------------------------------------------------------
SLOTS = 48  # half hours of a profile
PROFILES = 5
GEAR = 100  # the most pulses in a turn
BUBBLES = 8  # kept apart in a tubing
DEVICE = np.dtype(
    [
        # amounts in micro-units: whole numbers, so that nothing is rounded away
        *((name, np.int64) for name in ("pulse", "basal_step", "basal_min", "basal_max")),
        *((name, np.int64) for name in ("bolus_step", "bolus_max", "bolus_min")),
        *((name, np.int64) for name in ("step_from_1", "step_from_10")),  # basal steps at 1 and at 10 units/h and more
        ("bolus_pulses", np.int64),  # pulses a minute while a bolus runs
        *((name, np.int64) for name in ("dead_pulses", "cannula_pulses", "low_1", "low_2", "wear", "grace")),
        ("defers", np.int64),  # an occlusion is told after the bolus (Patch C)
        *((name, np.int64) for name in ("calculator", "dia", "auto_off")),
        *((name, np.int64) for name in ("reminds", "check_after", "hour_max")),  # minutes; micro-units
        *((name, np.int64) for name in ("low_ahead", "high_after")),  # minutes, of the sensor's alarms
        ("window", np.int64, (SLOTS,)),  # minutes of the meal window that ends as this half hour begins; 0: none
        ("battery_per_min", np.float64),
        ("spread", np.float64),  # relative spread of one pulse
        ("gear", np.int64),  # pulses in a turn of its gear; 0: none that is felt
        ("ripple", np.float64, (GEAR,)),  # pulses that were given beyond those counted, up to each of a turn
        ("basal", np.int64, (PROFILES, SLOTS)),  # micro-units per hour
        *((name, np.float64, (SLOTS,)) for name in ("icr", "isf", "target")),
        *((name, np.float64) for name in ("low_target", "high_target", "correct_above", "min_bg")),
        ("reverse", np.int64),
    ]
)
SET_OK, SET_LEAK, SET_OFF, SET_OCCLUDED = range(4)
# filled == reservoir + tubing + delivered + lost + stored + primed, in pulses
CONSERVED = ("filled", "reservoir", "tubing", "delivered", "lost", "stored", "primed")
PUMP = np.dtype(
    [
        *((name, np.int64) for name in CONSERVED),
        ("bubbles", np.int64),  # in the tubing, the one next to the tip first
        ("air", np.int64, (BUBBLES,)),  # pulses of each
        ("air_ahead", np.int64, (BUBBLES,)),  # pulses of insulin between it and the bubble before it, or the tip
        ("turned", np.int64),  # pulses that the gear has moved
        *((name, np.int64) for name in ("owed", "bolus", "extended", "extended_owed", "extended_rate", "extended_end")),
        *((name, np.int64) for name in ("bolus_meal", "bolus_asked", "bolus_auto")),
        *((name, np.int64) for name in ("temp_kind", "temp_rate", "temp_end", "temp_held", "profile")),
        *((name, np.int64) for name in ("suspended", "suspended_at", "connected", "on", "pressed_at")),
        *((name, np.int64) for name in ("set_state", "set_at", "threshold", "occlusions", "alarms")),
        *((name, np.int64) for name in ("basal_pulses", "bolus_pulses", "auto", "auto_rate", "last_bolus", "check_at")),
        ("high_since", np.int64),  # minute from which the sensor has read high; -1: it does not
        *((name, np.float64) for name in ("leak", "leaked", "battery", "potency", "heat", "lipo_tmax", "lipo_f")),
    ]
)

# --- sensor and controller ------------------------------------------------------------------------------------------
SENSOR = np.dtype(
    [
        *((name, np.float64) for name in ("a0", "a1", "a2", "b0", "b1", "b2")),
        *((name, np.float64) for name in ("f1", "f2", "sd", "c1", "c2", "csd")),
        *((name, np.float64) for name in ("v1", "v2", "w1", "w2", "da", "db", "da_sd", "db_sd")),
        *((name, np.int64) for name in ("since", "warm", "life", "until_lost", "on", "clipped", "worn")),
    ]
)
CONTROLLER = np.dtype(
    [
        ("kind", np.int64),
        *((name, np.float64) for name in ("target", "stop", "low", "high", "cap", "gain", "ti", "td", "gamma")),
        *((name, np.float64) for name in ("weight_slope", "weight_iob", "auto_share", "auto_target", "auto_above")),
        *((name, np.float64) for name in ("integral", "ip1", "ip2")),
        *(
            (name, np.int64)
            for name in (
                "start",
                "last_seen",
                "last_auto",
                "engaged",
                "capped",
                "least",
                "clipped",
                "wound",
                "off",
                "off_at",
                "off_count",
            )
        ),
        ("was_off", np.int64, (30,)),  # of the last 2.5 hours, in samples
    ]
)
# --- the person's habits: what a learner does by hand in a case, a cohort does by rule ------------------------------
PERSON = np.dtype(
    [
        *((name, np.float64) for name in ("rescue_below", "rescue_asleep", "rescue_g", "pen_step")),
        *((name, np.int64) for name in ("pen", "last_rescue", "rescue_left")),
    ]
)

# --- what is written for every minute -------------------------------------------------------------------------------
GLUCOSE, SKIN, BASAL, BOLUS, PENNED, CARBS, BLOOD_KETONES, PLASMA = range(8)
COLUMNS = 8
NEXT, MINUTE = 0, 1  # in `clock`: which Do comes next, which minute


class World(NamedTuple):
    """One run: what it is made of, where it stands, what it has written. Records are arrays of one."""

    patient: Record
    outside: Record
    device: Record
    pump: Record
    sensor: Record
    controller: Record
    person: Record
    body: Floats  # (BODY,)
    depots: Floats  # (DEPOTS,)
    clock: Ints  # (2,)
    start: int  # minute of the day on which minute 0 of the run falls
    do: Floats  # (m, 4): minute, kind, a, b; in order of time
    dayparts: Floats  # three factors a day
    normal: Floats  # (n,): one for each minute's pulses
    error: Floats  # (samples, 2)
    chance: Floats  # (samples, 2)
    meter: Floats  # (n,): for strips
    hands: Floats  # (n,): and whether hands were washed for them
    between: Floats  # (sensors, 2): of each sensor worn
    doses: Floats  # of each dose: how fast it is absorbed
    autos: Floats  # the same of each correction that a loop gives by itself
    thresholds: Ints  # pulses at which the k-th occlusion is noticed
    iob: Floats  # share left after whole minutes
    iob_5: Floats  # share left in the middle of five-minute bins
    trace: Floats  # (n + 1, COLUMNS)
    cgm: Floats  # (samples,)
    net: Floats  # (samples,): units beyond the profile
    meal_u: Floats  # (n,): units given for meals
    corr_u: Floats  # (n,): and for corrections
    told: Floats  # (room, 3): minute, code, value
    told_n: Ints  # (1,): how many
    hump: Floats  # of dawn, over a day, every eighth of a minute
    decay: Floats  # (2, DECAYS, 4)
