"""An intervention of one's own: registered once, known everywhere; of no use to forge or break."""

import multiprocessing
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor

import pytest

import trustsim as ts
from tests.sweeps.conftest import same_bits
from trustsim import catalogue
from trustsim.errors import ScenarioError, TrustsimError
from trustsim.scenarios.files import from_json, from_toml, intervention
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.interventions.registry import Catalog
from trustsim.scenarios.typed import typed_scenario
from trustsim.sweeps import Study, Sweep, sweep

do = ts.interventions
DYAD = ts.scenario("dyad")


@pytest.fixture(autouse=True)
def catalog():
    """The catalogue as it was, once the test is over."""
    before = dict(CATALOG)
    yield
    for name in set(CATALOG) - set(before):
        del CATALOG[name]
    assert dict(CATALOG) == before


def made(raises=0.1, name="speech", **given):
    """A definition that nobody has registered."""

    def speech(*, raises: float = raises, reports: float = 0.2):
        """A leader promises results in public."""
        return [
            do.Effect("expectation_raised", "add", raises, "raises"),
            do.Effect("reporting", "add", reports, "reports"),
        ]

    speech.__name__ = name
    about = {"cites": ("repenning2002",), "predicted": "show", "person_months": 0.1, **given}
    return do.define(do.BULLET, **about)(speech)


def one_line(caught):
    text = str(caught.value)
    assert isinstance(caught.value, TrustsimError)
    assert "\n" not in text
    return text


def test_a_registered_bullet_is_one_like_the_others():
    assert "speech" not in ts.explain("expectation_raised")
    speech = do.register(made())
    assert do.speech is speech
    assert "speech" in dir(do)
    assert "speech" in catalogue.names("interventions")
    assert "speech" in set(catalogue.interventions()["name"])
    assert "A leader promises results" in ts.explain("speech")
    assert "speech" in ts.explain("expectation_raised").partition("Altered by")[2]
    assert "  speech: A leader" in catalogue.interventions_in_words()
    assert "repenning2002" in catalogue.sources_of(DYAD + speech())
    assert typed_scenario(["dyad", "+speech:start=6,raises=0.3"]) == DYAD + speech(
        start=6, raises=0.3
    )


def test_a_scenario_that_holds_it_can_be_written_and_read():
    speech = do.register(made())
    done = (DYAD + speech(start=6)).reaching_for(speech(raises=0.2), propensity=0.1)
    for again in (from_toml(done.to_toml()), from_json(done.to_json())):
        assert again == done
        assert again.digest() == done.digest()
    parted = ts.fork(DYAD, 12, DYAD.with_(negativity=3.0) + speech(start=12))
    assert from_toml(parted.to_toml()).digest() == parted.digest()


def test_a_study_takes_it_in_arms_factors_and_menus():
    speech = do.register(made())
    study = Study(
        DYAD.reaching_for(speech(), propensity=0.1),
        replicates=5, months=6,
        arms={"typed": ["speech(start=1)"], "made": [speech(start=1)]},
        factors={"speech.raises": [0.0, 0.3]},
    )  # fmt: skip
    runs = sweep(study, workers=1).runs
    assert len(runs) == 20
    assert study.arms["typed"] == study.arms["made"]


@pytest.mark.parametrize("engine", ["ensemble", "mesa"])
def test_workers_started_afresh_need_not_know_it(tmp_path, engine):
    """They are sent its effects; they have never imported this file's definition."""
    speech = do.register(made())
    study = Study(
        DYAD, replicates=6, months=12, engine=engine, arms={"plain": [], "speech": [speech()]}
    )
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        done = sweep(study, tmp_path / "done", executor=pool)
    here = sweep(study, workers=1)
    same_bits(done.runs, here.runs)
    plain, spoken = (here.runs[here.runs["arm"].astype(str) == arm] for arm in ("plain", "speech"))
    assert (spoken["value"].to_numpy() != plain["value"].to_numpy()).all()
    assert Sweep.read(tmp_path / "done").study.digest() == study.digest()
    del CATALOG["speech"]
    with pytest.raises(ScenarioError, match="must be registered first") as caught:
        Sweep.read(tmp_path / "done")
    one_line(caught)


