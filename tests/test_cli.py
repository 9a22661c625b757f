"""The command line: it opens at once, says what it does, and ends in a line and a code."""

import ctypes
import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
import typer

import trustsim as ts
from trustsim import catalogue, cli, verification
from trustsim.engines import compiling
from trustsim.engines.partnership import Partnership
from trustsim.glossary import word_for
from trustsim.model.parameters import NAMES
from trustsim.scenarios.files import scenario
from trustsim.scenarios.interventions import CATALOG, mandate
from trustsim.scenarios.settings import SETTINGS
from trustsim.scenarios.typed import typed_scenario

HEAVY = {
    "mesa", "numba", "numpy", "pandas", "scipy", "matplotlib", "pyarrow", "networkx", "tqdm",
    "rich",
}  # fmt: skip
"""Not pydantic: newer versions of typer load it themselves to read options."""

COMMANDS = typer.main.get_command(cli.app).commands
SMALL = ("dyad", "--engine", "mesa", "--replicates", "4", "--months", "14")
PATIENCE = 240  # seconds: a machine that compiles with a cold cache, while others test too


# Opening.


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words):
    text = (
        f"import json, sys\nsys.argv = ['trustsim', *{words!r}]\nfrom trustsim import cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_every_command_teaches_by_example_and_stands_on_the_first_page(trustsim):
    first = trustsim("--help")[1]
    for name, command in COMMANDS.items():
        assert re.search(rf"Examples?:\s+trustsim {name}", command.epilog or "") or command.hidden
        assert command.hidden != bool(re.search(rf"^  {name} ", first, re.MULTILINE))


def test_version(trustsim):
    assert trustsim("--version")[:2] == (0, "trustsim 0.1.0\n")


# What is typed.


@pytest.mark.parametrize(
    "words",
    [
        ["dyad", "+mandate:start=12,dose=0.6"],
        ["+mandate:start=12,dose=0.6", "dyad"],
        ["+mandate(start=12, dose=0.6)", "dyad"],
        ["dyad", "+mandate(dose=0.6, start=12)"],
    ],
)
def test_interventions_are_understood_in_both_forms_and_any_order(words):
    assert typed_scenario(words) == scenario("dyad") + mandate(start=12, dose=0.6)


def test_parameters_typed_win_over_the_setting_which_is_voluntary_if_none_is_typed():
    assert typed_scenario([]) == scenario("voluntary")
    chosen = typed_scenario(["stp"], ["organisations=5", "negativity=2.5"])
    assert chosen == scenario("stp").with_(organisations=5, negativity=2.5)


def test_options_may_stand_between_names(trustsim):
    one = trustsim("run", *SMALL, "+mandate:start=2", "--seed", "5")
    other = trustsim("run", "--seed", "5", "+mandate(start=2)", *SMALL[1:], "dyad")
    assert one == other
    assert one[0] == 0


# What is told.


def test_run_prints_each_answer_with_its_interval(trustsim):
    code, out, err = trustsim("run", *SMALL)
    assert code == 0
    for title in ("Attrition", "Time-to-maturity", "Mature and talking shops"):
        assert f"\n{title}" in out
    for quantity in ("dissolved", "mean members lost", "matured", "tokenistic", "restricted mean"):
        assert quantity in out
    assert re.search(r"month 14 +\d+\.\d % \(\d+\.\d to \d+\.\d\)", out)
    assert "--out FOLDER" in err
    assert max(map(len, out.splitlines())) <= 88


def test_without_out_nothing_is_written_and_quiet_is_quiet(trustsim, tmp_path):
    assert trustsim("run", *SMALL, "--quiet") == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_run_writes_a_folder_and_says_where(trustsim, tmp_path, undrawn):
    out = tmp_path / "deep" / "first"
    code, _, err = trustsim("run", *SMALL, "--record", "months", "--out", str(out))
    assert code == 0
    assert str(out / "report.html") in err
    record = json.loads((out / "manifest.json").read_text())
    assert record["command"].startswith("trustsim run dyad --engine mesa")
    assert len(pd.read_parquet(out / "months.parquet")) > 0
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["first"]


def test_both_engines_print_the_same(trustsim):
    words = ("run", "dyad", "--replicates", "20", "--months", "30")
    assert trustsim(*words)[1] == trustsim(*words, "--engine", "mesa")[1]


def test_story_tells_the_very_partnership(trustsim):
    code, out, _ = trustsim("story", "dyad", "--seed", "3", "--replicate", "7", "--months", "13")
    model = Partnership("dyad", seed=3, replicate=7, months=13)
    model.run_model()
    assert code == 0
    assert " ".join(out.split()) == " ".join(model.story().split())


def test_settings_lists_them_and_shows_one_with_its_sources_or_a_file_as_it_is_read(
    trustsim, tmp_path
):
    assert all(f"{name}: " in trustsim("settings")[1] for name in SETTINGS)
    assert all(f"  {name}: " in trustsim("settings", "--interventions")[1] for name in CATALOG)
    assert "[kingsfund2017]" in trustsim("settings", "stp")[1]
    path = tmp_path / "mine.toml"
    path.write_text('[scenario]\nname = "mine"\nnegativity = 3')
    assert "negativity = 3.0" in trustsim("settings", str(path))[1]


def test_the_old_names_of_settings_still_work_and_name_the_new_one(trustsim):
    one, other = trustsim("scenarios", "stp"), trustsim("settings", "stp")
    assert one[:2] == other[:2]
    assert "trustsim settings" in one[2]
    with pytest.warns(DeprecationWarning, match=r"ts\.settings"):
        assert ts.scenarios().equals(ts.settings())


def test_explain_lists_all_parameters_and_explains_every_name(trustsim):
    code, out, _ = trustsim("explain")
    assert code == 0
    assert all(f"  {name} " in out for name in NAMES)
    for name in catalogue.names():
        assert catalogue.explain(name).startswith((f"{name} (", f"{word_for(name)} (word)"))


def test_explain_gives_source_range_and_use():
    text = catalogue.explain("negativity")
    assert "Slovic, P. (1993)" in text
    assert "in [1, 10]" in text
    both = catalogue.explain("+handover")
    assert "handover (parameter" in both
    assert "handover (intervention: slow remedy)" in both
    assert "quality=0.9" in both
    assert "[kingsfund2017]" in catalogue.explain("organisations")


def test_tables_of_the_catalogue_are_complete():
    assert catalogue.parameters()["name"].tolist() == list(NAMES)
    assert ts.settings().set_index("name").loc["stp", "members"] == 12
    assert set(catalogue.interventions()["name"]) == set(CATALOG)


def test_cite_lists_sources_of_everything_of_a_scenario_or_by_key(trustsim):
    everything, of_stp = trustsim("cite")[1], trustsim("cite", "stp", "+coaching")[1]
    assert len(of_stp) < len(everything)
    assert "King's Fund" in of_stp
    _, out, _ = trustsim("cite", "slovic1993", "levinthal1991")
    assert out.count("Slovic, P. (1993)") == out.count("Levinthal, D. A. (1991)") == 1
    assert trustsim("cite", "slovic1993", "--bibtex")[1].count("@") == 1
    code, _, err = trustsim("cite", "slovic1994")
    assert (code, err.count("\n")) == (2, 1)


def test_cite_lists_the_sources_of_every_arm_of_a_study(trustsim, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(
        '[study]\nscenario = "voluntary"\nreplicates = 5\nmonths = 12\n[arms]\nbaseline = []\n'
        'watched = ["monitoring()"]\nformal = ["charter()"]\n',
        encoding="utf-8",
    )
    code, of_study, _ = trustsim("cite", str(study))
    assert code == 0
    for arm in ("+monitoring", "+charter"):
        assert set(trustsim("cite", "voluntary", arm)[1].splitlines()) <= set(of_study.splitlines())
    assert len(of_study) < len(trustsim("cite")[1])


def test_verify_says_whether_all_is_well(trustsim, monkeypatch):
    passing = verification.Check("one", 1.0, 1.0, 0.0)
    failing = verification.Check("other", 1.0, 2.0, 0.1)
    monkeypatch.setattr("trustsim.engines.compiling.compile_kernel", lambda before: None)
    monkeypatch.setattr(verification, "FAMILIES", (lambda scale: [passing],))
    code, out, err = trustsim("verify")
    assert (code, "yes" in out) == (0, True)
    assert "all 1 checks passed" in err
    monkeypatch.setattr(verification, "FAMILIES", (lambda scale: [passing, failing],))
    code, out, err = trustsim("verify")
    assert (code, "NO" in out) == (1, True)
    assert "1 of 2 checks failed" in err


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("trustsim run vol", {"voluntary"}),
        ("trustsim run stp +co", {"+coordinator", "+coaching", "+consultants"}),
        ("trustsim run --set negat", {"negativity="}),
        ("trustsim explain silver_bullet_th", {"silver_bullet_threshold"}),
        ("trustsim settings h", {"hierarchy"}),
        ("trustsim run mi", {"mine.toml"}),
    ],
)
def test_tab_completes_names(line, offered, tmp_path):
    (tmp_path / "mine.toml").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", "from trustsim.cli import main; main()"],
        capture_output=True, text=True, cwd=tmp_path,
        env={
            **os.environ, "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1),
            "_TRUSTSIM_COMPLETE": "complete_bash",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )  # fmt: skip
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), SystemExit(143)])
@pytest.mark.parametrize("broken", [False, True])
def test_what_ends_a_command_does_so_while_the_compiler_calls_back(ending, broken, monkeypatch):
    """Python drops what is raised in a callback from C; half of the work may be lacking then."""

    @ctypes.CFUNCTYPE(None)
    def callback():
        raise ending

    def compiled(*_, **__):
        callback()
        if broken:
            raise RuntimeError("no object code")

    hook = sys.unraisablehook
    monkeypatch.setattr(compiling, "run_chunk", compiled)
    with pytest.raises(type(ending)) as ended:
        compiling.compile_kernel(lambda: None)
    assert ended.value is ending
    assert sys.unraisablehook is hook


