"""What a study is said to take: exact counts, about the right time and disk, nothing written."""

import re

from trustsim.sweeps import Study, sweep
from trustsim.sweeps.forecast import forecast

GIVEN = {
    "replicates": 300,
    "months": 36,
    "arms": {"alone": [], "brokered": ["coordinator(start=6)"]},
    "factors": {"handover": [0.0, 0.5]},
}


def test_counts_are_those_of_the_sweep_and_disk_is_about_right(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = forecast(Study("dyad", **GIVEN), workers=1).splitlines()
    assert first == "4 cells (2 arms, 2 points), 1,200 runs of 36 months."
    assert list(tmp_path.iterdir()) == []
    sweep(Study("dyad", **GIVEN), tmp_path / "out")
    taken = sum(path.stat().st_size for path in (tmp_path / "out" / "runs").rglob("*.parquet"))
    # Small parts pack worse than large ones.
    told = float(re.search(r"([\d.]+) MB", second)[1]) * 1e6
    assert taken / 4 < told < taken * 4


def test_a_precision_target_gives_a_range():
    target = {"half_width": 0.06, "floor": 50, "ceiling": 400}
    assert "200 to 1,600 runs" in forecast(Study("dyad", **GIVEN, precision=target))


def test_a_study_of_which_nothing_can_be_simulated_takes_nothing():
    study = Study("dyad", replicates=5, months=6, arms={"watched": ["monitoring(target=3)"]})
    assert "none of which can be simulated" in forecast(study)