def write_toml(scenario):
    scenario.to_toml()


def write_json(scenario):
    scenario.to_json()


def study_of(scenario):
    Study(scenario)


def arm_of(scenario):
    Study("dyad", arms={"own": scenario.interventions or scenario.menu})


def cite(scenario):
    catalogue.sources_of(scenario)


@pytest.mark.parametrize("use", [write_toml, write_json, study_of, arm_of, cite])
@pytest.mark.parametrize("reached_for", [False, True])
def test_what_is_not_registered_is_not_written(use, reached_for):
    own, forged = made()(start=3), made(name="mandate")(start=3)
    for item, step in ((own, "Register it first"), (forged, "another name and register it")):
        scenario = DYAD.reaching_for(item, propensity=0.1) if reached_for else DYAD + item
        with pytest.raises(ScenarioError, match=step) as caught:
            use(scenario)
        one_line(caught)


def test_what_is_not_registered_can_still_be_simulated_and_compared():
    both = ts.compare(DYAD, {"own": made()()}, replicates=5, months=6)
    assert "own" in set(both.effects["arm"])


def test_the_same_again_is_no_clash_and_another_takes_its_place_if_asked():
    first, second = made(), made(raises=0.5)
    assert do.register(first) is do.register(first)
    with pytest.raises(ScenarioError, match=r"name that is taken.*replace=True") as caught:
        do.register(second)
    one_line(caught)
    held = DYAD + first()
    do.register(second, replace=True)
    assert intervention("speech").changes == second().changes
    with pytest.raises(ScenarioError, match="means something else"):
        held.to_toml()


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("name", ["mandate", "Effect", "register", "catalog", "CATALOG"])
def test_names_of_trustsim_stay_what_they_are(name, replace):
    with pytest.raises(ScenarioError, match=r"is a name that is taken\. Give") as caught:
        do.register(made(name=name), replace=replace)
    one_line(caught)


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        (lambda: made, "definition"),
        (lambda: made()(), "definition"),
        (lambda: made(name="<lambda>"), "name"),
        (lambda: made(name="a b"), "name"),
        (lambda: made(name="_own"), "name"),
        (lambda: made(name="überfall"), "name"),
        (lambda: made(name="class"), "name"),
        (lambda: made(name=""), "name"),
        (lambda: made(name="voluntary"), "name"),
        (lambda: made(cites=("nobody1999",)), "cites"),
        (lambda: made(cites="repenning2002"), "cites"),
        (lambda: made(person_months=-1), "person_months"),
        (lambda: made(person_months=float("nan")), "person_months"),
        (lambda: made(predicted=None), "predicted"),
        (lambda: do.define("wonder", cites=(), predicted="", person_months=0)(made().recipe),
         "kind"),
        (lambda: made(raises=7.0), "raises"),
        (lambda: made(cost_grows_with="dose"), "cost_grows_with"),
    ],
)  # fmt: skip
def test_what_can_not_stand_in_the_catalogue_is_refused(definition, what):
    with pytest.raises(ScenarioError) as caught:
        do.register(definition())
    assert f", {what} = " in one_line(caught)


def no_default(*, raises):
    return []


def taken_argument(*, start=3):
    return []


def of_no_number(*, raises=None):
    return []


def of_no_effect():
    return [("reporting", "add", 0.1)]


def of_no_parameter():
    return [do.Effect("expectation_raisd", "add", 0.1)]


def of_no_operation():
    return [do.Effect("reporting", "plus", 0.1)]


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (no_default, "raises = missing: must have a default"),
        (taken_argument, "argument = start: every intervention has start"),
        (of_no_number, "raises = None: must have a default, a number or a word"),
        (of_no_effect, "must be a list of Effect"),
        (of_no_parameter, "Did you mean `expectation_raised`?"),
        (of_no_operation, "operation = plus: must be one of set, add, multiply"),
    ],
)
def test_a_function_that_is_no_recipe_is_refused_where_it_is_defined(recipe, words):
    with pytest.raises(ScenarioError) as caught:
        do.define(do.EVENT, cites=(), predicted="", person_months=0)(recipe)
    assert words in one_line(caught)