def test_the_wait_for_the_compiler_is_announced_and_only_then(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(compiling, "run_chunk", lambda *_, **__: None)
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr("numba.config.DISABLE_JIT", 0)
    with compiling.CompilingPool(1, lambda: told.append("wait")) as pool:
        assert [pool.submit(abs, -number).result() for number in (1, 2)] == [1, 2]
    assert told == ["wait"]
    (tmp_path / "kernel.nbi").write_text("")
    compiling.compile_kernel(lambda: told.append("no need"))
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    (tmp_path / "kernel.nbi").unlink()
    compiling.compile_kernel(lambda: told.append("no compiler"))
    assert told == ["wait"]


# How it ends.


def test_a_mistake_of_ours_is_one_line_and_code_1(trustsim, monkeypatch):
    def break_down(*_, **__):
        raise RuntimeError("on\nfire")

    monkeypatch.setattr("trustsim.simulation.simulate", break_down)
    code, out, err = trustsim("run", *SMALL)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"trustsim: failed: RuntimeError: on fire\. .*TRUSTSIM_DEBUG=1.*\n", err)
    monkeypatch.setenv("TRUSTSIM_DEBUG", "1")
    code, _, err = trustsim("run", *SMALL)
    assert code == 1
    assert "Traceback" in err
    assert "break_down" in err


