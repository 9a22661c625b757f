/* The parts of oracle.c that are worth it, by hand in AVX2: how fast could the month be?

   Included by oracle.c when it is built with -DAVX2. Staged like the kernel: possible meetings are
   gathered in blocks, drawn four at a time, those that take place move up, and what people bring
   to their acts is weighed four at a time. The fields of the ties lie in rows of whole vectors.
   No fused multiply-add, no other order of any sum: the bits are those of the plain C. What is
   computed beyond a row's end, for one's own colleagues or for members who left is never asked for. */

#include <immintrin.h>

enum { BLOCK = 128, LANES = 4, ABREAST = 2 * LANES };

typedef struct Scratch {
    uint32_t *pair;                           /* possible meetings: who << 16 | with whom */
    int *here;                                /* people at the table */
    double *reach, *room, *believed, *weight; /* of each of them; weight by person */
    double *chance, *meet, *choice, *deliver, *read, *leave, *replace;
    double *acted_on, *openness, *frustration, *base, *by_trust, *by_openness, *by_frustration, *willing;
    double *breach, *undercut, *comply, *control, *total;
} Scratch;

static int make_room(World *w) {
    enum { ROWS = 27 };
    size_t vectors = (size_t)w->n + 2 * ABREAST, block = 2 * (vectors + BLOCK);
    w->stride = (w->n + LANES - 1) / LANES * LANES;
    double *ties = calloc(6 * (size_t)w->n * w->stride + LANES, sizeof *ties);
    w->ties.kept = ties;
    double **fields[] = {&w->ties.kept, &w->ties.failures, &w->ties.violations, &w->ties.prior, &w->ties.trust, &w->ties.depth};
    for (int field = 0; field < 6; field++)
        *fields[field] = ties + (size_t)field * w->n * w->stride;
    Scratch *s = w->scratch = calloc(1, sizeof *s + ROWS * block * sizeof(double));
    if (!ties || !s)
        return 1;
    double *free_from = (double *)(s + 1);
    double **rows[] = {&s->reach, &s->room, &s->believed, &s->weight, &s->chance, &s->meet, &s->choice, &s->deliver, &s->read,
                       &s->leave, &s->replace, &s->acted_on, &s->openness, &s->frustration, &s->base, &s->by_trust,
                       &s->by_openness, &s->by_frustration, &s->willing, &s->breach, &s->undercut, &s->comply, &s->control,
                       &s->total, (double **)&s->pair, (double **)&s->here};
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++, free_from += block)
        *rows[row] = free_from;
    return 0;
}

/* ---- Luck, eight addresses at a time ---- */

static inline __m256d uniform_of(__m256i word) {
    /* a 32-bit word as the low bits of a double near 2 ** 52: exact */
    const __m256i magic = _mm256_set1_epi64x(0x4330000000000000);
    __m256i low = _mm256_and_si256(word, _mm256_set1_epi64x(0xFFFFFFFF));
    __m256d whole = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(low, magic)), _mm256_set1_pd(0x1p52));
    return _mm256_mul_pd(_mm256_add_pd(whole, _mm256_set1_pd(0.5)), _mm256_set1_pd(0x1p-32));
}

