"""The names of what goes into a run (Do) and of what comes out of it (Told). Numbers never change: runs are stored."""

from __future__ import annotations

from enum import IntEnum


class Do(IntEnum):
    """What happens to the person or is done to the device, with its arguments a, b."""

    EAT = 1  # class, mmol/min
    EATEN = 2  # class, mmol/min
    ANNOUNCE = 3  # grams the person counts: the calculator's dose is given
    HEART = 4  # beats/min above rest, 1 when intense
    ILL = 5  # factor on sensitivity, factor on EGP0
    SLEEP = 6  # 1 or 0
    PEN = 10  # mU of rapid insulin under the skin
    LONG = 11  # mU of long-acting insulin
    BOLUS = 20  # pulses, 1 when for a meal
    EXTENDED = 21  # pulses, minutes
    CANCEL_BOLUS = 22
    TEMP_PERCENT = 23  # percent, minutes
    TEMP_RATE = 24  # micro-units/h, minutes
    TEMP_CANCEL = 25
    SUSPEND = 26
    RESUME = 27
    PROFILE = 28  # number
    CONNECT = 29  # 1 or 0
    NEW_SET = 30  # 1 when the cannula is filled
    NEW_RESERVOIR = 31  # pulses
    PRIME = 32  # pulses
    NEW_BATTERY = 33
    ACKNOWLEDGE = 34  # alarm
    AUTO = 35  # 1 or 0
    TARGET = 36  # mg/dL
    STRIP = 40
    KETONE_STRIP = 41
    NEW_SENSOR = 42
    OCCLUSION = 50
    RELEASE = 51
    LEAK = 52  # share
    DISLODGE = 53
    AIR = 54  # pulses
    SPOIL = 55  # potency
    LIPO = 56  # factor on tmax_i, factor on absorption
    BATTERY_DIES = 57
    PUMP_ERROR = 58
    COMPRESSION = 59  # mg/dL
    SIGNAL_LOST = 60  # minutes
    HEAT = 61  # share of the potency lost each hour


class Told(IntEnum):
    """What the run says about itself, with a value. 100 and above are alarms."""

    REFUSED = 1  # which Do
    FLOOR_GLUCOSE = 2
    STRIP = 3  # mg/dL
    KETONE_STRIP = 4  # mmol/L
    BOLUS = 5  # units, as programmed
    BOLUS_DONE = 6
    BOLUS_INCOMPLETE = 7  # units not given
    CALCULATED = 8  # units
    RESCUE = 9  # grams
    AUTO_BOLUS = 10  # units
    CAP = 11  # U/h that the controller asked for
    AUTO_SUSPENDED = 12
    AUTO_RESUMED = 13
    RELEASED = 14  # units that come at once
    PEN = 15  # units
    CLIP = 16  # mg/dL that the sensor would have shown
    SITE = 17  # days worn, from which on the site is taken to age no more
    CAP_BOLUS = 18  # units that the calculator or the loop came to, above the most the device gives
    FLOOR_SHOWN = 19  # mg/dL: glucose is lower than is shown
    FLOOR_PRODUCTION = 20  # the liver makes nothing at all
    CLIP_RATE = 21  # U/h below zero that the controller asked for
    CLIP_INTEGRAL = 22  # mg/dL at which the integral is held
    EXTENDED = 23  # units, as programmed
    CAP_TEMP = 24  # U/h that a percentage comes to, beyond the least or the most the device gives
    CAP_HOUR = 25  # units that the calculator came to, above what is left of the most within an hour
    BEYOND_HOUR = 26  # units that were asked for beyond that: the run is refused
    PRIMED_IN = 27  # units that went into the person, who was connected while the tubing was filled
    LEAST_RATE = 28  # U/h that the controller asked for, less than the least the device gives: it gives nothing
    OCCLUSION = 100
    EMPTY = 101
    PUMP_ERROR = 102
    BATTERY_DEAD = 103
    AUTO_OFF = 104
    URGENT_LOW = 105
    LOW_BATTERY = 110
    LOW_RESERVOIR = 111
    LOW_SENSOR = 112
    HIGH_SENSOR = 113
    STILL_SUSPENDED = 114
    SET_EXPIRED = 115
    SET_GRACE = 116  # hours that are left of its grace
    AUTO_EXIT = 117
    LOW_AHEAD = 118  # mg/dL, as they will be
    BATTERY_ENDS = 119  # minutes that are left
    RESERVOIR_20 = 120
    SET_REMINDER = 121
    SENSOR_ENDS = 122
    TEMP_ENDED = 123
    SENSOR_ENDED = 124
    BG_CHECK = 125
    MISSED_MEAL = 126


FIRST_ALARM = 100
