"""Statistics of one arm: shares, waits, the shape of a hazard, turnover, talking shops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy
from E00_propositions.estimators import Estimate, Flags, bootstrap
from E00_propositions.laboratory import HORIZON, months_without
from E00_scorecard.bench import Bench
from E00_scorecard.facts import Measure

from trustsim.analysis import median_given_event, turnover_rate
from trustsim.analysis.intervals import TAIL, Interval, mean_of_differences, wilson
from trustsim.analysis.tables import Floats, Integers, month_numbers
from trustsim.scenarios.scenario import Scenario

YEAR = 12
UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


def share(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Share to which an event came by a month."""
    when = month_numbers(bench.fates(base), f"month_{ask.options['event']}")
    return share_of((when > 0) & (when <= ask.options["month"]))


def month_quantile(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """A quantile of the months to maturity, of those that get there."""
    wanted = (ask.options["share"],)
    table = median_given_event(bench.fates(base), event="matured", horizon=HORIZON, shares=wanted)
    row = table.iloc[0]
    return Estimate(float(row["estimate"]), float(row["low"]), float(row["high"]))


def month_spread(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Last decile of the months to maturity over the first, of those that get there."""
    when = month_numbers(bench.fates(base), "month_matured")
    return resampled(_spread, when[when > 0], seed=bench.seed)


def _spread(months: Integers) -> float:
    first, last = np.quantile(months, [0.1, 0.9], method="inverted_cdf")
    return float(last / first)


def hazard_over_peak(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Hazard of dissolution in a stretch of months over that in the year of its peak.

    The peak is found among every second partnership and the ratio taken among the others.
    Where the stretch shares months with the year of the peak, the same ends count on both sides:
    the ratio is then nearer to 1, and its interval not exact.
    """
    ended, lived = _ends(bench.fates(base))
    peak = _year_of_peak(ended[::2], lived[::2])
    if peak < 0:
        return UNKNOWN
    events, exposure = zip(
        _at_risk(ended[1::2], lived[1::2], ask.options["first"], ask.options["last"]),
        _at_risk(ended[1::2], lived[1::2], peak * YEAR + 1, (peak + 1) * YEAR),
        strict=True,
    )
    if not all(exposure) or not events[1]:
        return UNKNOWN
    value = events[0] / exposure[0] / (events[1] / exposure[1])
    return Estimate(value, *ratio_of_rates(events, exposure))


def ratio_of_rates(events: Sequence[int], exposure: Sequence[int]) -> Interval:
    """Exact interval of a ratio of two Poisson rates, the first over the second.

    Given their sum the first count is binomial, so a Clopper-Pearson interval of its share
    gives one of the ratio; it holds for no events at all, too.

    >>> ratio_of_rates([0, 10], [100, 100]).low
    0.0
    """
    first, second = events
    low = scipy.stats.beta.ppf(TAIL, first, second + 1) if first else 0.0
    high = scipy.stats.beta.ppf(1 - TAIL, first + 1, second) if second else 1.0
    odds = [share / (1 - share) if share < 1 else float("inf") for share in (low, high)]
    return Interval(*(float(one * exposure[1] / exposure[0]) for one in odds))


def peak_of_hazard(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Middle month of the year of life in which the hazard of dissolution is highest."""
    ended, lived = _ends(bench.fates(base))

    def middle(draw: Integers) -> float:
        peak = _year_of_peak(ended[draw], lived[draw])
        return float("nan") if peak < 0 else peak * YEAR + YEAR / 2

    value = middle(np.arange(len(ended)))
    return Estimate(value, *bootstrap(middle, len(ended), bench.seed))


def _ends(runs: pd.DataFrame) -> tuple[Integers, Integers]:
    """Month of the end (0 = not within the horizon), and months lived."""
    ended = month_numbers(runs, "month_dissolved")
    return ended, np.where(ended > 0, ended, HORIZON).astype(np.int64)


def _year_of_peak(ended: Integers, lived: Integers) -> int:
    """Year of the highest hazard, from 0; -1 where nothing ever ends."""
    years = range(HORIZON // YEAR)
    found = [_at_risk(ended, lived, year * YEAR + 1, (year + 1) * YEAR) for year in years]
    rates = [events / exposure if exposure else 0.0 for events, exposure in found]
    return int(np.argmax(rates)) if max(rates) > 0 else -1


def _at_risk(ended: Integers, lived: Integers, first: int, last: int) -> tuple[int, int]:
    """Ends within these months, and months at risk in them."""
    events = int(((ended >= first) & (ended <= last)).sum())
    return events, int(np.clip(lived - first + 1, 0, last - first + 1).sum())


def turnover(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Changes of key people a person-year."""
    row = turnover_rate(bench.fates(base)).iloc[0]
    return Estimate(float(row["estimate"]), float(row["low"]), float(row["high"]))


def turnover_while_maturing(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Changes of a key person in the median time to maturity."""
    runs = bench.fates(base)
    left, served = (runs[name].to_numpy(float) for name in ("departures", "person_months"))
    when = month_numbers(runs, "month_matured")

    def changes(draw: Integers) -> float:
        matured = when[draw][when[draw] > 0]
        if not len(matured):
            return float("nan")
        return float(left[draw].sum() / served[draw].sum() * np.median(matured))

    return Estimate(changes(np.arange(len(when))), *bootstrap(changes, len(when), bench.seed))


def inert_share(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Talking shops, of the partnerships alive at the end of a month."""
    table = bench.runs(base).occupancy
    row = table[table["month"] == ask.options["month"]].iloc[0]
    inert, alive = int(row["tokenistic"]), len(bench.runs(base)) - int(row["dissolved"])
    bounds = wilson(inert, alive)
    return Estimate(inert / alive, *bounds) if alive else UNKNOWN


def succeeded_among_ended(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Matured before their end, of the partnerships dissolved within the horizon."""
    runs = bench.fates(base)
    return share_of(month_numbers(runs, "month_matured")[_ends(runs)[0] > 0] > 0)


def longevity_and_value(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Rank correlation of months lived with value a month, of the partnerships that ended."""
    runs = bench.fates(base)
    ended = _ends(runs)[0]
    gone = ended > 0
    months, value = ended[gone], runs["value"].to_numpy(float)[gone] / ended[gone]

    def correlation(draw: Integers) -> float:
        if len(draw) < 3 or np.ptp(months[draw]) == 0 or np.ptp(value[draw]) == 0:
            return float("nan")
        return float(scipy.stats.spearmanr(months[draw], value[draw]).statistic)

    everybody = np.arange(len(months))
    return Estimate(correlation(everybody), *bootstrap(correlation, len(months), bench.seed))


def bunching(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Declared mature in a stretch of months, of those declared by its end."""
    when = month_numbers(bench.fates(ask.arm("arm", base)), "month_nominal")
    declared = when[(when > 0) & (when <= ask.options["last"])]
    return share_of(declared >= ask.options["first"])


def gap_of_waits(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Months not mature minus months not declared mature."""
    runs = bench.runs(ask.arm("arm", base))
    return mean_of(months_without(runs, "matured") - months_without(runs, "nominal"))


def mean_of(values: Floats) -> Estimate:
    """Mean with Student's interval."""
    known = float(values.mean()) if len(values) else float("nan")
    return Estimate(known, *mean_of_differences(values))


def resampled(statistic: Callable[[Integers], float], values: Integers, *, seed: int) -> Estimate:
    """A statistic of values, with its interval over resampled partnerships."""
    if len(values) < 2:
        return UNKNOWN
    bounds = bootstrap(lambda draw: statistic(values[draw]), len(values), seed)
    return Estimate(statistic(values), *bounds)


def share_of(flags: Flags) -> Estimate:
    """Share of true ones, with Wilson's interval."""
    if not len(flags):
        return UNKNOWN
    return Estimate(float(flags.mean()), *wilson(float(flags.sum()), len(flags)))
