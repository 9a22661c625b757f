"""Handouts hold the numbers and pictures of `simulate`, in whole files, whatever is in a name."""

import doctest
import html
import importlib
import json
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

import trustsim as ts
from trustsim import cli
from trustsim.app import words
from trustsim.app.cases import acts, case_of
from trustsim.app.fates import live
from trustsim.app.handouts import check_file, story_page, write_lessons, write_page
from trustsim.app.handouts.lesson_page import lives_of, squares
from trustsim.app.handouts.questions import QUESTIONS
from trustsim.app.handouts.story_page import stays
from trustsim.app.handouts.tries import POSITIONS, moves_of, moves_words
from trustsim.app.lessons import BY_KEY, LESSONS
from trustsim.app.levers import Choice
from trustsim.app.living import Life
from trustsim.app.picture import network, timeline
from trustsim.app.state import FIRST_MONTH, HORIZON, opening, read_query
from trustsim.errors import OutputError, ParameterError
from trustsim.scenarios.files import from_toml
from trustsim.schema import STATUSES

LARGEST = 3_000_000
KEYS = [lesson.key for lesson in LESSONS]
EXACT = re.compile(r' data-trust="[^"]*"')


def data_of(page):
    """The data in a page, as its script reads them."""
    return json.loads(re.search(r'id="handout">(.*?)</script>', page, re.DOTALL)[1])


def unpacked(data, text):
    """A picture put together again, by the description in `frames`, not by its code."""
    whole, digits = "", data["digits"]
    one, two, base = data["one"], data["two"], len(data["digits"])
    spots = iter(text)
    for spot in spots:
        part = spot == "!"
        first = digits.index(next(spots) if part else spot)
        if first < one:
            place = first
        elif first < two:
            place = one + (first - one) * base + digits.index(next(spots))
        else:
            rest = (digits.index(next(spots)) * base) + digits.index(next(spots))
            place = one + (two - one) * base + (first - two) * base * base + rest
        piece = data["pieces"][place]
        if part:
            length = 0
            for _ in range(3):
                length = length * base + digits.index(next(spots))
            piece = piece[:length]
        whole += piece
    return whole


@pytest.fixture(scope="module", params=["leaving", "luck"])
def lesson(request, handed_out):
    """A lesson with the data of its page."""
    page = (handed_out / f"{request.param}.html").read_text(encoding="utf-8")
    return BY_KEY[request.param], data_of(page)


def states(lesson):
    """The positions of a handout of seed 3, replicate 2, as the app would have them."""
    for moves in moves_of(lesson):
        state = opening(lesson)._replace(luck=3, which=2)
        for key, value in moves.items():
            state = state.move(key, value)
        yield state


def test_every_number_is_one_of_simulate(lesson):
    about, data = lesson
    wanted = list(states(about))
    assert len(data["cases"]) == len(wanted)
    for case, state in zip(data["cases"], wanted, strict=True):
        chosen = case_of(state)
        counts = []
        for scenario, seed in (
            (chosen.first, chosen.luck), (chosen.second, chosen.other_luck),
        ):  # fmt: skip
            runs = ts.simulate(scenario, replicates=chosen.pairs, seed=seed, months=HORIZON).runs
            counts.append([int((runs["status"] == status).sum()) for status in STATUSES])
        rows = re.findall(r"<tr><td>[^<]*</td><td>(\d+)</td><td>(\d+)</td>",
                          unpacked(data, case["results"]))  # fmt: skip
        assert [(int(one), int(other)) for one, other in rows] == list(zip(*counts, strict=True))
        shown = unpacked(data, case["hundred"])
        for status, (one, other) in zip(STATUSES, rows, strict=True):
            assert shown.count(f'class="fate {status}"') == int(one) + int(other)


def test_effects_are_those_of_compare(handed_out):
    data = data_of((handed_out / "leaving.html").read_text(encoding="utf-8"))
    base = ts.scenario("voluntary")
    arms = {"opens": base.with_(handover=0.8), "both": base.with_(handover=1.0, tenure=12)}
    found = ts.compare(base, arms, replicates=100, seed=3, months=HORIZON)
    for case, arm in ((data["cases"][0], "opens"), (data["cases"][-1], "both")):
        table = found.between("baseline", arm)
        row = table[(table["outcome"] == "matured") & (table["month"] == HORIZON)].iloc[0]
        said = unpacked(data, case["bet skip"])
        assert f"{row['baseline']:.0%} were mature at some time without it" in said
        assert f"{row['other']:.0%} with it" in said
        numbers = [100 * row["difference"], 100 * row["low"], 100 * row["high"]]
        signs = said.replace("\N{MINUS SIGN}", "-")
        told = re.search(r"with it: ([-+\d]+) in a hundred \(95 % interval ([-\d]+) to ([-\d]+)",
                         signs)  # fmt: skip
        assert [int(one) for one in told.groups()] == [round(one) for one in numbers]


