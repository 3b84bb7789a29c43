"""One adult day of simglucose with its own pump, sensor and controller; prints the CPU seconds. benchmarks.engine runs
it in the venv of benchmarks/requirements.txt: nothing of this project is imported."""

import time
import warnings
from datetime import datetime, timedelta

warnings.filterwarnings("ignore")

from simglucose.actuator.pump import InsulinPump
from simglucose.controller.basal_bolus_ctrller import BBController
from simglucose.patient.t1dpatient import T1DPatient
from simglucose.sensor.cgm import CGMSensor
from simglucose.simulation.env import T1DSimEnv
from simglucose.simulation.scenario import CustomScenario
from simglucose.simulation.sim_engine import SimObj, sim

START = datetime(2026, 1, 1)  # noqa: DTZ001 - simglucose knows no zones
PARTS = (
    T1DPatient.withName("adult#001"),
    CGMSensor.withName("Dexcom", seed=1),
    InsulinPump.withName("Insulet"),
    CustomScenario(start_time=START, scenario=[(7.5, 50), (12.5, 70), (19, 80)]),
)
run = SimObj(T1DSimEnv(*PARTS), BBController(), timedelta(days=1), animate=False, path="/tmp")
began = time.process_time()
sim(run)
print(time.process_time() - began)
