/* Precision over recall, from the masks that matching left: one pass over a class's predictions for all thresholds, area
   ranges and limits.

   Precision can only rise at a true positive, and a recall point is first reached at one. So it is enough to note, at
   each true positive, its precision in the segment between two recall points; the envelope is the running maximum of
   the segments from the end. */
#include "matching.h"

#include <stdlib.h>
#include <string.h>

static const double EPSILON = 2.220446049250313e-16; /* keeps 0 / 0 from happening; part of COCO's definition */

enum { VOC_POINTS = 11 };

/* A curve while its class is passed. */
typedef struct {
    int64_t tp, fp;   /* `fp` less the predictions that are false at every threshold */
    int64_t segment;  /* recall points reached so far, less one */
    double *precision, *scores;
} Curve;

typedef struct {
    Curve curve[AREAS][LIMITS][THRESHOLDS];
    int64_t always_false[AREAS][LIMITS];
    int64_t needed[AREAS][RECALLS + 1]; /* true positives that reach each recall point; the end is out of reach */
    int64_t seen[LIMITS];
    double points[AREAS][LIMITS][THRESHOLDS][2][RECALLS];
} ClassState;

/* Fewest true positives of n whose share is at least each recall point, compared as floating-point numbers. */
static void fewest(const double *recalls, int64_t n_recalls, int64_t n, int64_t *needed)
{
    for (int64_t r = 0; r < n_recalls; r++) {
        int64_t count = (int64_t)(recalls[r] * (double)n);
        while (count > 0 && (double)(count - 1) / (double)n >= recalls[r])
            count--;
        while ((double)count / (double)n < recalls[r])
            count++;
        needed[r] = count;
    }
    needed[n_recalls] = INT64_MAX;
}

static void begin(const Curves *c, ClassState *s, int64_t k)
{
    memset(s, 0, sizeof *s);
    for (int64_t a = 0; a < c->n_areas; a++) {
        const int64_t n = c->n_positives[k * c->n_areas + a];
        fewest(c->recalls, c->n_recalls, n > 0 ? n : 1, s->needed[a]);
        for (int64_t l = 0; l < c->n_limits; l++)
            for (int64_t t = 0; t < c->n_thresholds; t++) {
                s->curve[a][l][t].precision = s->points[a][l][t][0];
                s->curve[a][l][t].scores = s->points[a][l][t][1];
            }
    }
}

static void add_true(Curve *curve, const int64_t *needed, int64_t always_false, double score, double epsilon)
{
    curve->tp++;
    while (needed[curve->segment + 1] <= curve->tp)
        curve->scores[++curve->segment] = score;
    const double tp = (double)curve->tp;
    const double precision = tp / ((double)(curve->fp + always_false) + tp + epsilon);
    if (precision > curve->precision[curve->segment])
        curve->precision[curve->segment] = precision;
}

static void add_prediction(const Curves *c, ClassState *s, int64_t place, double score)
{
    const uint16_t all = (uint16_t)((1u << c->n_thresholds) - 1);
    int64_t first = 0;
    while (first < c->n_limits && c->rank[place] >= c->limits[first])
        first++;
    for (int64_t l = first; l < c->n_limits; l++)
        if (s->seen[l]++ == 0) /* recall 0 is reached at the first prediction, even a false one */
            for (int64_t a = 0; a < c->n_areas; a++)
                for (int64_t t = 0; t < c->n_thresholds; t++)
                    s->curve[a][l][t].scores[0] = score;
    for (int64_t a = 0; a < c->n_areas; a++) {
        const uint16_t ignore = c->ignore[place * c->n_areas + a];
        const uint16_t tp = (uint16_t)(c->tp[place * c->n_areas + a] & ~ignore), fp = (uint16_t)(all & ~tp & ~ignore);
        if (fp == all) { /* most predictions: false at every threshold */
            for (int64_t l = first; l < c->n_limits; l++)
                s->always_false[a][l]++;
            continue;
        }
        for (int64_t t = 0; (tp | fp) >> t; t++)
            for (int64_t l = first; l < c->n_limits; l++) {
                if (tp >> t & 1)
                    add_true(&s->curve[a][l][t], s->needed[a], s->always_false[a][l], score, EPSILON);
                else
                    s->curve[a][l][t].fp += fp >> t & 1;
            }
    }
}

static double envelope(double *precision, int64_t n)
{
    double sum = 0;
    for (int64_t r = n - 1; r > 0; r--)
        if (precision[r] > precision[r - 1])
            precision[r - 1] = precision[r];
    for (int64_t r = 0; r < n; r++)
        sum += precision[r];
    return sum / (double)n;
}