def test_out_of_memory_on_the_way_is_one_line_and_code_1(trustsim, monkeypatch):
    def need_more(*_, **__):
        raise MemoryError

    monkeypatch.setattr("trustsim.simulation.simulate", need_more)
    code, _, err = trustsim("run", *SMALL)
    assert code == 1
    assert re.fullmatch(r"trustsim: out of memory\. .*\n", err)


def test_a_failure_while_writing_leaves_nothing(trustsim, monkeypatch, tmp_path, undrawn):
    def break_down(*_, **__):
        raise RuntimeError("no report")

    monkeypatch.setattr("trustsim.report.run_page", break_down)
    assert trustsim("run", *SMALL, "--out", str(tmp_path / "deep" / "out"))[0] == 1
    assert not list(tmp_path.iterdir())


def test_the_app_is_stopped_by_an_interruption_and_that_is_no_failure(trustsim, monkeypatch):
    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr("trustsim.app.serve.serve", stopped)
    code, _, err = trustsim("app", "--no-browser")
    assert (code, err) == (0, "trustsim: the app has stopped\n")


def test_interruption_while_writing_leaves_nothing(trustsim, monkeypatch, tmp_path, undrawn):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("trustsim.output.write_manifest", stop)
    code, _, err = trustsim("run", *SMALL, "--out", str(tmp_path / "out"))
    assert code == 130
    assert re.fullmatch(r"trustsim: interrupted; nothing was written\..*\n", err)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_that_comes_in_the_middle_of_a_deletion_is_not_lost(number, code, tmp_path):
    """Python drops what is raised there."""
    text = f"""
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from trustsim.cli import application, exit_codes
class Deleted:
    def __del__(self):
        signal.raise_signal(signal.{number})
@application.app.command()
@exit_codes.ends_well
def wait():
    Deleted()
    print("deleted", flush=True)
    time.sleep(60)
sys.argv = ["trustsim", "wait"]
application.main()
"""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert time.monotonic() - begun < 50
    assert (done.stdout, done.returncode) == ("deleted\n", code)
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr


