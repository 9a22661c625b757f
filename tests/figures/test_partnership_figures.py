"""Figures of one partnership: its network, its acts, its moving picture."""

import hashlib
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import trustsim as ts
from trustsim import cli, figures, schema
from trustsim.analysis import TableError
from trustsim.errors import ParameterError, TrustsimError
from trustsim.figures import animation, network
from trustsim.figures.labels import END_LABEL, MINUS
from trustsim.figures.partnership import FAINTEST
from trustsim.figures.style import BLUE, VERMILION

ROWS = [
    # month, observer, organisation, partner, partner_organisation, trust
    (0, "A1#0", "A", "B1#0", "B", 0.30),
    (0, "B1#0", "B", "A1#0", "A", 0.90),
    (0, "A1#0", "A", "C1#0", "C", 0.70),
    (0, "C1#0", "C", "A1#0", "A", 0.65),
    (0, "B1#0", "B", "C1#0", "C", 0.50),
    (0, "C1#0", "C", "B1#0", "B", 0.45),
    (9, "A1#1", "A", "B1#0", "B", 0.80),
    (9, "B1#0", "B", "A1#1", "A", 0.95),
]


@pytest.fixture(scope="module")
def ties():
    names = [column.name for column in schema.TIES][:-1]
    return pd.DataFrame(ROWS, columns=names)


@pytest.fixture(scope="module")
def lived():
    partnership = ts.Partnership("voluntary", seed=7, organisations=4, months=30, log_actions=True)
    partnership.run_model()
    return partnership


def tie_lines(ax):
    return [line for line in ax.lines if line.get_label() == "_tie"]


def words(ax):
    return " ".join(text.get_text() for text in ax.texts)


# The record of ties.


def test_ties_are_those_of_the_agents_at_the_start_and_after_every_month(lived):
    table = lived.ties
    assert list(table.columns) == list(schema.column_names(schema.TIES))
    assert sorted(table["month"].unique()) == list(range(lived.month + 1))
    last = table[table["month"] == lived.month]
    there = {
        (person.name, other.name): person.ties[other.seat].trust
        for person, other in lived.strangers()
    }
    noted = zip(last["observer"], last["partner"], last["trust"], strict=True)
    assert {(one, other): trust for one, other, trust in noted} == there


def test_weighted_ties_are_the_trust_of_member_in_member(lived):
    table, events = lived.ties, lived.events
    # Who leaves or comes at the end of a month is in its mean, or not, as it was before.
    moved = events["event"].isin(["member left", "seat filled"])
    quiet = [row for row in lived.month_rows() if row["month"] not in set(events["month"][moved])]
    assert len(quiet) > 20
    for row in quiet:
        month = table[table["month"] == row["month"]]
        pair = [month["organisation"], month["partner_organisation"]]
        by_pair = (month["trust"] * month["weight"]).groupby(pair, observed=True).sum()
        assert month["weight"].groupby(pair, observed=True).sum().to_numpy() == pytest.approx(1.0)
        assert by_pair.mean() == pytest.approx(row["mean_trust"])


def test_ties_need_a_log():
    with pytest.raises(ParameterError, match=r"Partnership.ties, log_actions"):
        _ = ts.Partnership("voluntary", organisations=3).ties


# The network.


def test_a_line_is_the_lower_of_two_directions_and_widens_with_trust(ties):
    moment = network.moment_of(ties[ties["month"] == 0], network.PEOPLE)
    mutual = {("A1#0", "B1#0"): 0.30, ("A1#0", "C1#0"): 0.65, ("B1#0", "C1#0"): 0.45}
    assert moment.trust == mutual
    assert moment.mean == pytest.approx(np.mean([row[-1] for row in ROWS[:6]]))
    ax = figures.plot_trust_network(ties, months=[0])
    widths = [line.get_linewidth() for line in tie_lines(ax)]
    assert len(widths) == 3
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_kinds_of_ties_differ_in_dash_or_shade_not_in_hue_alone(ties):
    ax = figures.plot_trust_network(ties, months=[0])
    looks = {(line.get_color(), str(line._unscaled_dash_pattern)) for line in tie_lines(ax)}
    assert len(looks) == 3  # little, some, enough
    dashes = {str(style.dash) for style in network.KINDS[:3]}
    assert len(dashes) == 3
    assert [network.tie_kind(trust, 0.58) for trust in (0.3, 0.4, 0.58, 0.73)] == [0, 1, 2, 3]


def test_a_pair_counts_from_where_it_is_told_that_it_counts(ties):
    ax = figures.plot_trust_network(ties, months=[0], counts=0.66)
    [best] = [line for line in tie_lines(ax) if line.get_linewidth() > 2.0]
    assert best.get_color() == network.KINDS[1].colour


def test_weights_make_the_trust_between_organisations():
    rows = [
        (1, "A1#0", "A", "B1#0", "B", 0.9, 0.8), (1, "A2#0", "A", "B1#0", "B", 0.4, 0.2),
        (1, "B1#0", "B", "A1#0", "A", 0.8, 0.8), (1, "B1#0", "B", "A2#0", "A", 1.0, 0.2),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[column.name for column in schema.TIES])
    moment = network.moment_of(table, network.ORGANISATIONS)
    assert moment.trust == {("A", "B"): pytest.approx(0.8)}
    assert moment.people == {"A": ("A1#0", "A2#0"), "B": ("B1#0",)}


