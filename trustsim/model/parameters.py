"""Every parameter, once: default, range, unit, meaning, source and grade of evidence.

Validation, command line, errors, docs, samplers and both engines derive from this table.
Grades of evidence: verified (seen in a source), computed (from verified figures), recalled (from
memory), calibrated (chosen so that the calibration targets are met), assumption, hypothesis (no
direct test was found), structural (a definition or a size, not a claim about the world), dose (a
mechanism that is off at 0).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from trustsim.model.trust_rules import TRUST_RULES

PARTNERSHIP, ORGANISATION = "partnership", "organisation"
SIZES = ("organisations", "people", "tiers")

RULES_BY_CODE = "how acts become trust: " + ", ".join(
    f"{code} {rule.name}" for code, rule in enumerate(TRUST_RULES)
)


class Parameter(NamedTuple):
    """One parameter.

    Parameters
    ----------
    name : str
    default, low, high : float
        The default and the range.
    unit, meaning : str
    source : str
        A key of references.bib, or "model".
    evidence : str
        The grade of the evidence, see the top of this file.
    group : str
        What it belongs to in lists.
    level : str
        Whether a change may be aimed at a single organisation.
    whole : bool
        Only whole numbers make sense.
    """

    name: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    evidence: str
    group: str
    level: str = PARTNERSHIP
    whole: bool = False


def _group(group: str, level: str, *rows: tuple[Any, ...]) -> tuple[Parameter, ...]:
    whole = (*SIZES, "maturity_hold", "tokenistic_hold", "may_exit", "trust_rule")
    return tuple(Parameter._make((*row, group, level, row[0] in whole)) for row in rows)


PARAMETERS: tuple[Parameter, ...] = (
    *_group(
        "size",
        PARTNERSHIP,
        ("organisations", 8, 2, 200, "members", "member organisations at the start", "kingsfund2017", "structural"),
        ("people", 2, 1, 20, "people", "key individuals of each member", "model", "structural"),
        ("tiers", 2, 1, 10, "tiers", "levels over which a member's people are spread", "model", "structural"),
    ),
    *_group(
        "history",
        PARTNERSHIP,
        ("history", 0.5, 0, 1, "share", "mean trust with which these partners start, from earlier work", "commons2018", "assumption"),
        ("history_spread", 0.15, 0, 0.5, "share", "how much that trust differs between pairs of members (standard deviation)", "model", "assumption"),
        ("history_depth", 2.0, 0, 40, "kept promises", "amount of evidence behind that history", "model", "assumption"),
        ("goodwill", 1.0, 0, 2, "share", "goodwill that a history of full trust endows", "fichman1991", "assumption"),
    ),
    *_group(
        "people",
        ORGANISATION,
        ("influence", 0.5, 0, 1, "share", "mean skill to get results without a formal position", "kanter1989", "assumption"),
        ("collaboration", 0.5, 0, 1, "share", "mean skill to compete without undercutting", "kanter1989", "assumption"),
        ("integrity", 0.7, 0, 1, "share", "mean integrity", "kanter1989", "assumption"),
        ("process_focus", 0.5, 0, 1, "share", "mean attention to how things are done", "kanter1989", "assumption"),
        ("disposition", 0.5, 0, 1, "share", "mean disposition to trust strangers", "mayer1995", "assumption"),
        ("trait_spread", 0.15, 0, 0.5, "share", "how much people differ in each trait (standard deviation)", "model", "assumption"),
        ("tenure", 30.0, 2, 1200, "months", "mean tenure of a key individual who is not frustrated", "hsj2019turnover", "computed"),
        ("turnover_frustration", 0.5, 0, 5, "factor", "how much full frustration raises the hazard of leaving", "hsj2017", "assumption"),
        ("handover", 0.4, 0, 1, "share", "how far a successor is believed like the organisation that sends them", "model", "hypothesis"),
        ("meetings", 5.0, 0.5, 60, "meetings a month", "monthly budget of meetings of a person", "model", "calibrated"),
        ("replacement", 0.0, 0, 1, "share", "chance that each leader is replaced by decree this month", "model", "dose"),
    ),
    *_group(
        "trust",
        PARTNERSHIP,
        ("prior_weight", 4.7, 0.1, 50, "kept promises", "weight of the prior compared with evidence", "josang2002", "calibrated"),
        ("prior_drift", 0.05, 0, 1, "share a month", "how fast the prior moves towards institutional trust", "model", "assumption"),
        ("evidence_kept", 0.96, 0, 1, "share a month", "share of evidence that is still remembered a month later", "model", "calibrated"),
        ("integrity_kept", 0.98, 0, 1, "share a month", "share of integrity violations that is still remembered a month later", "kim2004", "assumption"),
        ("negativity", 2.2, 1, 10, "factor", "weight of bad news relative to good", "slovic1993", "calibrated"),
        ("depth_half", 10.0, 0.5, 200, "kept promises", "amount of evidence at which a relationship is half deep", "model", "assumption"),
        ("depth_shield", 0.4, 0, 1, "share", "how much full depth softens bad news", "broschak2014", "assumption"),
        ("depth_repair", 0.05, 0, 1, "share a month", "how much faster failures fade at full depth", "model", "assumption"),
        ("hearsay", 0.17, 0, 1, "share", "part of an experience that colleagues take over", "model", "calibrated"),
        ("trust_rule", 0, 0, len(TRUST_RULES) - 1, "code", RULES_BY_CODE, "model", "structural"),
        ("institutional_rate", 0.05, 0, 1, "share a month", "how fast trust between organisations follows that of their people", "zaheer1998", "assumption"),
    ),
    *_group(
        "perception",
        PARTNERSHIP,
        ("misreading", 0.16, 0, 1, "chance", "chance that a good act is read as self-serving, at a trust of 1/2", "repenning2002", "calibrated"),
        ("misread_size", 0.5, 0, 10, "kept promises", "weight of an act that is read as self-serving", "model", "assumption"),
        ("pressure_suspicion", 0.4, 0, 5, "factor", "how much full pressure raises misreading", "repenning2002", "assumption"),
        ("excuse", 0.6, 0, 1, "chance", "chance that a failure is excused, at full trust", "vangen2003", "assumption"),
        ("integrity_excuse", 0.2, 0, 1, "share", "part of that excuse that also covers a violation of integrity", "kim2004", "assumption"),
    ),
    *_group(
        "choice",
        ORGANISATION,
        ("willingness", 2.0, -10, 10, "log-odds", "willingness to cooperate at middling trust", "model", "calibrated"),
        ("willingness_trust", 8.0, 0, 30, "log-odds", "effect of trust on willingness", "meier2016", "calibrated"),
        ("willingness_collaboration", 2.5, 0, 30, "log-odds", "effect of collaboration on willingness", "kanter1989", "assumption"),
        ("willingness_frustration", 1.3, 0, 30, "log-odds", "effect of frustration on willingness", "repenning2002", "assumption"),
        ("breach_rate", 0.015, 0, 1, "chance", "chance of a dishonest act, at middling integrity", "model", "calibrated"),
        ("challenge", 0.5, 0, 1, "chance", "chance that unwillingness is voiced openly, at full trust", "vangen2003", "assumption"),
        ("rivalry", 0.3, 0, 1, "chance", "chance that an unwilling person without collaboration undercuts", "parkrusso1996", "assumption"),
    ),
    *_group(
        "hierarchy",
        ORGANISATION,
        ("command", 0.6, 0, 1, "share", "how far the word of a superior binds at home", "seed2018", "assumption"),
        ("deference", 0.5, 0, 1, "share", "how far the willingness of subordinates follows the leader's, at full command", "model", "assumption"),
        ("thinning", 0.3, 0, 1, "share", "how much full command thins the ties of subordinates", "model", "assumption"),
        ("delivery_floor", 0.4, 0, 1, "chance", "chance of delivery at home without command, skill or trust", "model", "assumption"),
        ("delivery_influence", 0.4, 0, 1, "chance", "what influence adds to the chance of delivery", "kanter1989", "assumption"),
        ("delivery_trust", 0.3, 0, 1, "chance", "what the trust of staff in their leaders adds to the chance of delivery", "seed2018", "assumption"),
        ("home_learning", 0.1, 0, 1, "share a month", "how fast the trust of staff follows the integrity of their leaders", "model", "assumption"),
    ),
    *_group(
        "hierarchy",
        PARTNERSHIP,
        ("stake", 0.5, 0, 1, "share", "mean stake of a member in the matter", "model", "assumption"),
        ("command_across", 0.0, 0, 1, "share", "command across members: 0 between independent organisations", "seed2018", "structural"),
    ),
    *_group(
        "coordinator",
        PARTNERSHIP,
        ("coordinator_capacity", 0.0, 0, 20000, "pairs a month", "pairs of organisations that the coordinator attends to", "model", "dose"),
        ("coordinator_skill", 0.7, 0, 1, "share", "skill of the coordinator", "black2003", "assumption"),
        ("coordinator_inclusiveness", 0.9, 0, 1, "share", "how inclusively the coordinator was appointed", "seed2018", "assumption"),
        ("coordinator_allegiance", 0.0, 0, 1, "share", "allegiance of the coordinator to the first member", "seed2018", "dose"),
        ("coordinator_challenge", 0.8, 0, 1, "share", "share of hostile acts turned into open disagreement, at full legitimacy", "seed2018", "assumption"),
        ("coordinator_support", 0.8, 0, 1, "share", "share of misreading that is removed, at full legitimacy", "klijn2010", "assumption"),
        ("coordinator_mending", 0.3, 0, 1, "share a month", "share of bad evidence mended in an attended pair, at full legitimacy", "klijn2010", "assumption"),
        ("mending_integrity", 0.3, 0, 1, "share", "part of that mending that reaches violations of integrity", "kim2004", "assumption"),
        ("coordinator_coaching", 0.2, 0, 1, "share a meeting", "what one meeting in the presence of the coordinator teaches", "seed2018", "assumption"),
        ("allegiance_signal", 0.2, 0, 10, "kept promises", "bad evidence in each act with a partner whom the coordinator serves", "model", "hypothesis"),
    ),
    *_group(
        "remedies",
        ORGANISATION,
        ("coaching", 0.0, 0, 1, "share", "intensity of coaching of key individuals", "seed2018", "dose"),
        ("coaching_gain", 0.06, 0, 1, "share a month", "what coaching at full intensity teaches", "model", "assumption"),
        ("coaching_kept", 0.97, 0, 1, "share a month", "share of what was learned that is still there a month later", "model", "assumption"),
        ("coaching_effect", 0.4, 0, 1, "share", "share of the gap in each competence that full coaching closes", "model", "assumption"),
        ("coaching_time", 0.2, 0, 1, "share", "share of the meeting budget that full coaching takes", "model", "assumption"),
        ("charter", 0.0, 0, 1, "share", "how much of the work an agreed charter covers", "cao2015", "dose"),
        ("charter_effect", 0.4, 0, 1, "share", "share of opportunism and misreading that a full charter removes", "cao2015", "assumption"),
    ),
    *_group(
        "bullets",
        ORGANISATION,
        ("compliance", 0.0, 0, 1, "chance", "chance that an unwilling person complies because ordered or paid", "bitterman2020", "dose"),
        ("evidence_discount", 0.0, 0, 1, "share", "how much less cooperation says, as it would have been ordered anyway", "model", "dose"),
        ("reporting", 0.0, 0, 1, "share", "share of the meeting budget spent on reporting", "commons2018", "dose"),
        ("extra_meetings", 0.0, 0, 60, "meetings a month", "meetings of a person on top of the budget", "model", "dose"),
        ("monitoring", 0.0, 0, 1, "share", "tightness of contract and monitoring", "falk2006", "dose"),
        ("monitoring_effect", 0.7, 0, 1, "share", "share of opportunism that full monitoring removes", "falk2006", "assumption"),
        ("monitoring_signal", 0.15, 0, 10, "kept promises", "distrust that full monitoring signals with each act", "falk2006", "assumption"),
        ("incident_integrity", 0.0, 0, 100, "kept promises", "size of a scripted breach of integrity by this member", "model", "dose"),
        ("incident_competence", 0.0, 0, 100, "kept promises", "size of a scripted failure by this member", "model", "dose"),
        ("incident_share", 1.0, 0, 1, "share", "share of the other members' people who learn of the incident", "model", "assumption"),
    ),
    *_group(
        "bullets",
        PARTNERSHIP,
        ("expectation_raised", 0.0, 0, 1, "share", "what is added to the progress that the sponsor aims at", "repenning2002", "dose"),
        ("urgency", 0.0, 0, 1, "share", "attention that is forced from outside", "model", "dose"),
        ("process_skipped", 0.0, 0, 1, "share", "share of habit-forming that is left out in a hurry", "repenning2002", "dose"),
        ("announcement", 0.0, 0, 1, "share", "show that announcements put up each month", "model", "dose"),
        ("routines_lost", 0.0, 0, 1, "share", "share of joint habits destroyed this month", "fulop2005", "dose"),
        ("routines_on_paper", 0.0, 0, 1, "share a month", "share of the missing routines that outsiders write", "commons2018", "dose"),
        ("silver_bullet_propensity", 0.0, 0, 1, "chance a month", "chance that frustrated members reach for a silver bullet", "seed2018", "dose"),
        ("silver_bullet_threshold", 0.2, 0, 1, "share", "mean frustration above which they may do so", "seed2018", "hypothesis"),
        ("silver_bullet_pause", 12.0, 0, 1200, "months", "months that pass before they reach for another", "model", "hypothesis"),
    ),
    *_group(
        "maturity",
        PARTNERSHIP,
        ("routine_growth", 0.11, 0, 1, "share a month", "growth of joint habits with full practice", "model", "calibrated"),
        ("routine_decay", 0.02, 0, 1, "share a month", "decay of joint habits", "feinberg2008", "calibrated"),
        ("institutionalising", 0.01, 0, 1, "share a month", "share of habits that become institution", "qca2023", "assumption"),
        ("institution_decay", 0.005, 0, 1, "share a month", "decay of what has become institution", "model", "assumption"),
        ("breadth_threshold", 0.58, 0, 1, "share", "mutual trust at which a pair of members counts as trusting", "model", "structural"),
        ("maturity_threshold", 0.6, 0, 1, "share", "maturity at which a partnership is mature", "model", "structural"),
        ("developing_threshold", 0.35, 0, 1, "share", "maturity at which a partnership is developing", "model", "structural"),
        ("maturity_hold", 6, 1, 240, "months", "months in a row at that level that make it mature", "model", "structural"),
        ("nominal_threshold", 0.6, 0, 1, "share", "visible show at which the sponsor declares the partnership mature", "hsj2019maturity", "structural"),
        ("show_smoothing", 0.1, 0, 1, "share a month", "how fast smoothed show and value follow what happens", "model", "structural"),
        ("surplus", 0.5, 0, 10, "factor", "what different capabilities add to joint work at full trust", "alderwick2021", "assumption"),
        ("mature_value", 0.3, 0.01, 10, "value per act", "value of a mature partnership per budgeted act", "model", "structural"),
        ("tokenistic_share", 0.5, 0, 1, "share", "share of the mature value below which a partnership is a talking shop", "model", "structural"),
        ("tokenistic_hold", 24, 1, 240, "months", "months in a row below that level that make it tokenistic", "model", "structural"),
    ),
    *_group(
        "expectation",
        PARTNERSHIP,
        ("pressure", 0.8, 0, 1, "share", "progress that the sponsor expects in the end", "kingsfund2017", "calibrated"),
        ("pace", 13.0, 1, 1200, "months", "time scale in which the sponsor expects that progress", "kingsfund2017", "calibrated"),
        ("ratchet", 0.05, 0, 1, "share a month", "how much show above the expected path raises the path", "repenning2002", "assumption"),
        ("realism", 0.6, 0, 1, "share", "part of what members see that is real and not show", "model", "assumption"),
        ("results_window", 1.0, 1, 120, "months", "time over which members judge their results", "model", "structural"),
        ("adaptation", 0.15, 0, 1, "share a month", "how fast frustration follows the shortfall", "model", "assumption"),
        ("hardening", 0.002, 0, 1, "per month of mature value", "how much harder tasks get as easy gains are used up", "model", "assumption"),
        ("attention_floor", 0.5, 0, 1, "share", "share of the meeting budget that is used where nothing is expected", "model", "assumption"),
        ("goodwill_spend", 0.06, 0, 1, "share a month", "goodwill spent at full disappointment", "fichman1991", "assumption"),
    ),
    *_group(
        "exit",
        PARTNERSHIP,
        ("may_exit", 1, 0, 1, "0 or 1", "whether members may leave and the partnership may end (1: yes)", "hsj2019units", "structural"),
        ("outside_hazard", 0.0024, 0, 1, "chance a month", "chance that a member leaves for causes outside the partnership", "pangarkar2003", "calibrated"),
        ("outside_option", 1.0, 0, 20, "factor", "mean attraction of an alternative", "parkrusso1996", "assumption"),
        ("outside_spread", 0.8, 0, 1.5, "log sd", "how much that attraction differs between members (standard deviation)", "model", "assumption"),
        ("exit_option", 0.04, 0, 1, "chance a month", "chance of exit for an alternative, at full frustration", "model", "calibrated"),
        ("exit_frustration", 0.33, 0, 1, "chance a month", "chance of exit from frustration alone, at full frustration", "model", "calibrated"),
        ("exit_breach", 0.3, 0, 20, "factor", "what one remembered breach adds to the pull to leave", "model", "assumption"),
        ("exit_departure", 0.3, 0, 20, "factor", "what one lost leader adds to the pull to leave", "broschak2014", "assumption"),
        ("shock_kept", 0.8, 0, 1, "share a month", "share of the memory of such shocks that is left a month later", "model", "assumption"),
        ("exit_contagion", 0.4, 0, 20, "factor", "what each recent exit adds to the pull to leave", "model", "assumption"),
        ("exit_memory", 0.95, 0, 1, "share a month", "share of recent exits that still counts a month later", "model", "structural"),
        ("goodwill_shield", 0.75, 0, 1, "share", "share of the pull to leave that full goodwill holds back", "fichman1991", "calibrated"),
        ("quorum", 0.65, 0, 1, "share", "share of members needed to go on, judged by recent exits", "model", "structural"),
        ("refill", 0.02, 0, 1, "chance a month", "chance that an empty seat is filled", "model", "assumption"),
        ("vote_rate", 0.02, 0, 1, "chance a month", "chance that a vote ends it, if all members were above the threshold", "model", "calibrated"),
        ("vote_threshold", 0.35, 0, 1, "share", "frustration at which a member would vote to end it", "model", "assumption"),
        ("sponsor_stop", 0.01, 0, 1, "chance a month", "chance that the sponsor stops it, at full shortfall of show", "model", "calibrated"),
    ),
)

NAMES: tuple[str, ...] = tuple(parameter.name for parameter in PARAMETERS)
BY_NAME: dict[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
