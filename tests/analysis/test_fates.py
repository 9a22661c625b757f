"""Single partnerships and single members: from what to what, and who pays."""

import numpy as np
import pandas as pd
import pytest

from tests.analysis import by_hand
from trustsim.analysis import TableError
from trustsim.analysis.pairs import BURDENS, fates, individual_effects, who_pays
from trustsim.schema import STATUSES


def drawn_arms(generator, size=15):
    arms = []
    for _ in range(2):
        runs = by_hand.random_runs(generator, size)
        status = generator.choice(STATUSES, size)
        arms.append(
            runs.assign(
                status=pd.Categorical(status, categories=STATUSES),
                value=generator.random(size),
                smoke=generator.random(size),
            )
        )
    return arms


def waited(row, event, horizon):
    when = row[f"month_{event}"]
    return horizon if pd.isna(when) else min(when, horizon)


def test_each_partnership_has_its_own_effect():
    one, other = drawn_arms(np.random.default_rng(81))
    table = individual_effects(one, other.sample(frac=1, random_state=2), horizon=5)
    for found, before, after in zip(
        *(arm.to_dict("records") for arm in (table, one, other)), strict=True
    ):
        assert found == {
            "replicate": before["replicate"],
            "value": after["value"] - before["value"],
            "months_mature_sooner": waited(before, "matured", 5) - waited(after, "matured", 5),
            "months_alive_longer": waited(after, "dissolved", 5) - waited(before, "dissolved", 5),
            "smoke": after["smoke"] - before["smoke"],
            "status_baseline": before["status"],
            "status_other": after["status"],
        }


def test_fates_count_every_pair_once():
    one, other = drawn_arms(np.random.default_rng(82), size=40)
    table = fates(one, other.iloc[::-1])
    pairs = list(zip(one["status"], other["status"], strict=True))
    assert table["count"].sum() == 40
    assert len(table) == len(STATUSES) ** 2
    for row in table.itertuples():
        assert row.count == pairs.count((row.baseline, row.other))
        assert (row.share, row.n) == (row.count / 40, 40)
        assert (row.low, row.high) == pytest.approx(by_hand.wilson(row.share, 40), abs=1e-9)


def test_arms_that_can_not_be_compared_are_refused():
    one, other = drawn_arms(np.random.default_rng(83))
    longer = other.assign(months=other["months"].where(other["month_dissolved"].notna(), 9))
    for compared in (fates, lambda *arms: individual_effects(*arms, horizon=5)):
        with pytest.raises(TableError, match=r"months of surviving runs = \[7, 9\]"):
            compared(one, longer)
        with pytest.raises(TableError, match="replicate = 14: is in one arm only"):
            compared(one, other.iloc[:14])
    with pytest.raises(TableError, match="horizon of 8"):
        individual_effects(one, other, horizon=8)
    odd = other.assign(status=["gone", *other["status"].iloc[1:]])
    with pytest.raises(TableError, match=r"^fates, other, status of replicate 0 = gone"):
        fates(one, odd)


def drawn_seats(generator, partnerships=6, seats=3):
    rows = [(n, seat) for n in range(partnerships) for seat in range(seats)]
    table = pd.DataFrame(rows, columns=["replicate", "organisation"])
    return table.assign(**{one.name: generator.integers(0, 9, len(rows)) for one in BURDENS})


def test_who_pays_row_by_row():
    """Worst and best off are those who lost and gained most, whoever that is in each."""
    generator = np.random.default_rng(84)
    before, after = drawn_seats(generator), drawn_seats(generator)
    table = who_pays(before.sample(frac=1, random_state=3), after)
    for burden in BURDENS:
        seats = [
            arm.pivot_table(
                index="replicate", columns="organisation", values=burden.name
            ).to_numpy()
            for arm in (before, after)
        ]
        gains = (seats[1] - seats[0]) * burden.better
        found = table[table["quantity"] == burden.name].set_index("member")
        assert found.index.tolist() == ["0", "1", "2", "all", "worst off", "best off"]
        for member, row in found.iterrows():
            if member == "all":
                one, other = (arm.mean(axis=1) for arm in seats)
            elif member.isdigit():
                one, other = (arm[:, int(member)] for arm in seats)
            else:
                places = [
                    min(range(3), key=lambda n, g=gain: g[n] if member == "worst off" else -g[n])
                    for gain in gains
                ]
                one, other = (arm[range(6), places] for arm in seats)
            mean, low, high = by_hand.student((other - one).tolist())
            assert row["difference"] == pytest.approx(mean)
            assert (row["low"], row["high"]) == pytest.approx((low, high))
            assert (row["baseline"], row["other"]) == pytest.approx((one.mean(), other.mean()))
            assert (row["unit"], row["better"], row["n"]) == (burden.unit, burden.better, 6)


def test_seats_must_be_the_same_and_all_there():
    seats = drawn_seats(np.random.default_rng(86))
    with pytest.raises(TableError, match=r"^who_pays, replicate, organisation = 5, 2: is in one"):
        who_pays(seats, seats.iloc[:-1])
    with pytest.raises(TableError, match=r"^who_pays, seats = 17 of 6 partnerships: must be 3"):
        who_pays(seats.iloc[:-1], seats.iloc[:-1])
    for column in ("replicate", "organisation", *(one.name for one in BURDENS)):
        with pytest.raises(TableError, match=f"^who_pays, other, column = {column}:"):
            who_pays(seats, seats.drop(columns=column))
    with pytest.raises(TableError, match=r"^who_pays, baseline, smoke of row 1 = missing"):
        who_pays(seats.assign(smoke=[0.5, None, *[0.5] * 16]), seats)