def test_every_month_is_the_picture_of_the_app(lesson):
    about, data = lesson
    for case, state in list(zip(data["cases"], states(about), strict=True))[::3]:
        for place, life in zip(case["lives"], lives_of(state), strict=True):
            months = data["lives"][place]
            assert len(months) == min(life.at(HORIZON).month + 1, HORIZON) + 1
            for month, frame in enumerate(months):
                drawn = [unpacked(data, text) for text in frame]
                assert drawn[0] == EXACT.sub("", network(life, month))
                assert drawn[1:] == [timeline(life, month), words.now(life, month)]
        found = live(case_of(state))
        assert unpacked(data, case["hundred"]) == squares(state, found)
        for bet in (*dict(about.bet.options), "skip"):
            assert unpacked(data, case[f"bet {bet}"]) == words.answer(
                state._replace(bet=bet), found
            )


def test_the_address_opens_the_app_at_the_same_levers(lesson):
    about, data = lesson
    for case, state in zip(data["cases"], states(about), strict=True):
        query = f"{case['address'].partition('?')[2]}&month={FIRST_MONTH}"
        assert read_query(query) == (state, [])


@pytest.mark.parametrize("key", KEYS)
def test_each_lever_can_be_pulled_and_each_position_exists(key):
    about = BY_KEY[key]
    levers = {lever.key: lever for lever in about.levers}
    tried = set()
    for moves in moves_of(about)[1:]:
        state = opening(about)
        for name, value in moves.items():
            assert value != levers[name].start
            assert levers[name].read(levers[name].write(value)) == value
            state = state.move(name, value)
        tried |= {name for name in moves if acts(state, levers[name])}
        case_of(state)
    assert tried == set(levers)
    for name, values in POSITIONS[key].items():
        assert len(values) >= 1 + (key != "build" and not isinstance(levers[name], Choice))


def test_files_of_a_lesson_are_there_and_small(handed_out):
    ends = ("", "-worksheet", "-answers")
    wanted = {f"{key}{end}.html" for key in ("leaving", "luck") for end in ends} | {"index.html"}
    assert {path.name for path in handed_out.iterdir()} == wanted
    assert max(path.stat().st_size for path in handed_out.iterdir()) < LARGEST
    links = re.findall(r'href="([^"#]+)"', (handed_out / "index.html").read_text("utf-8"))
    assert set(links) == wanted - {"index.html"}


def test_a_worksheet_keeps_what_the_answers_tell(handed_out):
    for key in ("leaving", "luck"):
        paper = html.unescape((handed_out / f"{key}-worksheet.html").read_text(encoding="utf-8"))
        told = html.unescape((handed_out / f"{key}-answers.html").read_text(encoding="utf-8"))
        for state, moves in zip(states(BY_KEY[key]), moves_of(BY_KEY[key]), strict=True):
            found = live(case_of(state))
            verdict = words.MEASURES[BY_KEY[key].bet.measure](found).words
            assert verdict in told
            assert verdict not in paper
            for text in (paper, told):
                assert f"<td>{moves_words(BY_KEY[key], moves)}</td>" in text
        for asked in QUESTIONS[key]:
            assert asked.asked in paper
            assert asked.hint not in paper
            assert asked.hint in told


# Stories.

NASTY = '</script><script>alert("x")</script><!--'


def test_a_name_that_would_be_a_script_is_only_a_name():
    scenario = from_toml(f"[scenario]\nname = {json.dumps(NASTY)}\nbased_on = 'dyad'")
    page = story_page(scenario, seed=4, replicate=1, months=30, command=NASTY)
    assert "alert(" in page
    assert "<script>alert" not in page
    assert page.count("<script") == page.count("</script>") == 2