static void finish(const Curves *c, ClassState *s, int64_t k, int64_t in_block)
{
    const int64_t kept = c->n_limits - c->first_kept;
    for (int64_t t = 0; t < c->n_thresholds; t++)
        for (int64_t a = 0; a < c->n_areas; a++)
            for (int64_t l = 0; l < c->n_limits; l++) {
                const int64_t cell = (in_block * c->n_thresholds + t) * c->n_areas + a, at = cell * c->n_limits + l;
                const int64_t n = c->n_positives[k * c->n_areas + a];
                Curve *curve = &s->curve[a][l][t];
                const double average = envelope(curve->precision, c->n_recalls);
                c->average[at] = n ? average : -1;
                c->recall[at] = n ? (double)curve->tp / (double)n : -1;
                c->n_counted[at] = curve->tp + curve->fp + s->always_false[a][l];
                if (l < c->first_kept)
                    continue;
                const size_t size = (size_t)c->n_recalls * sizeof(double);
                const int64_t point = (cell * kept + l - c->first_kept) * c->n_recalls;
                memcpy(c->precision + point, curve->precision, size);
                memcpy(c->scores + point, curve->scores, size);
                for (int64_t r = 0; !n && r < c->n_recalls; r++)
                    c->precision[point + r] = c->scores[point + r] = -1;
            }
}

/* Pascal VOC at one threshold: the mean of eleven points until 2009, the area under the curve from 2010 on. */
static void voc(const Curves *c, int64_t k, const Sortable *items, int64_t n)
{
    double points[VOC_POINTS];
    for (int r = 0; r < VOC_POINTS; r++)
        points[r] = r * 0.1; /* 0.30000000000000004, as the development kit's loop and its ports have it */
    const int64_t positives = c->n_voc_positives[k];
    double *precision = c->voc_precision + k * VOC_POINTS, *scores = c->voc_scores + k * VOC_POINTS;
    int64_t needed[VOC_POINTS + 1], tp = 0, fp = 0;
    double area = 0, best = 0;
    memset(precision, 0, VOC_POINTS * sizeof *precision);
    memset(scores, 0, VOC_POINTS * sizeof *scores);
    fewest(points, VOC_POINTS, positives > 0 ? positives : 1, needed);
    Curve curve = {0, 0, 0, precision, scores};
    for (int64_t i = 0; i < n; i++) {
        const int64_t place = items[i].item;
        const double score = c->confidence[c->row_at[place]];
        if (i == 0)
            scores[0] = score;
        if (c->voc[place] == TRUE_POSITIVE)
            add_true(&curve, needed, 0, score, 0);
        curve.fp += c->voc[place] == FALSE_POSITIVE;
    }
    tp = curve.tp;
    fp = curve.fp;
    c->voc_counted[k] = tp + fp;
    c->voc_recall[k] = positives ? (double)tp / (double)positives : -1;
    for (int64_t i = n - 1; i >= 0; i--) { /* each true positive adds its share of recall at the best precision from there on */
        const uint8_t outcome = c->voc[items[i].item];
        if (outcome == TRUE_POSITIVE) {
            const double here = (double)tp / (double)(tp + fp);
            best = here > best ? here : best;
            area += best;
            tp--;
        }
        fp -= outcome == FALSE_POSITIVE;
    }
    c->voc_average[2 * k] = positives ? envelope(precision, VOC_POINTS) : -1;
    c->voc_average[2 * k + 1] = positives ? area / (double)positives : -1;
}

/* Curves of the classes first .. last - 1. COCO's results are counted from `first`, those of VOC from class 0. Returns 0
   when memory is short. */
int64_t ld_curves(Curves *c, int64_t first, int64_t last)
{
    int64_t most = 1;
    for (int64_t k = first; k < last; k++)
        if (c->class_start[k + 1] - c->class_start[k] > most)
            most = c->class_start[k + 1] - c->class_start[k];
    ClassState *state = malloc(sizeof *state);
    Sortable *items = malloc((size_t)most * sizeof *items), *spare = malloc((size_t)most * sizeof *spare);
    const int64_t enough = state && items && spare;
    for (int64_t k = first; enough && k < last; k++) {
        const int64_t start = c->class_start[k], n = c->class_start[k + 1] - start;
        for (int64_t i = 0; i < n; i++) {
            const uint32_t place = c->place_at[start + i];
            items[i] = (Sortable){ld_falling(c->confidence[c->row_at[place]]), 0, place};
        }
        ld_sort(items, spare, n);
        begin(c, state, k);
        for (int64_t i = 0; i < n; i++)
            add_prediction(c, state, items[i].item, c->confidence[c->row_at[items[i].item]]);
        finish(c, state, k, k - first);
        voc(c, k, items, n);
    }
    free(state);
    free(items);
    free(spare);
    return enough;
}