def test_who_came_is_hollow_and_who_left_is_said(ties):
    ax = figures.plot_trust_network(ties, months=[0, 9])
    before, after = ax.collections
    assert len(before.get_offsets()) == 3
    assert len(after.get_offsets()) == 2
    filled = [tuple(colour[:3]) != (1.0, 1.0, 1.0) for colour in before.get_facecolors()]
    assert filled == [True, True, True]
    filled = [tuple(colour[:3]) != (1.0, 1.0, 1.0) for colour in after.get_facecolors()]
    assert filled == [False, True]  # A1#1 succeeded A1#0, B1#0 stayed
    assert words(ax).count("left") == 1
    assert "2 members, mean trust 0.88" in words(ax)


def test_many_ties_are_drawn_between_organisations(lived):
    few = figures.plot_trust_network(lived.ties, months=[0])
    assert len(tie_lines(few)) == 24  # 6 pairs of members, 4 pairs of people each
    assert "between people" in few.get_title(loc="right")
    eight = ts.Partnership("voluntary", log_actions=True)
    many = figures.plot_trust_network(eight.ties, months=[0])
    assert len(tie_lines(many)) == 28
    assert "between organisations" in many.get_title(loc="right")
    told = figures.plot_trust_network(eight.ties, months=[0], between="people")
    assert len(tie_lines(told)) == 28 * 4


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"months": [0, 5]}, r"months = 5: must be months of the table.*month 0 to 9"),
        ({"months": []}, r"months = none"),
        ({"between": "firms"}, r"between = firms: must be organisations or people"),
    ],
)
def test_what_is_not_there_is_refused(ties, how, message):
    with pytest.raises(TableError, match=message):
        figures.plot_trust_network(ties, **how)


# The acts.


@pytest.fixture(scope="module")
def acts():
    rows = [(1, "A1#0", "breach")] + 8 * [(2, "B2#0", "cooperate")] + [(3, "B1#4", "cooperate")]
    return pd.DataFrame(rows, columns=["month", "actor", "action"])


def shades(ax):
    return [np.asarray(image.get_array()) for image in ax.images]


def test_cells_are_counts_of_acts_by_lane_and_month(acts):
    ax = figures.plot_action_timeline(acts)
    helpful, harmful = shades(ax)  # what builds trust stands on top
    assert helpful.shape == (2, 3, 3)  # two members, three months, colour
    white = np.ones(3)
    assert (helpful[0] == white).all()
    assert (helpful[1, 0] == white).all()
    red, green, blue = (int(BLUE[n : n + 2], 16) / 255 for n in (1, 3, 5))
    assert helpful[1, 1] == pytest.approx([red, green, blue])
    assert helpful[1, 2] == pytest.approx(1 - FAINTEST * (1 - np.array([red, green, blue])))
    assert (harmful[0, 0] != white).all()
    assert (harmful[1] == white).all()


def test_blocks_say_in_words_what_colour_says(acts):
    ax = figures.plot_action_timeline(acts)
    told = {text.get_text(): text.get_color() for text in ax.texts}
    assert told["cooperate +"] == BLUE
    assert told[f"breach {MINUS}"] == VERMILION
    assert {"9 acts", "1"} <= set(told)
    assert "1 partnership" in ax.get_xlabel()


def test_lanes_can_be_seats_of_people_which_successors_share(acts):
    ax = figures.plot_action_timeline(acts, by="person")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A1", "B1", "B2"] * 2
    with pytest.raises(TableError, match="by = seat: must be organisation or person"):
        figures.plot_action_timeline(acts, by="seat")


# The story, and trust.


def test_a_story_has_its_four_lines_and_its_events(months_table):
    one = months_table[months_table["replicate"] == 3]
    events = pd.DataFrame({"month": [12, 13], "event": ["away-day", "leader leaves"]})
    ax = figures.plot_partnership_story(one, events)
    assert sorted(text.get_text() for text in ax.texts if text.get_gid() == END_LABEL) == [
        "frustration",
        "maturity",
        "trust",
        "visible show",
    ]
    assert np.array_equal(
        next(line for line in ax.lines if line.get_label() == "trust").get_ydata(),
        one["mean_trust"],
    )
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_event"]
    assert marks == [12, 13]
    words = [text for text in ax.texts if text.get_text() in set(events["event"])]
    assert words[0].get_position()[0] < words[1].get_position()[0] - 2
    assert "replicate 3" in ax.get_xlabel()


def test_a_story_of_several_partnerships_is_refused(months_table):
    with pytest.raises(TableError, match="replicates = 60"):
        figures.plot_partnership_story(months_table)


def test_rows_of_the_trust_matrix_trust_columns():
    trust = pd.DataFrame(
        {"observer": ["a", "b", "c"], "partner": ["b", "a", "a"], "trust": [0.2, 0.7, 1.0]}
    )
    ax = figures.plot_trust_matrix(trust)
    matrix = ax.images[0].get_array()
    assert matrix[0, 1] == 0.2
    assert matrix[1, 0] == 0.7
    assert [text.get_text() for text in ax.texts] == [".20", ".70", "1"]


