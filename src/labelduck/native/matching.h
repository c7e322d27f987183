/* What matching and the precision-recall curves share. The layout of both structs is mirrored in kernel/bindings.py. */
#ifndef LABELDUCK_MATCHING_H
#define LABELDUCK_MATCHING_H

#include <stdint.h>

enum { AREAS = 4, THRESHOLDS = 10, RECALLS = 101, LIMITS = 3 }; /* most of each that the kernel has room for */

/* What is special about an annotation. */
enum {
    CROWD = 1,     /* stands for many objects: overlap is divided by the prediction's area */
    IGNORED = 2,   /* neither finding nor missing it counts */
    REUSABLE = 4,  /* may be matched many times */
    NEVER_TP = 8,  /* pycocotools reads a match with annotation id 0 as no match */
    DIFFICULT = 16 /* left out by the Pascal VOC rules */
};

enum { FALSE_POSITIVE, TRUE_POSITIVE, PREDICTION_IGNORED };                          /* outcome of a prediction */
enum { NO_ERROR, WRONG_CLASS, BAD_BOX, BOTH, DUPLICATE, BACKGROUND };                /* why it is false */
enum { FOUND, MISSED, EXPLAINED, ANNOTATION_IGNORED };                               /* state of an annotation */

/* One comparison of predictions with annotations. Arrays called by *row* follow the source, by *place* the order
   image, class, falling confidence. Pointers marked optional may be null. */
typedef struct {
    /* rules */
    const double *thresholds;  /* rising IoU thresholds; the first one decides outcomes */
    const double *area_low;    /* area ranges, both ends inclusive; the first one is `all` */
    const double *area_high;
    double pair_floor;         /* IoU from which a pair is listed and a false positive has touched an annotation */
    int64_t n_thresholds, n_areas, max_detections;
    /* predictions */
    const int32_t *class_index; /* by row; -1 for a class outside the taxonomy */
    const double *confidence;   /* by row */
    const double *x_min, *y_min, *x_max, *y_max; /* by row; optional where IoUs are given */
    const double *area;         /* by row; optional: as stated, which boxes only take where it agrees with them */
    const int64_t *image_start; /* first place of each image, and the end */
    uint32_t *row_at;           /* row at each place */
    /* annotations, by image */
    const int32_t *annotation_class;
    const double *ax_min, *ay_min, *ax_max, *ay_max;
    const double *annotation_area;
    const uint8_t *flags;
    const int64_t *annotation_start; /* first annotation of each image, and the end */
    /* given IoUs: image by image, a row of annotations per place; optional */
    const double *iou;
    const int64_t *iou_start; /* first IoU of each image of the chunk */
    /* results kept for the curves, by place */
    uint16_t *tp;          /* n_areas masks each: bit t set when matched at threshold t */
    uint16_t *ignore;      /* likewise: does not count */
    uint8_t *rank;         /* 0-based within image and class, 255 and more as 255 */
    uint8_t *voc;          /* outcome by the Pascal VOC rules */
    /* results of a chunk of images, by place and annotation less those of its first image */
    int32_t *full_rank;
    int32_t *named;        /* annotation that explains the outcome, -1 for none */
    double *named_iou;
    uint8_t *outcome, *error_kind;
    int32_t *same, *other; /* best annotation of the same and of another class, -1 for none */
    double *same_iou, *other_iou;
    uint16_t *found;       /* by annotation: mask of thresholds at which it is found */
    uint8_t *state;        /* by annotation */
    int32_t *matched;      /* optional, n_thresholds each: annotation matched in the first area range, -1 for none */
    /* overlapping pairs of the chunk */
    uint32_t *pair_place, *pair_annotation;
    double *pair_iou;
    int64_t pair_capacity, n_pairs;
} Matching;

/* Curves of all classes from the results kept above. */
typedef struct {
    const double *recalls;     /* recall points, rising from 0 */
    const int64_t *limits;     /* rising numbers of detections allowed per image and class */
    int64_t n_recalls, n_limits, n_thresholds, n_areas;
    const double *confidence;  /* by row */
    const uint32_t *row_at;    /* by place */
    const int64_t *class_start; /* first entry of each class in place_at, and the end */
    const uint32_t *place_at;   /* places by class */
    const uint16_t *tp, *ignore;
    const uint8_t *rank, *voc;
    const int64_t *n_positives; /* class, area: annotations that count */
    const int64_t *n_voc_positives; /* class */
    int64_t first_kept;        /* first limit whose points are written out */
    double *precision, *scores; /* class, threshold, area, limit kept, recall point */
    double *average, *recall;   /* class, threshold, area, limit */
    int64_t *n_counted;         /* likewise: predictions that count */
    double *voc_average;        /* class, {11 points, area under the curve} */
    double *voc_recall;         /* class */
    double *voc_precision, *voc_scores; /* class, 11 points */
    int64_t *voc_counted;       /* class */
} Curves;

/* A sort key and what it belongs to. */
typedef struct {
    uint64_t key;
    int32_t group;
    uint32_t item;
} Sortable;

/* Rising group, then rising key; equal ones keep their order. */
void ld_sort(Sortable *items, Sortable *spare, int64_t n);

/* Key that rises as confidence falls; 0 and -0 are equal. */
uint64_t ld_falling(double confidence);

#endif
