"""Luck has an address: published vectors, three executions, and nothing shared by chance."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

import trustsim as ts
from trustsim import rng
from trustsim.scenarios.settings import SETTINGS

ALL_ONES = 0xFFFFFFFF

# Random123 1.14.0, tests/kat_vectors, "philox4x32 10": counter, key, result.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

PURPOSES = {
    name: value
    for name, value in vars(rng).items()
    if name.isupper() and isinstance(value, int) and 0 < value < 100 and name != "HALF_WORD"
}


def philox_from_the_paper(key, counter):
    """Salmon et al. 2011, section 3.3, from (hi, lo) products and the bumped key, no shortcuts."""
    right_0, left_0, right_1, left_1 = counter
    for number in range(10):
        key_0 = (key[0] + number * 0x9E3779B9) % 2**32
        key_1 = (key[1] + number * 0xBB67AE85) % 2**32
        high_0, low_0 = divmod(right_0 * 0xD2511F53, 2**32)
        high_1, low_1 = divmod(right_1 * 0xCD9E8D57, 2**32)
        right_0, left_0 = high_1 ^ key_0 ^ left_0, low_1
        right_1, left_1 = high_0 ^ key_1 ^ left_1, low_0
    return right_0, left_0, right_1, left_1


def some_addresses(count):
    """Keys and counters from NumPy's own generator, with the ends of the range among them."""
    words = np.random.default_rng(20110).integers(0, 2**32, size=(count, 6), dtype=np.int64)
    words[:4] = [[0] * 6, [ALL_ONES] * 6, [0, ALL_ONES] * 3, [2**31] * 6]
    return words


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED)
def test_philox_gives_the_published_words(counter, key, words):
    assert rng.philox(*key, *counter) == words
    assert philox_from_the_paper(key, counter) == words


def test_philox_agrees_with_a_second_derivation():
    for address in some_addresses(500).tolist():
        assert rng.philox(*address) == philox_from_the_paper(address[:2], address[2:])


def test_philox_is_the_same_interpreted_compiled_and_on_arrays():
    import numba

    addresses = some_addresses(500)
    compiled = numba.njit(rng.philox)
    plain = [rng.philox(*address) for address in addresses.tolist()]
    assert [tuple(compiled(*address)) for address in addresses.tolist()] == plain
    on_arrays = np.stack(rng.philox(*addresses.T), axis=1)
    assert on_arrays.dtype == np.int64
    assert [tuple(row) for row in on_arrays.tolist()] == plain


def test_uniforms_lie_strictly_between_0_and_1():
    ends = [rng.uniform(0), rng.uniform(ALL_ONES)]
    assert 0.0 < ends[0] == 2.0**-33
    assert ends[1] == 1.0 - 2.0**-33 < 1.0


def test_uniforms_keep_the_order_and_the_distance_of_words():
    words = np.sort(some_addresses(500).ravel())
    assert np.array_equal(np.diff(rng.uniform(words)) * 2.0**32, np.diff(words).astype(float))


def test_every_purpose_has_its_own_number():
    assert len(PURPOSES) > 10
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def test_purposes_are_never_renumbered():
    assert PURPOSES == {
        "MEETING": 1, "REPLY": 2, "TURNOVER": 3, "ATTENTION": 4, "CAPACITY": 5, "EXIT": 6,
        "PARTNERSHIP": 7, "INCIDENT": 8, "INFLUENCE": 16, "COLLABORATION": 17, "INTEGRITY": 18,
        "PROCESS_FOCUS": 19, "DISPOSITION": 20, "STAKE": 21, "OUTSIDE_OPTION": 22, "HISTORY": 23,
        "ORDER": 24,
    }  # fmt: skip


@pytest.mark.parametrize("part", range(7))
def test_every_part_of_an_address_counts(part):
    address = [5, 6, 7, 8, 9, 10, 1]
    other = list(address)
    other[part] += 1
    assert not set(rng.draw(*address)) & set(rng.draw(*other))


def test_who_and_about_whom_are_not_interchangeable():
    assert rng.draw(0, 0, 0, 1, 2, 3, rng.MEETING) != rng.draw(0, 0, 0, 1, 3, 2, rng.MEETING)


def test_key_of_seed_uses_all_64_bits():
    assert rng.key_of_seed(0) == (0, 0)
    assert rng.key_of_seed(2**64 - 1) == (ALL_ONES, ALL_ONES)
    assert len({rng.key_of_seed(1 << bit) for bit in range(64)}) == 64


