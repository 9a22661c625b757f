/* The whole model once more, in plain scalar C99: an oracle of the bits, and a measure of speed.

   Written from the meaning of the rules (docs/model.md), not from the kernel: structs where the
   kernel has arrays, loops over people where it has staged rows. It must still give the same
   bits, so every sum runs in the order of the seats and every product in the order of the
   equation. Build without -ffast-math and with -ffp-contract=off: a fused multiply-add rounds
   once where the rules round twice.

   tables.h is made by oracle.py from the tables of the package: P_<parameter> (place in a row of
   parameters), LOW and HIGH (their ranges), R_<column> and M_<column> (places in a row of runs
   and of months) and the rows of actions. Numbers with a fixed meaning (purposes of draws,
   statuses, causes) are repeated below on purpose: renumbering them in the package must fail. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double evidence, violation, promise, delivers, ordered, show, habit, smoke;
    int column; /* of the months table, that counts it */
} Action;

#include "tables.h"

enum { FORMING, MATURE, TOKENISTIC, DISSOLVED };
enum { NO_CAUSE = -1, OUTSIDE, OPTION, FRUSTRATION, BREACH_SUFFERED, KEY_PERSON_LOST, VOTE, SPONSOR };
enum { AS_MEANT, SELF_SERVING, EXCUSED };
enum { MEETING = 1, REPLY, TURNOVER, ATTENTION, CAPACITY, EXIT, PARTNERSHIP, INCIDENT };
enum { INFLUENCE = 16, COLLABORATION, INTEGRITY, PROCESS_FOCUS, DISPOSITION, STAKE, OUTSIDE_OPTION, HISTORY };

/* A person's relationship with one person of another member. avx2.h lays the fields side by side. */
#ifdef AVX2
typedef struct {
    double *kept, *failures, *violations, *prior, *trust, *depth;
} Ties;
#define TIE(field, i, j) (w->ties.field[(size_t)(i) * w->stride + (j)])
#else
typedef struct {
    double kept, failures, violations, prior, trust, depth;
} Tie;
#define TIE(field, i, j) (w->ties[(size_t)(i) * w->n + (j)].field)
#endif

typedef struct { /* a key individual; the last line is of this month, or of the seat */
    double influence, collaboration, integrity, process_focus, disposition, coached;
    int incumbency, home, tier;
    double influence_now, collaboration_now, process_focus_now, weight;
} Person;

typedef struct { /* a seat at the table */
    int member, incarnation;
    double stake, option, frustration, home_trust, breach_memory, departure_memory;
    double results, received, density, total_weight;
    const double *p; /* parameters in force for this member */
} Organisation;

typedef struct { /* one organisation's trust in another, and that of its people in theirs */
    double institutional, of_people, calm;
    int attended;
} Pair;

typedef struct {
    double parameter, operation, value, dose, start, months, target, group;
} Change;

typedef struct { /* stocks of the partnership, and what is counted over its life */
    double routines, institutionalised, goodwill, expectation, show, value_level, achieved, recent_exits;
    int status, cause;
    double months_over, months_below, months_under;
    double month_matured, month_developing, month_nominal, month_dissolved, month_first_exit, month_reached_for, month_first_bullet;
    double members_lost, departures, replaced_by_decree, person_months, tokenistic_months, mature_months;
    double relapses, breaches, bullets_reached_for, meetings, value, smoke, frustration, promises, delivered;
} Life;

typedef struct { /* what one month adds up */
    double meetings, value, smoke, show, habit;
    double possible, members, breadth, weakest, level, trust, institutional, frustration;
    double counts[N_ACTIONS];
} Month;

typedef struct {
    int m, people, n; /* seats of organisations, people in each, people in all */
    uint32_t key_0, key_1, replicate;
    int month, menu, n_changes;
    const double *base;
    const Change *changes;
    char *active;    /* by change: in force now */
    double *reached; /* by item of the menu: month in which it was last reached for */
    double *parameters; /* in force: a row for each member and one for the whole */
    const double *p;    /* the last of these rows */
#ifdef AVX2
    Ties ties;
    int stride; /* of a row of ties: whole vectors */
    struct Scratch *scratch;
#else
    Tie *ties;
#endif
    Person *person;
    Organisation *org;
    Pair *pairs;
    Life life;
    Month now;
} World;

#define EACH_MEMBER(a) for (int a = 0; a < w->m; a++) if (w->org[a].member)
#define EACH_OTHER_MEMBER(b, a) for (int b = 0; b < w->m; b++) if (b != (a) && w->org[b].member)
#define EACH_LATER_MEMBER(b, a) for (int b = (a) + 1; b < w->m; b++) if (w->org[b].member)
#define EACH_PERSON_OF(a, i) for (int i = (a) * w->people; i < ((a) + 1) * w->people; i++)
#define PAIR(a, b) (&w->pairs[(size_t)(a) * w->m + (b)])

/* ---- Luck: Philox4x32-10, a pure function of the address (salmon2011) ---- */

static inline void draw(const World *w, uint32_t month, uint32_t who, uint32_t about, uint32_t purpose, double u[4]) {
    uint32_t c[4] = {w->replicate, month, who << 16 | about, purpose};
    uint32_t k_0 = w->key_0, k_1 = w->key_1;
    for (int round = 0; round < 10; round++) {
        uint64_t left = (uint64_t)0xD2511F53 * c[0], right = (uint64_t)0xCD9E8D57 * c[2];
        c[0] = (uint32_t)(right >> 32) ^ c[1] ^ k_0;
        c[1] = (uint32_t)right;
        c[2] = (uint32_t)(left >> 32) ^ c[3] ^ k_1;
        c[3] = (uint32_t)left;
        k_0 += 0x9E3779B9;
        k_1 += 0xBB67AE85;
    }
    for (int word = 0; word < 4; word++)
        u[word] = (c[word] + 0.5) * 0x1p-32; /* never 0, never 1 */
}

