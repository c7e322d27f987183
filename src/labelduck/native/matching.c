/* Matching image by image: order, outcomes and the reasons of errors. */
#include "images.h"

#include <stdlib.h>
#include <string.h>

static int64_t largest(const int64_t *start, int64_t first, int64_t last)
{
    int64_t most = 1;
    for (int64_t i = first; i < last; i++)
        if (start[i + 1] - start[i] > most)
            most = start[i + 1] - start[i];
    return most;
}

static void release(Scratch *s)
{
    free(s->area);
    free(s->row);
    free(s->plain);
    free(s->out_of);
    free(s->taken);
    free(s->found);
    free(s->voc_taken);
    free(s->candidates);
    free(s->items);
    free(s->spare);
}

static int allocate(Scratch *s, const Matching *m, int64_t first, int64_t last)
{
    size_t n = (size_t)largest(m->annotation_start, first, last);
    memset(s, 0, sizeof *s);
    s->area = malloc(n * sizeof *s->area);
    s->row = malloc(n * sizeof *s->row);
    s->plain = malloc(n * sizeof *s->plain);
    s->out_of = malloc(n);
    s->taken = malloc(n * AREAS * sizeof *s->taken);
    s->found = malloc(n * sizeof *s->found);
    s->voc_taken = malloc(n);
    s->candidates = malloc(n * sizeof *s->candidates);
    s->items = malloc(n * sizeof *s->items);
    s->spare = malloc(n * sizeof *s->spare);
    return s->area && s->row && s->plain && s->out_of && s->taken && s->found && s->voc_taken && s->candidates && s->items
        && s->spare;
}


/* Why a prediction is false, by the definitions of TIDE (Bolya et al., 2020), and the annotation that tells. */
static void explain(const Image *image, Matching *m, int64_t place)
{
    const int64_t local = place - image->chunk_place;
    const double same = m->same_iou[local], other = m->other_iou[local], enough = m->thresholds[0];
    int by_same = 0, kind;
    if (same >= m->pair_floor && same <= enough)
        kind = BAD_BOX, by_same = 1;
    else if (other >= enough)
        kind = WRONG_CLASS;
    else if (same >= enough)
        kind = DUPLICATE, by_same = 1;
    else if (same <= m->pair_floor && other <= m->pair_floor)
        kind = BACKGROUND;
    else
        kind = BOTH, by_same = same >= other;
    m->error_kind[local] = (uint8_t)kind;
    m->named[local] = kind == BACKGROUND ? -1 : by_same ? m->same[local] : m->other[local];
    m->named_iou[local] = kind == BACKGROUND ? 0 : by_same ? same : other;
    /* an annotation that another class or a better box would have found is not missed, it is explained */
    if (kind == BAD_BOX || kind == WRONG_CLASS) {
        uint8_t *state = &m->state[m->named[local] - image->chunk_annotation];
        if (*state == MISSED)
            *state = EXPLAINED;
    }
}

static void conclude(const Image *image, Matching *m)
{
    for (int64_t g = 0; g < image->n_annotations; g++) {
        const int64_t at = image->first_annotation + g, local = at - image->chunk_annotation;
        const int ignored = image->s->out_of[g] & 1 || m->annotation_class[at] < 0;
        m->found[local] = image->s->found[g];
        m->state[local] = ignored ? ANNOTATION_IGNORED : image->s->found[g] & 1 ? FOUND : MISSED;
    }
    for (int64_t place = image->first_place; place < image->first_place + image->n_places; place++) {
        const int64_t local = place - image->chunk_place;
        const int64_t masks = place * m->n_areas;
        m->error_kind[local] = NO_ERROR;
        m->outcome[local] = m->tp[masks] & 1       ? TRUE_POSITIVE
                          : m->ignore[masks] & 1 ? PREDICTION_IGNORED
                                                 : FALSE_POSITIVE;
        if (m->outcome[local] == FALSE_POSITIVE)
            explain(image, m, place);
    }
}

/* Match the images first .. last - 1, whose predictions ld_order_images has put in order.

   Returns the number of images done, which is less than asked for when the room for pairs is used up: the caller takes
   the results, or gives more room, and goes on from there. Returns -1 when memory is short. */
int64_t ld_match(Matching *m, int64_t first, int64_t last)
{
    Scratch scratch;
    int64_t i = -1;
    m->n_pairs = 0;
    if (!allocate(&scratch, m, first, last))
        goto end;
    for (i = first; i < last; i++) {
        const int64_t pairs_before = m->n_pairs;
        const Image image = {
            m, &scratch, m->image_start[i], m->image_start[i + 1] - m->image_start[i], m->annotation_start[i],
            m->annotation_start[i + 1] - m->annotation_start[i], m->image_start[first], m->annotation_start[first],
            m->iou ? m->iou_start[i - first] : 0,
        };
        int64_t done = 0;
        prepare_annotations(&image);
        while (done < image.n_places && match_prediction(&image, m, image.first_place + done))
            done++;
        if (done < image.n_places) {
            m->n_pairs = pairs_before; /* this image starts again in the next call */
            break;
        }
        conclude(&image, m);
    }
    i -= first;
end:
    release(&scratch);
    return i;
}

/* Put the predictions of the images first .. last - 1 in order: by class, by falling confidence, as in the source. Sets
   their ranks. Returns 0 when memory is short. */
int64_t ld_order_images(Matching *m, int64_t first, int64_t last)
{
    const size_t n = (size_t)largest(m->image_start, first, last);
    Sortable *items = malloc(n * sizeof *items), *spare = malloc(n * sizeof *spare);
    const int64_t enough = items && spare;
    for (int64_t i = first; enough && i < last; i++) {
        const int64_t start = m->image_start[i], count = m->image_start[i + 1] - start;
        for (int64_t d = 0; d < count; d++) {
            const uint32_t row = m->row_at[start + d];
            items[d] = (Sortable){ld_falling(m->confidence[row]), m->class_index[row], row};
        }
        ld_sort(items, spare, count);
        int32_t rank = 0;
        for (int64_t d = 0; d < count; d++, rank++) {
            if (d && items[d].group != items[d - 1].group)
                rank = 0;
            m->row_at[start + d] = items[d].item;
            m->rank[start + d] = (uint8_t)(rank < 255 ? rank : 255);
            m->full_rank[start + d - m->image_start[first]] = rank;
        }
    }
    free(items);
    free(spare);
    return enough;
}

/* Bytes of both structs, so that a caller can tell whether this library is of its own version. */
void ld_layout(int64_t *bytes)
{
    bytes[0] = sizeof(Matching);
    bytes[1] = sizeof(Curves);
}
