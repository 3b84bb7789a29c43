import pytest

from simulator.engine.errors import OutOfRange
from simulator.engine.insulin import exponential_iob


@pytest.mark.parametrize(
    ("tp_min", "elapsed_min", "expected"),
    [
        (75, 60, 0.7793),
        (75, 120, 0.4498),
        (75, 180, 0.2082),
        (75, 240, 0.0727),
        (75, 300, 0.0139),
        (55, 60, 0.6807),
        (55, 120, 0.3144),
        (55, 180, 0.1147),
        (55, 240, 0.0316),
        (55, 300, 0.0048),
    ],
)
def test_the_published_check_values_hold(tp_min: float, elapsed_min: float, expected: float) -> None:
    assert exponential_iob(elapsed_min, td_min=360, tp_min=tp_min) == pytest.approx(expected, abs=5e-5)


def test_all_is_on_board_at_the_start_and_nothing_at_the_end() -> None:
    assert exponential_iob(0, td_min=360, tp_min=75) == 1
    assert exponential_iob(-5, td_min=360, tp_min=75) == 1
    assert exponential_iob(360, td_min=360, tp_min=75) == 0
    assert exponential_iob(359.999, td_min=360, tp_min=75) == pytest.approx(0, abs=1e-6)


def test_a_peak_after_half_the_duration_is_refused() -> None:
    with pytest.raises(OutOfRange):
        exponential_iob(10, td_min=150, tp_min=75)