static inline void draw_pairs(const World *w, const uint32_t *pair, int count, uint32_t purpose, double *const u[4]) {
    const __m256i left = _mm256_set1_epi64x(0xD2511F53), right = _mm256_set1_epi64x(0xCD9E8D57);
    for (int m = 0; m < count; m += ABREAST) {
        __m256i c[2][4];
        uint32_t k_0 = w->key_0, k_1 = w->key_1;
        for (int h = 0; h < 2; h++) {
            c[h][0] = _mm256_set1_epi64x(w->replicate);
            c[h][1] = _mm256_set1_epi64x((uint32_t)w->month);
            c[h][2] = _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(pair + m + h * LANES)));
            c[h][3] = _mm256_set1_epi64x(purpose);
        }
        for (int round = 0; round < 10; round++) {
            __m256i key_0 = _mm256_set1_epi64x(k_0), key_1 = _mm256_set1_epi64x(k_1);
            for (int h = 0; h < 2; h++) { /* upper halves may hold anything: products see the lower */
                __m256i product_0 = _mm256_mul_epu32(left, c[h][0]), product_1 = _mm256_mul_epu32(right, c[h][2]);
                c[h][0] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product_1, 32), c[h][1]), key_0);
                c[h][2] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product_0, 32), c[h][3]), key_1);
                c[h][1] = product_1;
                c[h][3] = product_0;
            }
            k_0 += 0x9E3779B9;
            k_1 += 0xBB67AE85;
        }
        for (int h = 0; h < 2; h++)
            for (int word = 0; word < 4; word++)
                if (u[word])
                    _mm256_storeu_pd(u[word] + m + h * LANES, uniform_of(c[h][word]));
    }
}

static void draw_departures(const World *w) {
    Scratch *s = w->scratch;
    for (int i = 0; i < w->n; i++)
        s->pair[i] = (uint32_t)i << 16;
    double *u[4] = {s->leave, s->replace, NULL, NULL};
    draw_pairs(w, s->pair, w->n, TURNOVER, u);
}

static inline void departure(const World *w, int i, double u[4]) {
    u[0] = w->scratch->leave[i];
    u[1] = w->scratch->replace[i];
}

/* ---- Ties, four at a time ---- */

static inline __m256d trust_of_four(__m256d kept, __m256d lived, __m256d prior, __m256d weight) {
    return _mm256_div_pd(_mm256_add_pd(kept, _mm256_mul_pd(weight, prior)), _mm256_add_pd(lived, weight));
}

static void fade_ties(World *w) {
    const __m256d kept_share = _mm256_set1_pd(w->p[P_evidence_kept]), integrity = _mm256_set1_pd(w->p[P_integrity_kept]);
    const __m256d repair = _mm256_set1_pd(w->p[P_depth_repair]), drift = _mm256_set1_pd(w->p[P_prior_drift]);
    const __m256d half = _mm256_set1_pd(w->p[P_depth_half]), weight = _mm256_set1_pd(w->p[P_prior_weight]);
    const __m256d one = _mm256_set1_pd(1.0);
    EACH_MEMBER(a) {
        for (int b = 0; b < w->m; b++)
            EACH_PERSON_OF(b, j) w->scratch->believed[j] = PAIR(a, b)->institutional;
        EACH_PERSON_OF(a, i) for (int j = 0; j < w->n; j += LANES) {
            __m256d depth = _mm256_loadu_pd(&TIE(depth, i, j)), prior = _mm256_loadu_pd(&TIE(prior, i, j));
            __m256d failures = _mm256_mul_pd(_mm256_mul_pd(_mm256_loadu_pd(&TIE(failures, i, j)), kept_share),
                                             _mm256_sub_pd(one, _mm256_mul_pd(repair, depth)));
            __m256d kept = _mm256_mul_pd(_mm256_loadu_pd(&TIE(kept, i, j)), kept_share);
            __m256d violations = _mm256_mul_pd(_mm256_loadu_pd(&TIE(violations, i, j)), integrity);
            __m256d lived = _mm256_add_pd(_mm256_add_pd(kept, failures), violations);
            __m256d believed = _mm256_loadu_pd(w->scratch->believed + j);
            prior = _mm256_add_pd(prior, _mm256_mul_pd(drift, _mm256_sub_pd(believed, prior)));
            _mm256_storeu_pd(&TIE(failures, i, j), failures);
            _mm256_storeu_pd(&TIE(kept, i, j), kept);
            _mm256_storeu_pd(&TIE(violations, i, j), violations);
            _mm256_storeu_pd(&TIE(prior, i, j), prior);
            _mm256_storeu_pd(&TIE(depth, i, j), _mm256_div_pd(lived, _mm256_add_pd(lived, half)));
            _mm256_storeu_pd(&TIE(trust, i, j), trust_of_four(kept, lived, prior, weight));
        }
    }
}