static double deviate(const World *w, int who, int about, int purpose) {
    /* bell-shaped, standard; settled before the first month */
    double u[4];
    draw(w, 0, (uint32_t)who, (uint32_t)about, (uint32_t)purpose, u);
    return (u[0] + u[1] + u[2] + u[3] - 2.0) * 1.7320508075688772;
}

/* ---- Arithmetic ---- */

static inline double clamp(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static inline double share(double x) { return clamp(x, 0.0, 1.0); }

static inline double exponential(double x) {
    /* a series of its own, since the library's last bit differs between platforms */
    static const double over_factorial[] = {
        1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0};
    double y = clamp(x, -40.0, 40.0) / 256.0, e = over_factorial[8];
    for (int k = 7; k >= 0; k--)
        e = over_factorial[k] + y * e;
    for (int squared = 0; squared < 8; squared++)
        e = e * e;
    return e;
}

static inline double towards(double now, double aim, double rate) { return now + rate * (aim - now); }

static inline double lower_of(double x, double y) { return y < x ? y : x; }

/* ---- Rules that several phases share ---- */

static inline double trust_of(double kept, double failures, double violations, double prior, double prior_weight) {
    return (kept + prior_weight * prior) / (kept + failures + violations + prior_weight);
}

static inline double depth_of(double kept, double failures, double violations, double half) {
    double lived = kept + failures + violations;
    return lived / (lived + half);
}

static inline double felt(double size, const double *whole, double depth) {
    /* bad news weighs more than good, less in a deep tie */
    return size * whole[P_negativity] * (1.0 - whole[P_depth_shield] * depth);
}

static double legitimacy(const double *whole) {
    return whole[P_coordinator_skill] * whole[P_coordinator_inclusiveness] * (1.0 - whole[P_coordinator_allegiance]);
}

static double mutual_trust(const World *w, int a, int b) {
    return lower_of(PAIR(a, b)->of_people, PAIR(b, a)->of_people);
}

#ifndef AVX2
static void judge_everybody(World *w) {
    /* trust of people from their evidence, then of members, by the weight of seats */
    double prior_weight = w->p[P_prior_weight];
    EACH_MEMBER(a) EACH_OTHER_MEMBER(b, a) {
        double total = 0.0;
        EACH_PERSON_OF(a, i) EACH_PERSON_OF(b, j) {
            TIE(trust, i, j) = trust_of(TIE(kept, i, j), TIE(failures, i, j), TIE(violations, i, j), TIE(prior, i, j), prior_weight);
            total += w->person[i].weight * w->person[j].weight * TIE(trust, i, j);
        }
        PAIR(a, b)->of_people = total / (w->org[a].total_weight * w->org[b].total_weight);
    }
}

static void fade_ties(World *w) {
    const double *p = w->p;
    EACH_MEMBER(a) EACH_OTHER_MEMBER(b, a) {
        double believed = PAIR(a, b)->institutional;
        EACH_PERSON_OF(a, i) EACH_PERSON_OF(b, j) {
            double failures = TIE(failures, i, j) * p[P_evidence_kept] * (1.0 - p[P_depth_repair] * TIE(depth, i, j));
            double kept = TIE(kept, i, j) * p[P_evidence_kept];
            double violations = TIE(violations, i, j) * p[P_integrity_kept];
            double prior = towards(TIE(prior, i, j), believed, p[P_prior_drift]);
            TIE(failures, i, j) = failures;
            TIE(kept, i, j) = kept;
            TIE(violations, i, j) = violations;
            TIE(prior, i, j) = prior;
            TIE(depth, i, j) = depth_of(kept, failures, violations, p[P_depth_half]);
            TIE(trust, i, j) = trust_of(kept, failures, violations, prior, p[P_prior_weight]);
        }
    }
}

static void draw_departures(const World *w) { (void)w; }

static inline void departure(const World *w, int i, double u[4]) { draw(w, w->month, i, 0, TURNOVER, u); }
#else
#include "avx2.h"
#endif

/* ---- Interventions: parameters in force ---- */

static double changed(double x, const Change *c, int parameter) {
    if (c->operation == 0.0)
        x = x * (1.0 - c->dose) + c->dose * c->value; /* a full dose sets exactly the value */
    else if (c->operation == 1.0)
        x = x + c->dose * c->value;
    else
        x = x * (1.0 + c->dose * (c->value - 1.0));
    return clamp(x, LOW[parameter], HIGH[parameter]);
}

static int is_in_force(const World *w, const Change *c) {
    double opens = c->start;
    if (c->group >= 0.0) { /* on the menu: its window opens when it is reached for */
        double reached = w->reached[(int)c->group];
        if (reached == 0.0)
            return 0;
        opens = reached + opens;
    }
    return w->month > opens && (c->months < 0.0 || w->month <= opens + c->months);
}

static void work_out_parameters(World *w) {
    for (int row = 0; row <= w->m; row++) { /* the last is for the whole: no change aims at it alone */
        double *p = w->parameters + (size_t)row * N_PARAMETERS;
        memcpy(p, w->base, N_PARAMETERS * sizeof *p);
        for (int c = 0; c < w->n_changes; c++) {
            const Change *change = &w->changes[c];
            int parameter = (int)change->parameter;
            if (w->active[c] && (change->target < 0.0 || change->target == row))
                p[parameter] = changed(p[parameter], change, parameter);
        }
    }
    for (int a = 0; a < w->m; a++) {
        Organisation *org = &w->org[a];
        org->total_weight = 0.0;
        EACH_PERSON_OF(a, i) { /* under strong command contact runs through the leader */
            w->person[i].weight = 1.0;
            for (int tier = 0; tier < w->person[i].tier; tier++)
                w->person[i].weight *= 1.0 - org->p[P_command] * org->p[P_thinning];
            org->total_weight += w->person[i].weight;
        }
    }
}

static void interventions(World *w) {
    int stale = 0;
    for (int c = 0; c < w->n_changes; c++) {
        char now = (char)is_in_force(w, &w->changes[c]);
        stale |= now != w->active[c];
        w->active[c] = now;
    }
    if (stale)
        work_out_parameters(w);
}

/* ---- Who sits at the table ---- */

static void appoint(World *w, int i) {
    /* who comes depends on seat and incumbency alone; what they are like, on the means in force */
    Person *x = &w->person[i];
    const double *p = w->org[x->home].p;
    double spread = p[P_trait_spread];
    x->influence = share(p[P_influence] + spread * deviate(w, i, x->incumbency, INFLUENCE));
    x->collaboration = share(p[P_collaboration] + spread * deviate(w, i, x->incumbency, COLLABORATION));
    x->integrity = share(p[P_integrity] + spread * deviate(w, i, x->incumbency, INTEGRITY));
    x->process_focus = share(p[P_process_focus] + spread * deviate(w, i, x->incumbency, PROCESS_FOCUS));
    x->disposition = share(p[P_disposition] + spread * deviate(w, i, x->incumbency, DISPOSITION));
    x->coached = 0.0;
}

static void join(World *w, int a) {
    Organisation *org = &w->org[a];
    double spread = w->p[P_outside_spread];
    org->member = 1;
    org->stake = share(w->p[P_stake] + org->p[P_trait_spread] * deviate(w, a, org->incarnation, STAKE));
    org->option = w->p[P_outside_option]
        * exponential(spread * deviate(w, a, org->incarnation, OUTSIDE_OPTION) - 0.5 * spread * spread);
    org->home_trust = org->p[P_integrity];
    org->frustration = org->results = org->breach_memory = org->departure_memory = 0.0;
}

static void meet_as_stranger(World *w, int i, int j, double handover) {
    /* what i believes of j without evidence: a disposition, and what i's organisation hands on */
    const Person *x = &w->person[i];
    TIE(kept, i, j) = TIE(failures, i, j) = TIE(violations, i, j) = TIE(depth, i, j) = 0.0;
    TIE(prior, i, j) = towards(x->disposition, PAIR(x->home, w->person[j].home)->institutional, handover);
    TIE(trust, i, j) = trust_of(0.0, 0.0, 0.0, TIE(prior, i, j), w->p[P_prior_weight]);
}

static void introduce(World *w, int newcomer, double handover) {
    EACH_OTHER_MEMBER(b, w->person[newcomer].home) EACH_PERSON_OF(b, j) {
        meet_as_stranger(w, newcomer, j, handover);
        meet_as_stranger(w, j, newcomer, handover);
    }
}

static void begin(World *w) {
    const double *p = w->p;
    w->life = (Life){.cause = NO_CAUSE};
    w->month = 1; /* founders are chosen under what is in force in the first month */
    for (int item = 0; item < w->menu; item++)
        w->reached[item] = 0.0;
    for (int c = 0; c < w->n_changes; c++)
        w->active[c] = (char)is_in_force(w, &w->changes[c]);
    work_out_parameters(w);
    for (int a = 0; a < w->m; a++) {
        w->org[a].incarnation = 0;
        join(w, a);
        EACH_PERSON_OF(a, i) {
            w->person[i].incumbency = 0;
            appoint(w, i);
        }
    }
    double total = 0.0, pairs = 0.0;
    EACH_MEMBER(a) EACH_LATER_MEMBER(b, a) {
        double history = share(p[P_history] + p[P_history_spread] * deviate(w, a, b, HISTORY));
        PAIR(a, b)->institutional = PAIR(b, a)->institutional = history;
        total += history;
        pairs += 1.0;
    }
    w->life.goodwill = share(p[P_goodwill] * (total / pairs));
    EACH_MEMBER(a) EACH_OTHER_MEMBER(b, a) EACH_PERSON_OF(a, i) EACH_PERSON_OF(b, j) {
        double history = PAIR(a, b)->institutional;
        TIE(kept, i, j) = p[P_history_depth] * history;
        TIE(failures, i, j) = p[P_history_depth] * (1.0 - history);
        TIE(violations, i, j) = 0.0;
        TIE(prior, i, j) = w->person[i].disposition;
        TIE(depth, i, j) = depth_of(TIE(kept, i, j), TIE(failures, i, j), 0.0, p[P_depth_half]);
    }
    judge_everybody(w);
}

static void incidents(World *w) {
    EACH_MEMBER(a) {
        double breach = w->org[a].p[P_incident_integrity], failure = w->org[a].p[P_incident_competence];
        if (breach == 0.0 && failure == 0.0)
            continue;
        EACH_OTHER_MEMBER(b, a) {
            double learned = 0.0, u[4];
            EACH_PERSON_OF(b, j) {
                draw(w, w->month, a, j, INCIDENT, u);
                if (u[0] >= w->org[a].p[P_incident_share])
                    continue;
                learned += 1.0;
                EACH_PERSON_OF(a, i) {
    /* held against everybody of the culprit */
                    TIE(violations, j, i) += felt(breach, w->p, TIE(depth, j, i));
                    TIE(failures, j, i) += felt(failure, w->p, TIE(depth, j, i));
                }
            }
            w->org[b].breach_memory += breach / -ACTIONS[BREACH].evidence * learned / w->people;
        }
    }
}

static void turnover(World *w) {
    /* seat by seat: of two who leave in one month, the later seat's handover decides */
    draw_departures(w);
    EACH_MEMBER(a) EACH_PERSON_OF(a, i) {
        Organisation *org = &w->org[a];
        double u[4];
        departure(w, i, u);
        int decree = i == a * w->people && u[1] < org->p[P_replacement];
        int leaves = u[0] < share((1.0 + org->p[P_turnover_frustration] * org->frustration) / org->p[P_tenure]);
        w->life.person_months += 1.0;
        if (!leaves && !decree)
            continue;
        w->life.departures += leaves;
        w->life.replaced_by_decree += !leaves;
        org->departure_memory += w->person[i].weight;
        w->person[i].incumbency += 1;
        appoint(w, i);
        introduce(w, i, org->p[P_handover]);
    }
}

static void fading(World *w) {
    const double *p = w->p;
    Life *life = &w->life;
    fade_ties(w);
    EACH_MEMBER(a) {
        Organisation *org = &w->org[a];
        org->breach_memory *= p[P_shock_kept];
        org->departure_memory *= p[P_shock_kept];
        EACH_PERSON_OF(a, i) {
            double left = w->person[i].coached * org->p[P_coaching_kept];
            w->person[i].coached = left + org->p[P_coaching] * org->p[P_coaching_gain] * (1.0 - left);
        }
    }
    life->recent_exits *= p[P_exit_memory];
    double left = life->routines * (1.0 - p[P_routines_lost]);
    double carried_by_none = lower_of(life->institutionalised, left);
    life->routines = carried_by_none + (left - carried_by_none) * (1.0 - p[P_routine_decay]);
    double institution = life->institutionalised * (1.0 - p[P_routines_lost]) * (1.0 - p[P_institution_decay]);
    if (life->routines > institution)
        institution = towards(institution, life->routines, p[P_institutionalising]);
    life->institutionalised = institution;
}

/* ---- The coordinator ---- */

static void mend(World *w, int a, int b) {
    double part = legitimacy(w->p) * w->p[P_coordinator_mending];
    EACH_PERSON_OF(a, i) EACH_PERSON_OF(b, j) {
        TIE(failures, i, j) *= 1.0 - share(part);
        TIE(violations, i, j) *= 1.0 - share(part * w->p[P_mending_integrity]);
    }
}

static void coordination(World *w) {
    double capacity = w->p[P_coordinator_capacity], u[4];
    for (int pair = 0; pair < w->m * w->m; pair++)
        w->pairs[pair].attended = 0;
    if (capacity == 0.0)
        return;
    EACH_MEMBER(a) EACH_LATER_MEMBER(b, a) {
        double own_side = a == 0 ? 1.0 : 0.0;
        draw(w, w->month, a, b, ATTENTION, u);
        PAIR(a, b)->calm = mutual_trust(w, a, b) + 0.1 * u[0] - w->p[P_coordinator_allegiance] * own_side;
    }
    draw(w, w->month, 0, 0, CAPACITY, u);
    int places = (int)capacity;
    places += u[0] < capacity - places;
    for (; places > 0; places--) {
        int first = -1, second = -1;
        EACH_MEMBER(a) EACH_LATER_MEMBER(b, a)
            if (!PAIR(a, b)->attended && (first < 0 || PAIR(a, b)->calm < PAIR(first, second)->calm))
                first = a, second = b;
        if (first < 0)
            return;
        PAIR(first, second)->attended = PAIR(second, first)->attended = 1;
        mend(w, first, second);
        mend(w, second, first);
    }
}

/* ---- Meetings ---- */

static int chosen_action(double u, double breach, double willing, double challenge, double comply,
                         double undercut, double control) {
    /* from cooperation at 0 to breach at 1; each chance is among those left over */
    if (u >= 1.0 - breach)
        return BREACH;
    double edge = (1.0 - breach) * willing;
    if (u < edge)
        return COOPERATE;
    edge += (1.0 - breach - edge) * challenge;
    if (u < edge)
        return CHALLENGE;
    edge += (1.0 - breach - edge) * comply;
    if (u < edge)
        return COMPLY;
    double left = 1.0 - breach - edge;
    if (u >= 1.0 - breach - left * undercut)
        return UNDERCUT;
    left -= left * undercut;
    return u < edge + left * (1.0 - control) ? WITHDRAW : CONTROL;
}

static int delivered(World *w, const Person *me, int action, double u) {
    /* what was promised to partners must still be met at home, by command or by persuasion */
    const double *p = w->org[me->home].p;
    if (!ACTIONS[action].promise)
        return action;
    double persuaded = share(p[P_delivery_floor] + p[P_delivery_influence] * me->influence_now
                             + p[P_delivery_trust] * w->org[me->home].home_trust);
    w->life.promises += 1.0;
    if (u >= p[P_command] + (1.0 - p[P_command]) * persuaded)
        return FAIL;
    w->life.delivered += 1.0;
    return action;
}

static void credit(World *w, int i, int j, const Action *act) {
    /* value needs the trust of both; all acts together are what progress looks like */
    double across = w->p[P_command_across];
    double joint = TIE(trust, i, j) * TIE(trust, j, i);
    joint = joint + across * (1.0 - joint);
    double work = act->delivers + act->ordered * across;
    double value = work * joint * (1.0 + w->p[P_surplus] * joint);
    w->org[w->person[j].home].received += value;
    w->now.value += value;
    w->now.smoke += work * (1.0 - joint) + (1.0 - work) * act->smoke;
    w->now.show += act->show;
    w->now.habit += act->habit * (w->person[i].process_focus_now + w->person[j].process_focus_now);
}

static int reading(const World *w, const Organisation *reader, const Action *act, double trust, double standing, double u) {
    /* perception confirms: distrust misreads good acts, trust excuses bad ones */
    const double *p = w->p, *q = reader->p;
    if (act->evidence > 0.0) {
        double suspicion = p[P_pressure_suspicion] * (p[P_pressure] + p[P_expectation_raised]);
        double misread = share(p[P_misreading] * 4.0 * (1.0 - trust) * (1.0 - trust) * (1.0 + suspicion)
                               * (1.0 - share(q[P_charter] * q[P_charter_effect]))
                               * (1.0 - share(p[P_coordinator_support] * standing)));
        return u < misread ? SELF_SERVING : AS_MEANT;
    }
    double excused = p[P_excuse] * trust * trust;
    if (act->violation)
        excused *= p[P_integrity_excuse];
    return u < share(excused) ? EXCUSED : AS_MEANT;
}

static void learn_from_act(World *w, int i, int j, const Action *act, int as_read) {
    /* j has read an act of i; trust itself is judged after all meetings */
    int from = w->person[i].home, to = w->person[j].home;
    const double *p = w->org[from].p;
    double good = 0.0, size = 0.0;
    if (as_read == SELF_SERVING)
        size = w->p[P_misread_size];
    else if (as_read == AS_MEANT && act->evidence > 0.0)
        good = act->evidence * (1.0 - p[P_evidence_discount]);
    else if (as_read == AS_MEANT && act->evidence < 0.0)
        size = -act->evidence;
    double bad = felt(size, w->p, TIE(depth, j, i));
    double failure = act->violation ? 0.0 : bad, violation = act->violation ? bad : 0.0;
    double own_side = from == 0 && w->p[P_coordinator_capacity] > 0.0 ? 1.0 : 0.0;
    double signal = p[P_monitoring] * p[P_monitoring_signal]
        + own_side * w->p[P_coordinator_allegiance] * w->p[P_allegiance_signal];
    w->org[to].breach_memory += act->violation;
    TIE(kept, j, i) += good;
    TIE(failures, j, i) += failure + signal;
    TIE(violations, j, i) += violation;
    EACH_PERSON_OF(to, k) if (k != j) { /* colleagues hear of the news, not of the signal */
        TIE(kept, k, i) += w->p[P_hearsay] * good;
        TIE(failures, k, i) += w->p[P_hearsay] * failure;
        TIE(violations, k, i) += w->p[P_hearsay] * violation;
    }
}

#ifdef AVX2
static void act_as_weighed(World *w, int i, int j, double standing, int m) {
    /* act m of the block, what person i brings to it being known: hoisted, the same products */
    const Scratch *s = w->scratch;
    const Person *me = &w->person[i];
    const double *p = w->org[me->home].p;
    double silent = (1.0 - share(p[P_challenge] * s->acted_on[m])) * (1.0 - share(w->p[P_coordinator_challenge] * standing));
    int chosen = chosen_action(s->choice[m], s->breach[i], s->willing[m], 1.0 - silent, s->comply[me->home], s->undercut[i],
                               s->control[me->home]);
    int action = delivered(w, me, chosen, s->deliver[m]);
    const Action *done = &ACTIONS[action];
    w->now.counts[action] += 1.0;
    credit(w, i, j, done);
    learn_from_act(w, i, j, done, reading(w, &w->org[w->person[j].home], done, TIE(trust, j, i), standing, s->read[m]));
}
#else
static int choice(const World *w, int i, int j, double standing, double u) {
    const Person *me = &w->person[i];
    const Organisation *home = &w->org[me->home];
    const double *p = home->p;
    double trust = TIE(trust, i, j);
    if (me->tier > 0) /* subordinates bend to what their leader thinks of that person */
        trust += p[P_command] * p[P_deference] * (TIE(trust, me->home * w->people, j) - trust);
    double opportunism = (1.0 - share(p[P_monitoring] * p[P_monitoring_effect]))
        * (1.0 - share(p[P_charter] * p[P_charter_effect]));
    double log_odds = p[P_willingness] + p[P_willingness_trust] * (trust - 0.5)
        + p[P_willingness_collaboration] * (me->collaboration_now - 0.5)
        - p[P_willingness_frustration] * home->frustration;
    double silent = (1.0 - share(p[P_challenge] * trust)) * (1.0 - share(w->p[P_coordinator_challenge] * standing));
    return chosen_action(
        u,
        share(p[P_breach_rate] * 2.0 * (1.0 - me->integrity) * opportunism),
        1.0 / (1.0 + exponential(-log_odds)),
        1.0 - silent,
        1.0 - (1.0 - p[P_compliance]) * (1.0 - w->p[P_command_across]),
        share(p[P_rivalry] * (1.0 - me->collaboration_now) * opportunism),
        0.5 * (p[P_command] + home->stake));
}

static void act(World *w, int i, int j, double standing, const double u[4]) {
    int action = delivered(w, &w->person[i], choice(w, i, j, standing, u[1]), u[2]);
    const Action *done = &ACTIONS[action];
    w->now.counts[action] += 1.0;
    credit(w, i, j, done);
    learn_from_act(w, i, j, done, reading(w, &w->org[w->person[j].home], done, TIE(trust, j, i), standing, u[3]));
}
#endif

static void prepare(World *w) {
    double members = 0.0;
    EACH_MEMBER(a) members += 1.0;
    EACH_MEMBER(a) {
        Organisation *org = &w->org[a];
        const double *p = org->p;
        double available = p[P_meetings] * (1.0 - share(p[P_reporting]))
            * (1.0 - share(p[P_coaching] * p[P_coaching_time])) + p[P_extra_meetings];
        org->received = 0.0;
        org->density = available / ((members - 1.0) * w->people);
        EACH_PERSON_OF(a, i) {
            Person *x = &w->person[i];
            double closed = p[P_coaching_effect] * x->coached; /* part of the gap to perfection */
            x->influence_now = x->influence + closed * (1.0 - x->influence);
            x->collaboration_now = x->collaboration + closed * (1.0 - x->collaboration);
            x->process_focus_now = x->process_focus + closed * (1.0 - x->process_focus);
        }
    }
}

#ifdef AVX2
static void hold(World *w, int met, double word) {
    bring_all(w, met);
    for (int m = 0; m < met; m++) {
        int i = w->scratch->pair[m] >> 16, j = w->scratch->pair[m] & 0xFFFF;
        Person *one = &w->person[i], *other = &w->person[j];
        int attended = PAIR(one->home, other->home)->attended;
        act_as_weighed(w, i, j, attended ? word : 0.0, m);
        act_as_weighed(w, j, i, attended ? word : 0.0, met + m);
        w->now.meetings += 1.0;
        if (attended) {
            double lesson = share(word * w->p[P_coordinator_coaching]);
            one->coached += lesson * (1.0 - one->coached);
            other->coached += lesson * (1.0 - other->coached);
        }
    }
}

static void meet(World *w, double attention, double word) {
    weigh_chances(w);
    int here = sit_down(w), waiting = 0;
    for (int x = 0; x < here; x++) {
        waiting = add_row(w, x, here, waiting, attention);
        if (waiting >= BLOCK || x == here - 1) {
            hold(w, who_meet(w, waiting), word);
            waiting = 0;
        }
    }
}
#endif

static void meetings(World *w) {
    const double *p = w->p;
    double attention = share(p[P_attention_floor] + (1.0 - p[P_attention_floor]) * w->life.expectation + p[P_urgency]);
    double word = legitimacy(p);
    w->now = (Month){0};
    prepare(w);
#ifdef AVX2
    meet(w, attention, word);
#else
    EACH_MEMBER(a) EACH_PERSON_OF(a, i) EACH_LATER_MEMBER(b, a) EACH_PERSON_OF(b, j) {
        Person *one = &w->person[i], *other = &w->person[j];
        double u[4], reply[4];
        draw(w, w->month, i, j, MEETING, u);
        if (u[0] >= share(attention * one->weight * other->weight * 0.5 * (w->org[a].density + w->org[b].density)))
            continue;
        int attended = PAIR(a, b)->attended;
        double standing = attended ? word : 0.0;
        draw(w, w->month, i, j, REPLY, reply);
        act(w, i, j, standing, u);
        act(w, j, i, standing, reply);
        w->now.meetings += 1.0;
        if (attended) { /* both learn, from the next month on */
            double lesson = share(word * p[P_coordinator_coaching]);
            one->coached += lesson * (1.0 - one->coached);
            other->coached += lesson * (1.0 - other->coached);
        }
    }
#endif
}

static void learning(World *w) {
    judge_everybody(w);
    EACH_MEMBER(a) {
        Organisation *org = &w->org[a];
        org->home_trust = towards(org->home_trust, w->person[a * w->people].integrity, org->p[P_home_learning]);
        EACH_OTHER_MEMBER(b, a) {
            Pair *pair = PAIR(a, b);
            pair->institutional = towards(pair->institutional, pair->of_people, w->p[P_institutional_rate]);
        }
    }
}

/* ---- Maturity, expectations, status ---- */

static double spell(double months, int holds) { return holds ? months + 1.0 : 0.0; }

static void maturity(World *w) {
    const double *p = w->p;
    Life *life = &w->life;
    Month *now = &w->now;
    double pairs = 0.0, broad = 0.0, trust = 0.0, institutional = 0.0;
    now->weakest = 1.0;
    EACH_MEMBER(a) {
        now->members += 1.0;
        EACH_LATER_MEMBER(b, a) {
            double mutual = mutual_trust(w, a, b);
            pairs += 1.0;
            trust += PAIR(a, b)->of_people + PAIR(b, a)->of_people;
            institutional += PAIR(a, b)->institutional + PAIR(b, a)->institutional;
            broad += mutual >= p[P_breadth_threshold];
            now->weakest = lower_of(now->weakest, mutual);
        }
    }
    now->trust = trust / (pairs + pairs);
    now->institutional = institutional / (pairs + pairs);
    now->breadth = broad / pairs;
    /* Room for acts: the setting's own budget, whatever interventions make of it. */
    double persons = now->members * w->people;
    now->possible = persons * lower_of(persons - w->people, w->base[P_meetings]);

    double practice = p[P_routine_growth] * (now->habit / now->possible) * (1.0 - share(p[P_process_skipped]));
    life->routines += share(practice + p[P_routines_on_paper]) * (1.0 - life->routines);
    now->level = sqrt(now->breadth * life->routines);
    life->show = towards(life->show, now->show / now->possible + p[P_announcement], p[P_show_smoothing]);
    life->value_level = towards(life->value_level, now->value / now->possible, p[P_show_smoothing]);
    int idle = now->meetings > 0.0 && life->value_level < p[P_tokenistic_share] * p[P_mature_value];
    life->months_over = spell(life->months_over, now->level >= p[P_maturity_threshold]);
    life->months_below = spell(life->months_below, now->level < p[P_maturity_threshold]);
    life->months_under = spell(life->months_under, idle);
    if (life->month_developing == 0.0 && now->level >= p[P_developing_threshold])
        life->month_developing = w->month;
    if (life->month_nominal == 0.0 && life->show >= p[P_nominal_threshold])
        life->month_nominal = w->month;
    life->meetings += now->meetings;
    life->value += now->value / now->possible;
    life->smoke += now->smoke / now->possible;
    life->breaches += now->counts[BREACH];
}

static void perhaps_reach_for_a_bullet(World *w, double frustration) {
    const double *p = w->p;
    double since = p[P_silver_bullet_pause], u[4];
    if (w->menu == 0 || p[P_silver_bullet_propensity] == 0.0)
        return;
    if (w->life.month_reached_for > 0.0)
        since = w->month - w->life.month_reached_for;
    draw(w, w->month, 0, 1, PARTNERSHIP, u);
    if (frustration > p[P_silver_bullet_threshold] && since >= p[P_silver_bullet_pause]
        && u[0] < p[P_silver_bullet_propensity]) {
        w->reached[(int)(u[1] * w->menu)] = w->month;
        w->life.month_reached_for = w->month;
        w->life.bullets_reached_for += 1.0;
        if (w->life.month_first_bullet == 0.0)
            w->life.month_first_bullet = w->month;
    }
}

static void expectations(World *w) {
    const double *p = w->p;
    Life *life = &w->life;
    double path = life->expectation, aim = share(p[P_pressure] + p[P_expectation_raised]);
    if (aim > path) /* what was once expected is not taken back */
        path = path + (aim - path) / p[P_pace];
    if (life->show > path)
        path = towards(path, life->show, p[P_ratchet]);
    life->expectation = share(path);

    double possible_each = w->now.possible / w->now.members, total = 0.0;
    EACH_MEMBER(a) {
        Organisation *org = &w->org[a];
        double rate = 2.0 / (p[P_results_window] + 1.0);
        org->results = org->results * (1.0 - rate) + org->received / possible_each * rate;
        double real = org->results / (p[P_mature_value] * (1.0 + p[P_hardening] * life->achieved));
        double seen = p[P_realism] * share(real) + (1.0 - p[P_realism]) * share(life->show);
        double shortfall = life->expectation > seen ? life->expectation - seen : 0.0;
        org->frustration = towards(org->frustration, shortfall, p[P_adaptation]);
        total += org->frustration;
    }
    w->now.frustration = total / w->now.members;
    life->goodwill *= 1.0 - share(p[P_goodwill_spend] * w->now.frustration);
    life->achieved += w->now.value / w->now.possible / p[P_mature_value];
    life->frustration += w->now.frustration;
    perhaps_reach_for_a_bullet(w, w->now.frustration);
}

static void status(World *w) {
    Life *life = &w->life;
    int was_mature = life->status == MATURE;
    double hold = w->p[P_maturity_hold];
    if (was_mature ? life->months_below < hold : life->months_over >= hold) {
        life->status = MATURE;
        if (life->month_matured == 0.0)
            life->month_matured = w->month - life->months_over + 1.0; /* when the spell began */
    } else {
        life->status = life->months_under >= w->p[P_tokenistic_hold] ? TOKENISTIC : FORMING;
    }
    life->relapses += was_mature && life->status != MATURE;
    life->mature_months += life->status == MATURE;
    life->tokenistic_months += life->status == TOKENISTIC;
}

/* ---- Leaving, and the end ---- */

static void fill_seat(World *w, int a) {
    /* another organisation comes: nobody knows its people, and nothing is handed over */
    w->org[a].incarnation += 1;
    for (int b = 0; b < w->m; b++) {
        PAIR(a, b)->institutional = PAIR(a, b)->of_people = w->p[P_history];
        PAIR(b, a)->institutional = PAIR(b, a)->of_people = w->p[P_history];
    }
    join(w, a);
    EACH_PERSON_OF(a, i) {
        w->person[i].incumbency += 1;
        appoint(w, i);
        introduce(w, i, 0.0);
    }
}

static int why_leave(const World *w, const Organisation *org, double loose, double u) {
    /* competing hazards share one draw */
    const double *p = w->p;
    double option = loose * (p[P_exit_option] * org->option * org->frustration);
    double push = loose * (p[P_exit_frustration] * org->frustration * org->frustration);
    double hazard[] = {
        p[P_outside_hazard], option, push,
        p[P_exit_breach] * org->breach_memory * (option + push),
        p[P_exit_departure] * org->departure_memory * (option + push)};
    double edge = 0.0;
    for (int cause = OUTSIDE; cause <= KEY_PERSON_LOST; cause++) {
        edge += hazard[cause];
        if (u < edge)
            return cause;
    }
    return NO_CAUSE;
}

static void exits(World *w) {
    const double *p = w->p;
    Life *life = &w->life;
    int cause = NO_CAUSE, end = 0;
    double present = 0.0, frustrated = 0.0, u[4];
    if (p[P_may_exit] == 0.0)
        return;
    double loose = (1.0 - share(p[P_goodwill_shield] * life->goodwill)) * (1.0 + p[P_exit_contagion] * life->recent_exits);
    for (int a = 0; a < w->m; a++) {
        draw(w, w->month, a, 0, EXIT, u);
        if (!w->org[a].member) {
            if (u[1] < p[P_refill])
                fill_seat(w, a);
            continue;
        }
        int why = why_leave(w, &w->org[a], loose, u[0]);
        if (why == NO_CAUSE)
            continue;
        cause = why; /* the last to leave gives the partnership's cause, should it end */
        w->org[a].member = 0;
        life->members_lost += 1.0;
        life->recent_exits += 1.0;
        if (life->month_first_exit == 0.0)
            life->month_first_exit = w->month;
    }
    EACH_MEMBER(a) {
        present += 1.0;
        frustrated += w->org[a].frustration > p[P_vote_threshold];
    }
    w->now.members = present;
    draw(w, w->month, 0, 0, PARTNERSHIP, u);
    double part = present > 0.0 ? frustrated / present : 0.0;
    double shortfall = life->expectation - life->show;
    if (present < 2.0 || life->recent_exits > (1.0 - p[P_quorum]) * w->m)
        end = 1;
    else if (u[0] < share(p[P_vote_rate] * part * part))
        end = 1, cause = VOTE;
    else if (shortfall > 0.0 && u[1] < share(p[P_sponsor_stop] * shortfall))
        end = 1, cause = SPONSOR;
    if (end) {
        life->status = DISSOLVED;
        life->month_dissolved = w->month;
        life->cause = cause;
    }
}

/* ---- What is left behind ---- */

static void record_month(const World *w, double *row) {
    const Life *life = &w->life;
    const Month *now = &w->now;
    row[M_replicate] = w->replicate;
    row[M_month] = w->month;
    row[M_status] = life->status;
    row[M_mean_trust] = now->trust;
    row[M_weakest_trust] = now->weakest;
    row[M_institutional_trust] = now->institutional;
    row[M_breadth] = now->breadth;
    row[M_routines] = life->routines;
    row[M_maturity] = now->level;
    row[M_nominal_maturity] = life->show;
    for (int action = 0; action < N_ACTIONS; action++) /* each meeting is two acts */
        row[ACTIONS[action].column] = now->meetings > 0.0 ? now->counts[action] / (now->meetings + now->meetings) : 0.0;
    row[M_meetings] = now->meetings;
    row[M_value] = now->value / now->possible;
    row[M_smoke] = now->smoke / now->possible;
    row[M_expectation] = life->expectation;
    row[M_frustration] = now->frustration;
    row[M_goodwill] = life->goodwill;
    row[M_members] = now->members;
    row[M_members_lost] = life->members_lost;
}

static void record_run(const World *w, double *row) {
    const Life *life = &w->life;
    row[R_replicate] = w->replicate;
    row[R_months] = w->month;
    row[R_status] = life->status;
    row[R_matured] = life->month_matured > 0.0;
    row[R_month_matured] = life->month_matured;
    row[R_month_developing] = life->month_developing;
    row[R_month_nominal] = life->month_nominal;
    row[R_dissolved] = life->status == DISSOLVED;
    row[R_month_dissolved] = life->month_dissolved;
    row[R_cause] = life->cause;
    row[R_members_lost] = life->members_lost;
    row[R_month_first_exit] = life->month_first_exit;
    row[R_departures] = life->departures;
    row[R_replaced_by_decree] = life->replaced_by_decree;
    row[R_person_months] = life->person_months;
    row[R_tokenistic_months] = life->tokenistic_months;
    row[R_mature_months] = life->mature_months;
    row[R_relapses] = life->relapses;
    row[R_breaches] = life->breaches;
    row[R_bullets_reached_for] = life->bullets_reached_for;
    row[R_month_first_bullet] = life->month_first_bullet;
    row[R_meetings] = life->meetings;
    row[R_value] = life->value;
    row[R_smoke] = life->smoke;
    row[R_mean_trust] = w->now.trust;
    row[R_mean_frustration] = life->frustration / w->month;
    row[R_home_delivery] = life->promises > 0.0 ? life->delivered / life->promises : 1.0;
}

static void count_month(const World *w, int64_t *row) {
    /* four statuses, exits so far, their square, and whether there was any */
    int64_t lost = (int64_t)w->life.members_lost;
    row[w->life.status] += 1;
    row[4] += lost;
    row[5] += lost * lost;
    row[6] += lost > 0;
}

/* Partnerships first ... first + count - 1. runs: count rows; rows: room for count * months rows
   or NULL; occupancy: a row of 7 a month, added to. Returns the rows of months written, or -1
   without memory. */
int64_t run_oracle(int organisations, int people, const double *base, const double *changes, int n_changes, int menu,
                   uint64_t seed, uint32_t first, int64_t count, int months, double *runs, double *rows,
                   int64_t *occupancy) {
    World world = {.m = organisations, .people = people, .n = organisations * people, .menu = menu,
                   .n_changes = n_changes, .base = base, .changes = (const Change *)changes,
                   .key_0 = (uint32_t)seed, .key_1 = (uint32_t)(seed >> 32)};
    World *w = &world;
    int64_t written = 0;
    w->active = calloc((size_t)n_changes + 1, sizeof *w->active);
    w->reached = calloc((size_t)menu + 1, sizeof *w->reached);
    w->parameters = calloc((size_t)(w->m + 1) * N_PARAMETERS, sizeof *w->parameters);
#ifdef AVX2
    int lacking = make_room(w);
#else
    int lacking = !(w->ties = calloc((size_t)w->n * w->n, sizeof *w->ties));
#endif
    w->person = calloc((size_t)w->n, sizeof *w->person);
    w->org = calloc((size_t)w->m, sizeof *w->org);
    w->pairs = calloc((size_t)w->m * w->m, sizeof *w->pairs);
    if (!w->active || !w->reached || !w->parameters || lacking || !w->person || !w->org || !w->pairs)
        written = -1;
    for (int64_t r = 0; written >= 0 && r < count; r++) {
        w->replicate = (uint32_t)(first + r);
        w->p = w->parameters + (size_t)w->m * N_PARAMETERS;
        for (int a = 0; a < w->m; a++) {
            w->org[a].p = w->parameters + (size_t)a * N_PARAMETERS;
            EACH_PERSON_OF(a, i) {
                w->person[i].home = a;
                w->person[i].tier = (i - a * people) * (int)base[P_tiers] / people;
            }
        }
        begin(w);
        for (w->month = 1; w->month <= months; w->month++) {
            interventions(w);
            incidents(w);
            turnover(w);
            fading(w);
            coordination(w);
            meetings(w);
            learning(w);
            maturity(w);
            expectations(w);
            status(w);
            exits(w);
            count_month(w, occupancy + (w->month - 1) * 7);
            if (rows)
                record_month(w, rows + written++ * N_MONTH_COLUMNS);
            if (w->life.status == DISSOLVED || w->month == months)
                break;
        }
        record_run(w, runs + r * N_RUN_COLUMNS);
        for (int later = w->month; later < months; later++) /* the ended still count as ended */
            count_month(w, occupancy + later * 7);
    }
    free(w->active), free(w->reached), free(w->parameters);
#ifdef AVX2
    free(w->scratch), free(w->ties.kept);
#else
    free(w->ties);
#endif
    free(w->person), free(w->org), free(w->pairs);
    return written;
}