# The moving picture.


def film_of(partnership, **how):
    months = pd.DataFrame(partnership.month_rows())
    events = pd.DataFrame({"month": [3], "event": ["member left: B"]})
    return figures.animate_partnership(partnership.ties, months, events, **how)


def test_frames_run_from_the_start_to_the_last_month(lived, tmp_path):
    made = film_of(lived, every=8)
    assert list(made.new_frame_seq()) == [0, 8, 16, 24, 30]
    with Image.open(figures.write_animation(made, tmp_path / "story.gif")) as picture:
        assert picture.n_frames == 5
        assert picture.info["loop"] == 0
    assert list(tmp_path.iterdir()) == [tmp_path / "story.gif"]


def test_a_frame_shows_its_month_and_no_later_one(lived):
    film = animation._Film(
        lived.ties,
        pd.DataFrame(lived.month_rows()),
        pd.DataFrame({"month": [3, 9], "event": ["member left: B", "matured"]}),
        None,
    )
    film.show(8)
    rows = lived.month_rows()[:8]
    for line, column in zip(film.lines, animation.STORY, strict=True):
        assert list(line.get_ydata()) == [row[column] for row in rows]
    assert film.told.get_text() == "month 3: member left: B"
    assert film.head.get_text().startswith(f"month 8: {rows[-1]['status']}, ")
    moment = network.moment_of(lived.ties[lived.ties["month"] == 8], network.ORGANISATIONS)
    assert len(tie_lines(film.network)) == len(moment.trust)
    film.show(0)
    assert all(len(line.get_xdata()) == 0 for line in film.lines)
    assert film.head.get_text() == "start: 4 members, mean trust 0.51"


def test_the_same_life_gives_the_same_file(lived, tmp_path):
    files = [lived.plot.save_animation(tmp_path / f"{n}.gif", every=10) for n in range(2)]
    one, other = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    assert one == other


def test_what_cannot_be_written_is_refused_before_a_frame_is_drawn(lived, tmp_path):
    with pytest.raises(TrustsimError, match=r"must end in \.gif"):
        lived.plot.save_animation(tmp_path / "story.mp4")
    with pytest.raises(TrustsimError, match="a folder that is there"):
        lived.plot.save_animation(tmp_path / "nowhere" / "story.gif")
    with pytest.raises(TableError, match="every = 0: must be at least 1"):
        film_of(lived, every=0)
    months = pd.DataFrame(
        {"replicate": [0, 1], "month": [1, 1], **dict.fromkeys(animation.STORY, 0)}
    )
    with pytest.raises(TableError, match="replicates = 2: must be one"):
        figures.animate_partnership(lived.ties, months)


# From a partnership.


def test_a_partnership_draws_itself(lived):
    pairs = lived.ties["month"].isin([0, 12]).sum() / 2
    assert len(tie_lines(lived.plot.network(months=[0, 12]))) == pairs
    assert len(lived.plot.trust(month=0).images) == 1
    assert "lane: a seat at the table" in lived.plot.acts().get_xlabel()
    line = next(one for one in lived.plot.story().lines if one.get_label() == "trust")
    assert list(line.get_ydata()) == [row["mean_trust"] for row in lived.month_rows()]


def test_marks_name_who_left_once():
    partnership = ts.Partnership("voluntary", seed=7, months=60, log_actions=True)
    partnership.run_model()
    events = partnership.events
    left = events[events["event"] == "member left"]
    assert len(left) > 0
    told = partnership.plot._told()
    expected = [f"member left: {who}" for who in left["who"]]
    assert [event for event in told["event"] if event.startswith("member left")] == expected
    assert not told["event"].str.startswith("key person").any()


def test_before_the_first_month_there_is_a_network_and_no_story():
    unborn = ts.Partnership("voluntary", organisations=3, log_actions=True)
    assert len(tie_lines(unborn.plot.network())) == 12
    for draw in (unborn.plot.story, unborn.plot.acts, unborn.plot.animation):
        with pytest.raises(ParameterError, match="nothing has happened yet"):
            draw()


def test_the_command_line_writes_the_moving_picture_of_that_very_partnership(
    tmp_path, monkeypatch, capsys
):
    words = ["story", "dyad", "--seed", "3", "--months", "6", "--animation"]
    monkeypatch.setattr(sys, "argv", ["trustsim", *words, str(tmp_path / "told.gif")])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    assert not ended.value.code
    assert str(tmp_path / "told.gif") in capsys.readouterr().err
    model = ts.Partnership("dyad", seed=3, months=6, log_actions=True)
    model.run_model()
    same = model.plot.save_animation(tmp_path / "same.gif")
    assert (tmp_path / "told.gif").read_bytes() == same.read_bytes()
    monkeypatch.setattr(sys, "argv", ["trustsim", *words, str(tmp_path / "told.mp4")])
    with pytest.raises(SystemExit) as ended:
        cli.app(prog_name="trustsim")
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