static void judge_everybody(World *w) {
    const __m256d weight = _mm256_set1_pd(w->p[P_prior_weight]);
    Scratch *s = w->scratch;
    for (int j = 0; j < w->n; j++)
        s->weight[j] = w->person[j].weight;
    EACH_MEMBER(a) {
        for (int b = 0; b < w->m; b++)
            s->total[b] = 0.0;
        EACH_PERSON_OF(a, i) {
            double *product = s->believed;
            __m256d own = _mm256_set1_pd(s->weight[i]);
            for (int j = 0; j < w->n; j += LANES) {
                __m256d kept = _mm256_loadu_pd(&TIE(kept, i, j));
                __m256d lived = _mm256_add_pd(_mm256_add_pd(kept, _mm256_loadu_pd(&TIE(failures, i, j))),
                                              _mm256_loadu_pd(&TIE(violations, i, j)));
                __m256d trust = trust_of_four(kept, lived, _mm256_loadu_pd(&TIE(prior, i, j)), weight);
                _mm256_storeu_pd(&TIE(trust, i, j), trust);
                _mm256_storeu_pd(product + j, _mm256_mul_pd(_mm256_mul_pd(own, _mm256_loadu_pd(s->weight + j)), trust));
            }
            for (int b = 0; b < w->m; b++)
                EACH_PERSON_OF(b, j) s->total[b] += product[j];
        }
        EACH_OTHER_MEMBER(b, a) PAIR(a, b)->of_people = s->total[b] / (w->org[a].total_weight * w->org[b].total_weight);
    }
}

/* ---- Meetings, a block at a time ---- */

static void weigh_chances(World *w) {
    /* chances that hold all month */
    Scratch *s = w->scratch;
    EACH_MEMBER(a) {
        const double *p = w->org[a].p;
        double opportunism = (1.0 - share(p[P_monitoring] * p[P_monitoring_effect]))
            * (1.0 - share(p[P_charter] * p[P_charter_effect]));
        s->comply[a] = 1.0 - (1.0 - p[P_compliance]) * (1.0 - w->p[P_command_across]);
        s->control[a] = 0.5 * (p[P_command] + w->org[a].stake);
        EACH_PERSON_OF(a, i) {
            s->breach[i] = share(p[P_breach_rate] * 2.0 * (1.0 - w->person[i].integrity) * opportunism);
            s->undercut[i] = share(p[P_rivalry] * (1.0 - w->person[i].collaboration_now) * opportunism);
        }
    }
}

static int sit_down(World *w) {
    Scratch *s = w->scratch;
    int here = 0;
    EACH_MEMBER(a) EACH_PERSON_OF(a, i) {
        s->here[here] = i;
        s->reach[here] = w->person[i].weight;
        s->room[here++] = w->org[a].density;
    }
    return here;
}

static int add_row(World *w, int x, int here, int waiting, double attention) {
    Scratch *s = w->scratch;
    int start = (x / w->people + 1) * w->people;
    const __m256d half = _mm256_set1_pd(0.5), own = _mm256_set1_pd(attention * s->reach[x]), room = _mm256_set1_pd(s->room[x]);
    const __m128i who = _mm_set1_epi32(s->here[x] << 16);
    for (int y = start; y < here; y += LANES) {
        int m = waiting + y - start;
        __m256d thin = _mm256_mul_pd(_mm256_mul_pd(own, _mm256_loadu_pd(s->reach + y)), half);
        _mm256_storeu_pd(s->chance + m, _mm256_mul_pd(thin, _mm256_add_pd(room, _mm256_loadu_pd(s->room + y))));
        _mm_storeu_si128((__m128i *)(s->pair + m), _mm_or_si128(who, _mm_loadu_si128((__m128i *)(s->here + y))));
    }
    return waiting + here - start;
}

