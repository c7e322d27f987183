/* One image while it is matched. */
#ifndef LABELDUCK_IMAGES_H
#define LABELDUCK_IMAGES_H

#include "matching.h"

typedef struct {
    double iou;
    int32_t annotation; /* within the image */
    uint16_t bits;      /* thresholds that the overlap reaches */
} Candidate;

/* Annotations of one image, what has been taken of them, and room to work in. */
typedef struct {
    double *area;    /* of the box, for the union */
    double *row;     /* IoUs of one prediction */
    double *plain;   /* IoUs with crowds as with anything else */
    uint8_t *out_of; /* bit a: does not count in area range a */
    uint16_t *taken; /* AREAS masks each */
    uint16_t *found; /* mask for the first area range */
    uint8_t *voc_taken;
    Candidate *candidates;
    Sortable *items, *spare;
} Scratch;

typedef struct {
    const Matching *m;
    Scratch *s;
    int64_t first_place, n_places, first_annotation, n_annotations, chunk_place, chunk_annotation, chunk_iou;
} Image;

/* Areas and marks of the image's annotations. */
void prepare_annotations(const Image *image);

/* Match the prediction at a place with the annotations of its image. Returns 0 when there is no room for its pairs. */
int match_prediction(const Image *image, Matching *m, int64_t place);

#endif
