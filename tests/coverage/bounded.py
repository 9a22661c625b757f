"""A pytest plugin: what asks too much of a kernel without its compiler is skipped, and listed.

Without the compiler the kernel is a few hundred times slower, and is watched at every line. How
much a test asks of it is known before it is done (partnerships, months, people), so the choice
needs no clock and is the same on every machine: a test that goes beyond MOST is skipped here and
named in the file given by `--left-out`; `--only` runs what such a file names, with the compiler.
A few tests are allowed more, as no shorter one is known to take the same branches.
"""

from pathlib import Path

import pytest

MOST, MOST_OF_LONGER = 40.0, 250.0
"""Seconds that a test's kernel may take without the compiler, by the estimate below."""
LONGER = (
    "tests/app/test_fates.py::test_bets_are_settled",
    "tests/studies/test_discovery.py",
    "tests/studies/test_indication.py",
    "tests/studies/test_warning.py",
    "tests/sweeps/test_sensitivity.py",
    "tests/test_propositions.py::test_arms_part",
    "tests/test_propositions.py::test_every_effect_has_an_interval",
    "tests/test_propositions.py::test_more_partnerships",
    "tests/test_verification.py",
    "tests/validation/",
)
MONTH, PAIR_MONTH = 0.0006, 0.000022
"""Seconds of one month of a partnership, and more for each pair of its people; measured."""
REASON = "asks too much of the kernel without its compiler"
BY_NAME = {
    "tests/analysis/test_estimators_page.py": "examples of pages, in another process",
    "tests/app/test_browser.py": "a browser waits for pages of another process",
    "tests/app/test_handouts_browser.py": "a browser waits for pages of another process",
    "tests/app/test_load.py": "the app is another process",
    "tests/benchmarks/": "compares the compiled kernel with C",
    "tests/experiments/": "experiments are programs of their own",
    "tests/figures/test_gallery.py::test_the_code_of_the_gallery_draws_its_pictures": (
        "a picture that is begun and then skipped is complained about in another test"
    ),
    "tests/fuzz/": "thousands of inputs, in other processes",
    "tests/interoperability/": "examples of pages, in other processes",
    "tests/parity/test_parity.py::test_the_kernel_gives_the_same_bits_interpreted": (
        "compares the compiled kernel with itself as it stands"
    ),
    "tests/soak/": "hours of sweeps, in other processes",
    "tests/sweeps/test_executors.py::test_a_dask_cluster": "waits for a moment of other processes",
    "tests/sweeps/test_executors.py::test_mpi": "hours, in other processes",
    "tests/sweeps/test_faults.py::test_control_c": "waits for a moment of another process",
    "tests/sweeps/test_faults.py::test_killed_at_random_moments": "minutes, in other processes",
    "tests/test_cli.py::test_ctrl_c_half_way_leaves_nothing": "waits for minutes to be cut off",
    "tests/test_compiled.py": "about the compiled kernel",
    "tests/test_containment.py": "commands are watched from outside, in other processes",
    "tests/test_docs.py": "examples of pages",
    "tests/test_doses.py": "beyond MOST, each of a hundred, and only after a while",
    "tests/test_every_parameter.py": "beyond MOST, each of three hundred, and only after a while",
    "tests/test_examples.py": "examples of pages, in other processes",
    "tests/test_notebooks.py": "each notebook is run by another process",
    "tests/test_site.py": "the site is built by another process",
}
"""Whose simulations this plugin can't see, and would take minutes."""


class Bound:
    """How much the running test has asked of the kernel so far."""

    def __init__(self, kernel):
        self.kernel, self.asked, self.most = kernel, 0.0, MOST

    def begin(self, test):
        """Another test."""
        self.asked, self.most = 0.0, MOST_OF_LONGER if test.startswith(LONGER) else MOST

    @property
    def exceeded(self):
        return self.asked > self.most

    def __call__(self, plan, s, k0, k1, first, count, months, *tables):
        pairs = (plan.organisations * plan.people) ** 2
        self.asked += count * months * (MONTH + PAIR_MONTH * pairs)
        if self.exceeded:  # and from then on, should somebody catch the first
            pytest.skip(REASON)
        return self.kernel(plan, s, k0, k1, first, count, months, *tables)


BOUND = None


def pytest_addoption(parser):
    group = parser.getgroup("coverage with and without the compiler")
    group.addoption("--left-out", help="skip what asks too much, and write its names here")
    group.addoption("--only", help="run only what this file names")


def pytest_configure(config):
    global BOUND
    if config.getoption("left_out"):
        from trustsim.engines import kernel

        BOUND = kernel.run_replicates = Bound(kernel.run_replicates)


def pytest_collection_modifyitems(config, items):
    if config.getoption("left_out"):
        for item in items:
            if item.nodeid.startswith(tuple(BY_NAME)):
                item.add_marker(pytest.mark.skip(reason=REASON))
    if config.getoption("only"):
        wanted = set(Path(config.getoption("only")).read_text(encoding="utf-8").splitlines())
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in wanted])
        items[:] = [item for item in items if item.nodeid in wanted]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if BOUND is not None:
        BOUND.begin(item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Left out as well: a test whose code has caught the skip and failed, or gone on without it."""
    report = yield
    if BOUND is not None and BOUND.exceeded and report.when == "call" and not report.skipped:
        report.outcome, report.longrepr = "skipped", (str(item.path), 0, REASON)
    return report


def pytest_runtest_logreport(report):
    """In the process that people started, whichever worker ran the test."""
    if report.skipped and REASON in str(report.longrepr):
        LEFT_OUT.append(report.nodeid)


LEFT_OUT = []


def pytest_sessionfinish(session):
    place = session.config.getoption("left_out")
    if place and not hasattr(session.config, "workerinput"):
        Path(place).write_text("\n".join(sorted(set(LEFT_OUT))) + "\n", encoding="utf-8")