static int who_meet(World *w, int waiting) {
    Scratch *s = w->scratch;
    double *u[4] = {s->meet, NULL, NULL, NULL};
    int met = 0;
    draw_pairs(w, s->pair, waiting, MEETING, u);
    for (int m = 0; m < waiting; m += LANES) {
        __m256d they_do = _mm256_cmp_pd(_mm256_loadu_pd(s->meet + m), _mm256_loadu_pd(s->chance + m), _CMP_LT_OQ);
        int mask = _mm256_movemask_pd(they_do) & (waiting - m >= LANES ? 15 : (1 << (waiting - m)) - 1);
        for (; mask; mask &= mask - 1)
            s->pair[met++] = s->pair[m + __builtin_ctz((unsigned)mask)];
    }
    double *first[4] = {NULL, s->choice, s->deliver, s->read};
    double *second[4] = {NULL, s->choice + met, s->deliver + met, s->read + met};
    draw_pairs(w, s->pair, met, MEETING, first);
    draw_pairs(w, s->pair, met, REPLY, second);
    return met;
}

static inline void bring(World *w, int m, int i, int j) {
    Scratch *s = w->scratch;
    const Person *me = &w->person[i];
    const double *p = w->org[me->home].p;
    double trust = TIE(trust, i, j);
    if (me->tier > 0)
        trust += p[P_command] * p[P_deference] * (TIE(trust, me->home * w->people, j) - trust);
    s->acted_on[m] = trust;
    s->openness[m] = me->collaboration_now;
    s->frustration[m] = w->org[me->home].frustration;
    s->base[m] = p[P_willingness];
    s->by_trust[m] = p[P_willingness_trust];
    s->by_openness[m] = p[P_willingness_collaboration];
    s->by_frustration[m] = p[P_willingness_frustration];
}

static inline __m256d exponential_of_four(__m256d x) {
    static const double over_factorial[] = {
        1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0};
    __m256d y = _mm256_min_pd(_mm256_max_pd(x, _mm256_set1_pd(-40.0)), _mm256_set1_pd(40.0));
    y = _mm256_mul_pd(y, _mm256_set1_pd(1.0 / 256.0));
    __m256d e = _mm256_set1_pd(over_factorial[8]);
    for (int k = 7; k >= 0; k--)
        e = _mm256_add_pd(_mm256_set1_pd(over_factorial[k]), _mm256_mul_pd(y, e));
    for (int squared = 0; squared < 8; squared++)
        e = _mm256_mul_pd(e, e);
    return e;
}

static void bring_all(World *w, int met) {
    Scratch *s = w->scratch;
    const __m256d half = _mm256_set1_pd(0.5), one = _mm256_set1_pd(1.0), minus = _mm256_set1_pd(-0.0);
    for (int m = 0; m < met; m++) {
        int i = (int)(s->pair[m] >> 16), j = (int)(s->pair[m] & 0xFFFF);
        bring(w, m, i, j);
        bring(w, met + m, j, i);
    }
    for (int m = 0; m < 2 * met; m += LANES) {
        __m256d by_trust = _mm256_mul_pd(_mm256_loadu_pd(s->by_trust + m), _mm256_sub_pd(_mm256_loadu_pd(s->acted_on + m), half));
        __m256d by_openness = _mm256_mul_pd(_mm256_loadu_pd(s->by_openness + m), _mm256_sub_pd(_mm256_loadu_pd(s->openness + m), half));
        __m256d log_odds = _mm256_sub_pd(
            _mm256_add_pd(_mm256_add_pd(_mm256_loadu_pd(s->base + m), by_trust), by_openness),
            _mm256_mul_pd(_mm256_loadu_pd(s->by_frustration + m), _mm256_loadu_pd(s->frustration + m)));
        __m256d e = exponential_of_four(_mm256_xor_pd(log_odds, minus));
        _mm256_storeu_pd(s->willing + m, _mm256_div_pd(one, _mm256_add_pd(one, e)));
    }
}
