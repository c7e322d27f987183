/* Greedy matching of predictions with annotations, image by image, as COCO's evaluation defines it.

   All thresholds are matched at once: for a prediction, the candidates are visited in one order of preference, and each
   takes, in one operation on bit masks, the thresholds at which the prediction is still free, the overlap suffices and
   the annotation is not taken. */
#include "images.h"

#include <string.h>

/* Width as the source gave it. Corners keep x + width, rounded; where that rounding lost digits, the width with at most
   ten decimals that gives the same corner is the one that was written. Sets `lost` when there is no such width. */
static double extent(double low, double high, int *lost)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding and subtracting rounds to an integer */
    double difference = high - low;
    if (difference < 200000.0 && difference > -200000.0) {
        double written = ((difference * 1e10 + magic) - magic) / 1e10;
        if (low + written == high)
            return written;
    }
    *lost = 1;
    return difference;
}

static double either(double a, double b)
{
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    return a > b ? a : b;
}

/* Area of a box to the last bit. A stated area that differs by no more than the corners' rounding is the product that the
   source's own width and height gave: sure for a prediction, for an annotation where its width was lost. */
static double box_area(double x_min, double y_min, double x_max, double y_max, double stated, int is_prediction)
{
    const double rounding = 4.440892098500626e-16; /* 2^-51 */
    int lost = 0;
    double width = extent(x_min, x_max, &lost), height = extent(y_min, y_max, &lost), area = width * height;
    if (!lost && !is_prediction)
        return area;
    double slack = rounding * (either(x_min, x_max) * either(height, 0) + either(y_min, y_max) * either(width, 0));
    return stated - area <= slack && area - stated <= slack ? stated : area;
}

static unsigned out_of_areas(const Matching *m, double area)
{
    unsigned bits = 0;
    for (int64_t a = 0; a < m->n_areas; a++)
        if (area < m->area_low[a] || area > m->area_high[a])
            bits |= 1u << a;
    return bits;
}

void prepare_annotations(const Image *image)
{
    const Matching *m = image->m;
    Scratch *s = image->s;
    for (int64_t g = 0; g < image->n_annotations; g++) {
        int64_t at = image->first_annotation + g;
        s->area[g] = 0;
        if (m->ax_min)
            s->area[g] = box_area(m->ax_min[at], m->ay_min[at], m->ax_max[at], m->ay_max[at], m->annotation_area[at], 0);
        s->out_of[g] = (uint8_t)(m->flags[at] & IGNORED ? 255 : out_of_areas(m, m->annotation_area[at]));
    }
    memset(s->taken, 0, (size_t)image->n_annotations * AREAS * sizeof *s->taken);
    memset(s->found, 0, (size_t)image->n_annotations * sizeof *s->found);
    memset(s->voc_taken, 0, (size_t)image->n_annotations);
}

/* IoUs of one box with all annotations of the image. */
static const double *box_ious(const Image *image, int64_t row, double area)
{
    const Matching *m = image->m;
    const int64_t n = image->n_annotations;
    const double x_min = m->x_min[row], y_min = m->y_min[row], x_max = m->x_max[row], y_max = m->y_max[row];
    const double *restrict ax_min = m->ax_min + image->first_annotation;
    const double *restrict ay_min = m->ay_min + image->first_annotation;
    const double *restrict ax_max = m->ax_max + image->first_annotation;
    const double *restrict ay_max = m->ay_max + image->first_annotation;
    const double *restrict annotation_area = image->s->area;
    double *restrict ious = image->s->row;
    for (int64_t g = 0; g < n; g++) {
        double width = (x_max < ax_max[g] ? x_max : ax_max[g]) - (x_min > ax_min[g] ? x_min : ax_min[g]);
        double height = (y_max < ay_max[g] ? y_max : ay_max[g]) - (y_min > ay_min[g] ? y_min : ay_min[g]);
        width = width > 0 ? width : 0;
        height = height > 0 ? height : 0;
        ious[g] = width * height;
    }
    const uint8_t *flags = m->flags + image->first_annotation;
    for (int64_t g = 0; g < n; g++)
        if (ious[g] > 0) {
            const double inside = ious[g];
            ious[g] = inside / (area + annotation_area[g] - inside);
            if (flags[g] & CROWD) {
                image->s->plain[g] = ious[g]; /* Pascal VOC knows no crowds */
                ious[g] = inside / area;
            }
        }
    return ious;
}

static uint16_t reached(const Matching *m, double iou)
{
    int64_t n = 0;
    while (n < m->n_thresholds && iou >= m->thresholds[n])
        n++;
    return (uint16_t)((1u << n) - 1);
}

static int64_t add_pair(const Image *image, Matching *m, int64_t place, int64_t g, double iou)
{
    if (m->n_pairs == m->pair_capacity)
        return 0;
    m->pair_place[m->n_pairs] = (uint32_t)place;
    m->pair_annotation[m->n_pairs] = (uint32_t)(image->first_annotation + g);
    m->pair_iou[m->n_pairs++] = iou;
    return 1;
}

/* Pascal VOC looks at the best annotation only, and never at the second best. */
static uint8_t voc_outcome(const Image *image, const Matching *m, double iou, int64_t g)
{
    if (iou < m->thresholds[0])
        return FALSE_POSITIVE;
    if (m->flags[image->first_annotation + g] & DIFFICULT)
        return PREDICTION_IGNORED;
    if (image->s->voc_taken[g])
        return FALSE_POSITIVE;
    image->s->voc_taken[g] = 1;
    return TRUE_POSITIVE;
}

/* Look at all annotations once: list pairs, keep the best ones and gather candidates. Returns their number, or -1 when
   there is no room for another pair. */