@pytest.mark.parametrize("module", ["trustsim.cli", "numpy"])
def test_ctrl_c_while_the_command_is_being_loaded_ends_in_silence(module, tmp_path):
    text = f"""
import sys
class Interrupted:
    def find_spec(self, name, *_):
        if name == "{module}":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
sys.argv = ["trustsim", "run", "dyad", "--out", "out"]
from trustsim.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("code", "tidied"), [(2, True), (143, False)])
def test_after_a_signal_python_does_not_tidy_up_what_may_be_half_done(code, tidied, tmp_path):
    """SIGTERM in the compiler: of two hundred commands one crashed at the very end."""
    text = f"""
import atexit
import sys
from trustsim.__main__ import main
from trustsim.cli import application
@application.app.command()
def end():
    atexit.register(print, "tidied")
    print("told")
    sys.exit({code})
sys.argv = ["trustsim", "end"]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == code
    assert done.stdout.split() == ["told", *["tidied"] * tidied]
    assert not done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_ctrl_c_half_way_leaves_nothing(tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    # More than can be done in a minute, and little enough to fit in any memory.
    words = ["run", "dyad", "--replicates", "5000000", "--out", "deep/out"]
    # A shell may start tests in the background, where Ctrl-C is ignored and that is inherited.
    text = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from trustsim.cli import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", text, *words], cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=theirs,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    started = time.monotonic()
    while not re.search(rb"[1-9]\d*/\d", seen) and time.monotonic() - started < PATIENCE:
        if select.select([ours], [], [], 1)[0]:
            seen += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    while chunk := _read_to_the_end(ours):
        seen += chunk
    os.close(ours)
    assert process.returncode == 130
    assert out == b""
    last = seen.decode().splitlines()[-1]
    assert re.fullmatch(r"trustsim: interrupted; nothing was written\..*", last)
    assert b"Traceback" not in seen
    assert not list(tmp_path.iterdir())


def _read_to_the_end(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux says so instead of an empty read
        return b""


@pytest.mark.skipif(os.name == "nt", reason="pipes differ")
def test_a_reader_that_leaves_is_no_error():
    command = f"{shlex.quote(sys.executable)} -m trustsim explain | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=PATIENCE,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert done.returncode in (0, cli.BROKEN_PIPE)


def test_a_terminal_without_unicode_is_served():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "trustsim", "cite"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize("option", ["--html", "--animation"])
def test_a_name_that_is_too_long_for_any_file_is_refused_before_any_work(trustsim, option):
    name = "a" * 5000 + (".gif" if option == "--animation" else ".html")
    code, _, told = trustsim("story", "dyad", "--months", "3", option, name)
    assert code == 2
    assert len(told.splitlines()) == 1
    assert "our mistake" not in told