def test_a_story_is_the_very_story():
    scenario = ts.scenario("voluntary") + ts.interventions.mandate(start=6)
    page = story_page(scenario, seed=2, replicate=3, months=48)
    model = ts.Partnership(scenario, seed=2, replicate=3, months=48)
    model.run_model()
    plain = html.unescape(re.sub(r"</?strong>", "", page))
    for year in model.story().split("\n\n"):
        assert year in plain
    ends = ts.simulate(scenario, replicates=1000, seed=2, months=48).runs["status"].astype(str)
    for status, word in (("mature", "mature"), ("dissolved", "dissolved")):
        share = 100 * (ends == status).mean()
        assert re.search(rf'>{word}( \(as here\))?</td><td class="text">{share:.1f} %<', page)
    here = words.ink.STATUS_WORDS[Life(scenario, 2, 3, 48).at(48).status]
    assert f">{here} (as here)<" in page


def test_who_was_there_agrees_with_the_table_of_members():
    scenario = ts.scenario("voluntary")
    for replicate in range(3):
        life = Life(scenario, 5, replicate, 90)
        runs = ts.simulate(scenario, seed=5, first=replicate, replicates=1, months=90,
                           record="members")  # fmt: skip
        end = life.at(90).month
        for seat, row in runs.members.reset_index(drop=True).iterrows():
            here = [stay for stay in stays(life) if stay.name.startswith("ABCDEFGH"[seat])]
            assert sum(min(stay.last + 1, end) - stay.first for stay in here) == row["months"]
            first_left = row["month_left"]
            if here[0].last < end:
                assert here[0].last + 1 == first_left
            else:
                assert first_left is pd.NA
        changed = {one.month for one in life.happenings(90) if one.event.startswith("key person")}
        told = {month for stay in stays(life) for month in stay.changes}
        assert told <= changed
        assert len(told) > len(changed) / 2


# Files.


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "story.html"
    assert check_file(path) == path
    assert not list(tmp_path.iterdir())
    write_page(path, "one")
    with pytest.raises(OutputError, match="there already"):
        write_page(path, "other")
    assert path.read_text() == "one"
    with pytest.raises(OutputError, match="a folder"):
        write_page(tmp_path, "other")
    monkeypatch.setattr(type(path), "rename", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OutputError, match="full"):
        write_page(tmp_path / "next.html", "other")
    assert [one.name for one in tmp_path.iterdir()] == ["deep"]


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["bulets"], {}, "Did you mean `bullets`"),
        ([], {}, "one lesson or more"),
        (["luck"], {"seed": -1}, "seed"),
        (["luck"], {"replicate": 100}, "replicate"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path, names, options, said):
    with pytest.raises(ParameterError, match=said):
        write_lessons(names, tmp_path / "out", **options)
    assert not list(tmp_path.iterdir())


def call(monkeypatch, capsys, *words_typed):
    """A command in this process: its code, what it printed, what it told."""
    monkeypatch.setattr(sys, "argv", ["trustsim", *words_typed])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    told = capsys.readouterr()
    return ended.value.code or 0, told.out, told.err


def test_the_command_writes_a_lesson(monkeypatch, capsys, tmp_path, handed_out):
    out = tmp_path / "luck"
    code, _, err = call(monkeypatch, capsys, "lesson", "luck", "--seed", "3", "--replicate", "2",
                        "--out", str(out))  # fmt: skip
    assert code == 0
    assert str(out / "index.html") in err
    for name in ("luck.html", "luck-worksheet.html", "luck-answers.html"):
        assert (out / name).read_bytes() == (handed_out / name).read_bytes()
    again = call(monkeypatch, capsys, "lesson", "luck", "--out", str(out))
    assert again[0] == 2
    assert again[2].count("\n") == 1


@pytest.mark.parametrize(
    "typed",
    [
        ["lesson", "luck", "--all"],
        ["lesson", "--out", "out"],
        ["lesson", "lucky"],
        ["story", "dyad", "--html", "."],
    ],
)
def test_a_refusal_is_one_line_and_code_2(monkeypatch, capsys, tmp_path, typed):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(monkeypatch, capsys, *typed)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not list(tmp_path.iterdir())


# What it is made of.


def test_handouts_need_no_extra():
    text = (
        "import sys\nfor name in ('solara', 'reacton', 'ipyvuetify'):\n"
        "    sys.modules[name] = None\n"
        "import trustsim.app.handouts\nprint('there')"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True,
                          env=dict(os.environ))  # fmt: skip
    assert done.stdout == "there\n"


@pytest.mark.parametrize("name", ["frames", "shell", "tries"])
def test_examples_in_the_docstrings_hold(name):
    found = doctest.testmod(importlib.import_module(f"trustsim.app.handouts.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