static int64_t survey(const Image *image, Matching *m, int64_t place, int32_t class_index, const double *ious)
{
    const int64_t local = place - image->chunk_place;
    const int counts = m->rank[place] < m->max_detections && class_index >= 0;
    double same = 0, other = 0, voc = 0;
    int64_t same_at = -1, other_at = -1, voc_at = -1, n = 0;
    for (int64_t g = 0; g < image->n_annotations; g++) {
        const double iou = ious[g];
        if (!(iou > 0))
            continue;
        const int64_t at = image->first_annotation + g;
        const int32_t annotation_class = m->annotation_class[at];
        if (iou >= m->pair_floor && !add_pair(image, m, place, g, iou))
            return -1;
        if (annotation_class < 0)
            continue;
        const int is_same = annotation_class == class_index;
        const double plain = m->flags[at] & CROWD && !m->iou ? image->s->plain[g] : iou;
        if (is_same && plain > voc)
            voc = plain, voc_at = g;
        if (is_same && counts && iou >= m->thresholds[0])
            image->s->candidates[n++] = (Candidate){iou, (int32_t)g, reached(m, iou)};
        if (m->flags[at] & (CROWD | IGNORED))
            continue;
        if (is_same && iou > same)
            same = iou, same_at = at;
        if (!is_same && iou > other)
            other = iou, other_at = at;
    }
    m->same_iou[local] = same;
    m->same[local] = (int32_t)same_at;
    m->other_iou[local] = other;
    m->other[local] = (int32_t)other_at;
    m->voc[place] = voc_outcome(image, m, voc, voc_at);
    return n;
}

/* Best overlap first; of equal ones the later annotation, as COCO's `>=` has it. */
static void prefer(Scratch *s, int64_t n)
{
    if (n < 2)
        return;
    for (int64_t i = 0; i < n; i++) /* the later one first, and the sort is stable */
        s->items[i] = (Sortable){ld_falling(s->candidates[n - 1 - i].iou), 0, (uint32_t)(n - 1 - i)};
    ld_sort(s->items, s->spare, n);
    /* `spare` is free again, and no smaller than a candidate */
    Candidate *ordered = (Candidate *)(void *)s->spare;
    for (int64_t i = 0; i < n; i++)
        ordered[i] = s->candidates[s->items[i].item];
    memcpy(s->candidates, ordered, (size_t)n * sizeof *ordered);
}

/* Match one prediction in one area range; sets its masks. */
static void match_area(const Image *image, const Matching *m, int64_t place, int64_t area, int64_t n, unsigned out_of)
{
    Scratch *s = image->s;
    const uint16_t all = (uint16_t)((1u << m->n_thresholds) - 1);
    const int64_t local = place - image->chunk_place;
    uint16_t free_bits = all, tp = 0, ignore = 0;
    for (unsigned ignored = 0; ignored < 2; ignored++) /* annotations that count come before those that do not */
        for (int64_t c = 0; c < n; c++) {
            const Candidate *candidate = &s->candidates[c];
            const int32_t g = candidate->annotation;
            const uint8_t flags = m->flags[image->first_annotation + g];
            if ((s->out_of[g] >> area & 1u) != ignored)
                continue;
            uint16_t *taken = &s->taken[g * AREAS + area];
            uint16_t won = (uint16_t)(candidate->bits & free_bits & (flags & REUSABLE ? all : (uint16_t)~*taken));
            free_bits = (uint16_t)(free_bits & ~won);
            *taken |= won;
            if (ignored)
                ignore |= won;
            else if (!(flags & NEVER_TP))
                tp |= won;
            if (area == 0 && won) {
                if (!(flags & NEVER_TP))
                    s->found[g] |= won;
                if (won & 1)
                    m->named[local] = (int32_t)(image->first_annotation + g), m->named_iou[local] = candidate->iou;
                for (int64_t t = 0; m->matched && t < m->n_thresholds; t++)
                    if (won >> t & 1)
                        m->matched[local * m->n_thresholds + t] = (int32_t)(image->first_annotation + g);
            }
        }
    if (out_of >> area & 1u) /* outside the range only a match makes it count */
        ignore = (uint16_t)(ignore | (all & ~tp));
    m->tp[place * m->n_areas + area] = tp;
    m->ignore[place * m->n_areas + area] = ignore;
}

int match_prediction(const Image *image, Matching *m, int64_t place)
{
    const int64_t row = m->row_at[place], local = place - image->chunk_place;
    const int32_t class_index = m->class_index[row];
    const double *ious;
    double area = m->area ? m->area[row] : -1;
    if (m->x_min)
        area = box_area(m->x_min[row], m->y_min[row], m->x_max[row], m->y_max[row], area, 1);
    if (m->iou)
        ious = m->iou + image->chunk_iou + (place - image->first_place) * image->n_annotations;
    else
        ious = box_ious(image, row, area);
    m->named[local] = -1;
    m->named_iou[local] = 0;
    for (int64_t t = 0; m->matched && t < m->n_thresholds; t++)
        m->matched[local * m->n_thresholds + t] = -1;
    int64_t n = survey(image, m, place, class_index, ious);
    if (n < 0)
        return 0;
    if (class_index < 0 || m->rank[place] >= m->max_detections) { /* not evaluated at all */
        for (int64_t a = 0; a < m->n_areas; a++) {
            m->tp[place * m->n_areas + a] = 0;
            m->ignore[place * m->n_areas + a] = (uint16_t)((1u << m->n_thresholds) - 1);
        }
        return 1;
    }
    prefer(image->s, n);
    const unsigned out_of = out_of_areas(m, area);
    for (int64_t a = 0; a < m->n_areas; a++)
        match_area(image, m, place, a, n, out_of);
    return 1;
}