# Entry points of an installed package.

PACKAGE = """
    import pathlib
    from trustsim import interventions as do, scenario

    pathlib.Path(__file__).with_name("was_run").touch()


    @do.define(do.BULLET, cites=(), predicted="show", person_months=0.1)
    def speech(*, raises: float = 0.1):
        "A leader promises results in public."
        return [do.Effect("expectation_raised", "add", raises, "raises")]


    scenario("dyad")  # what a package may need while it is loaded
"""


@pytest.fixture
def installed(tmp_path):
    """Maker of a folder that Python takes for a place with an installed package."""

    def make(offers="speech = own_bullets:speech", code=PACKAGE):
        about = tmp_path / "own_bullets-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: own-bullets\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[trustsim.interventions]\n{offers}\n")
        (tmp_path / "own_bullets.py").write_text(textwrap.dedent(code), encoding="utf-8")
        return tmp_path

    return make


def python(place, *words):
    """A Python of its own that finds that place."""
    start = f"import sys; sys.path.insert(0, {str(place)!r}); "
    return subprocess.run(
        [sys.executable, "-c", start + words[0], *words[1:]],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


RUN = "from trustsim.cli import main; main()"


def test_the_command_line_knows_what_an_installed_package_offers(installed, tmp_path):
    place = installed()
    for words in (["explain", "speech"], ["scenarios", "--interventions"]):
        done = python(place, RUN, *words)
        assert done.returncode == 0, done.stderr
        assert "A leader promises results" in done.stdout
    study = tmp_path / "study.toml"
    study.write_text(
        '[study]\nscenario = "dyad"\nreplicates = 4\nmonths = 6\n'
        '[arms]\nspeech = ["speech(start=1)"]\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    swept = ("sweep", str(study), "--out", str(out), "--executor", "processes", "--workers", "1")
    done = python(place, RUN, *swept)
    assert done.returncode == 0, done.stderr
    assert len(list(out.rglob("part-*.parquet"))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import trustsim",
        "import trustsim.scenarios.interventions",
        "import trustsim as ts; (ts.scenario('dyad') + ts.interventions.mandate()).to_toml()",
        "import trustsim as ts; ts.Study('stp', arms={'a': ['mandate'], 'b': []}).to_json()",
        "from trustsim.scenarios.typed import typed_scenario as t; t(['dyad', '+mandate'])",
        "sys.argv = ['trustsim', '--help']; " + RUN,
    ],
)
def test_a_package_is_not_run_before_it_is_needed(installed, code):
    place = installed()
    done = python(place, code)
    assert done.returncode == 0, done.stderr
    assert not (place / "was_run").exists()
    assert python(place, "import trustsim as ts; ts.interventions.speech").returncode == 0
    assert (place / "was_run").exists()


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        ("lost = own_bullets:lost", "AttributeError"),
        ("lost = no_such_module_here:lost", "ModuleNotFoundError"),
        ("renamed = own_bullets:speech", "must be an intervention of that name"),
        ("pathlib = own_bullets:pathlib", "must be an intervention of that name"),
    ],
)
def test_an_offer_that_can_not_be_used_is_told_with_its_package(installed, offers, words):
    done = python(installed(offers), RUN, "explain", "negativity")
    assert done.returncode == 2
    assert words in done.stderr
    assert "pip uninstall own-bullets" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_offer_does_not_take_the_place_of_ours(installed, monkeypatch):
    monkeypatch.syspath_prepend(installed("speech = own_bullets:speech"))
    ours = Catalog([made()])
    with pytest.raises(ScenarioError, match="a name that another intervention has"):
        list(ours)
    with pytest.raises(ScenarioError, match="a name that another intervention has"):
        list(ours)  # again, each time
    assert list(Catalog([])) == ["speech"]
    sys.modules.pop("own_bullets")
