import pandas as pd
from E00_calibration import search as searching


def test_a_search_for_points_writes_what_it_screened_and_what_passed_twice(tmp_path, monkeypatch):
    """Every point passes a screen that is at distance nought: those confirmed are all of them."""
    monkeypatch.setattr(searching, "distance", lambda found: 0.0)
    words = ["--points", "2", "1", "--screen", "4", "--confirm", "5", "--seed", "11"]
    monkeypatch.setattr("sys.argv", ["calibration", *words, "--out", str(tmp_path / "found")])
    searching.main()
    screened = [pd.read_csv(tmp_path / "found" / f"screened-{seed}.csv") for seed in (11, 12)]
    assert [len(table) for table in screened] == [2, 1]
    assert len(pd.read_csv(tmp_path / "found" / "points.csv")) == 3
    monkeypatch.setattr(searching, "distance", lambda found: 1.0)
    assert searching.confirmed(screened[0].assign(distance=1.0), 5, 1).empty