@pytest.fixture(scope="module")
def lattice():
    """Uniforms on a block of neighbouring addresses: (replicate, month, who, about, word)."""
    sizes = (16, 24, 16, 16)
    axes = np.meshgrid(*[np.arange(size, dtype=np.int64) for size in sizes], indexing="ij")
    return np.stack(rng.draw(7, 0, *axes, rng.MEETING), axis=-1)


def test_neighbouring_addresses_fill_the_unit_interval_evenly(lattice):
    """Chi-square on 256 bins for each word; false-alarm rate 4 x 1e-6 in all."""
    for word in range(4):
        counts = np.bincount((lattice[..., word].ravel() * 256).astype(int), minlength=256)
        assert stats.chisquare(counts).pvalue > 1e-6


def test_neighbouring_addresses_are_uncorrelated(lattice):
    """Lag-1 correlation along each part of the address, each word; 16 tests at 5 standard
    errors: false-alarm rate 16 x 5.7e-7, about 1e-5."""
    for axis, word in itertools.product(range(4), range(4)):
        values = np.moveaxis(lattice[..., word], axis, 0)
        one, next_one = values[:-1].ravel(), values[1:].ravel()
        assert abs(np.corrcoef(one, next_one)[0, 1]) < 5.0 / math.sqrt(one.size)


def test_the_words_of_one_address_are_uncorrelated(lattice):
    """Six pairs of words at 5 standard errors: false-alarm rate about 3e-6."""
    flat = lattice.reshape(-1, 4)
    correlations = np.corrcoef(flat.T)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 5.0 / math.sqrt(len(flat))


def test_purposes_and_seeds_are_uncorrelated():
    """All pairs of 16 purposes and of 16 neighbouring seeds; 240 pairs at 6 standard errors:
    false-alarm rate 240 x 2e-9, about 5e-7."""
    replicates = np.arange(4096, dtype=np.int64)
    by_purpose = [rng.draw(7, 0, replicates, 1, 2, 3, p)[0] for p in PURPOSES.values()]
    by_seed = [rng.draw(seed, 0, replicates, 1, 2, 3, rng.EXIT)[0] for seed in range(16)]
    for rows in (by_purpose, by_seed):
        pairs = np.triu_indices(len(rows), 1)
        assert np.abs(np.corrcoef(rows)[pairs]).max() < 6.0 / math.sqrt(len(replicates))


def people_who_served(scenario, months):
    """Traits of everybody who held a seat, by (seat, incumbency), read month by month."""
    model = ts.Partnership(scenario, seed=11, replicate=3, months=months)
    served = {}
    for _ in range(months):
        model.step()
        for person in model.agents_by_type[ts.KeyIndividual]:
            traits = (
                person.influence, person.collaboration, person.integrity, person.process_focus,
                person.disposition,
            )  # fmt: skip
            assert served.setdefault((person.seat, person.incumbency), traits) == traits
    return served


def test_twins_under_two_interventions_meet_the_same_people():
    base = ts.Scenario("twins", {"organisations": 3, "people": 2, "tenure": 12.0, "may_exit": 0})
    shaken = (
        base
        + ts.interventions.replace_leaders(start=4, share=1.0)
        + ts.interventions.coordinator()
        + ts.interventions.mandate(start=2)
    )
    one, other = people_who_served(base, 30), people_who_served(shaken, 30)
    shared = one.keys() & other.keys()
    assert len(shared) > 10
    assert len(other) > len(one), "leaders were replaced, so more people served"
    assert all(one[person] == other[person] for person in shared)
    assert len({one[person] for person in shared}) == len(shared), "nobody is somebody's double"


def rows_of(setting, **options):
    table = ts.simulate(setting, months=24, **options)._raw.runs
    return [tuple(row[1:]) for row in table.tolist()]


@pytest.mark.parametrize("setting", SETTINGS)
def test_replicate_and_seed_matter_everywhere(setting):
    rows = rows_of(setting, replicates=40, seed=5)
    assert len(set(rows)) == 40
    assert not set(rows) & set(rows_of(setting, replicates=40, seed=6))
    assert not set(rows) & set(rows_of(setting, replicates=40, seed=5 + 2**32))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_replicate_is_the_same_in_whatever_company_it_runs(setting):
    rows = rows_of(setting, replicates=40, seed=5)
    assert rows_of(setting, replicates=10, seed=5, first=30) == rows[30:]
    assert rows_of(setting, replicates=40, seed=5, chunk=7, workers=2) == rows


def test_replicates_at_the_end_of_the_range_still_differ():
    rows = rows_of("dyad", replicates=5, first=2**32 - 5)
    assert len(set(rows)) == 5
    assert not set(rows) & set(rows_of("dyad", replicates=5))
