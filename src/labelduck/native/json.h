/* Reading lists of COCO records straight into columns. The layout of Records is mirrored in json_scan.py. */
#ifndef LABELDUCK_JSON_H
#define LABELDUCK_JSON_H

#include <stdint.h>

/* Bits of `seen`: which fields a record has. ODD alone means: anything else than the plain fields in their plain form,
   to be read by Python. */
enum {
    ID = 1, IMAGE = 2, CATEGORY = 4, BOX = 8, AREA = 16, SCORE = 32, CROWD = 64, POLYGONS = 128, MASK = 256,
    KEYPOINTS = 512, N_KEYPOINTS = 1024, ODD = 32768
};

/* Columns of a chunk of records, all zero before it is read. Lists lie behind one another; `..._ends` tell where those of each record end. */
typedef struct {
    /* room */
    int64_t max_records, max_numbers, max_rings, max_counts, max_keypoints;
    /* by record */
    int64_t *start, *end; /* place in the text */
    uint16_t *seen;
    int64_t *id, *image, *category;
    double *x, *y, *width, *height, *area, *score;
    uint8_t *crowd;
    int64_t *n_keypoints;
    int64_t *polygon_ends, *counts_ends, *keypoints_ends;
    int64_t *mask_height, *mask_width;
    double *mask_area;
    double *mask_box; /* four corners each */
    /* lists */
    double *numbers;
    int64_t *ring_ends;
    uint8_t *counts;
    double *keypoints;
    /* results */
    int64_t n_records, n_numbers, n_rings, n_counts, n_keypoint_numbers;
    int64_t next; /* place of the first record that is not in the chunk, or of what is wrong */
} Records;

/* Where reading stands. `stop` points at the last byte of the text, which is a closing bracket: it ends every number and
   every run of spaces, so only loops over text in quotes have to look at it. */
typedef struct {
    const uint8_t *at, *stop;
    Records *to;
} Reader;

enum { GOOD = 1, UNUSUAL = 0, NO_ROOM = -1 }; /* what reading a value comes to */

static inline void skip_space(Reader *r)
{
    while (*r->at <= ' ' && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* Step over a character and the spaces around it, if it is there. */
static inline int accept(Reader *r, uint8_t wanted)
{
    skip_space(r);
    if (*r->at != wanted || r->at == r->stop)
        return 0;
    r->at++;
    skip_space(r);
    return 1;
}

/* Not seen from outside the library, so that calls are direct. */
#pragma GCC visibility push(hidden)
int read_whole(Reader *r, int64_t *value);
int read_real(Reader *r, double *value);
int read_coordinate(Reader *r, double *value);
int read_coordinates(Reader *r, double *values, int64_t room, int64_t *n);
int read_segmentation(Reader *r, int64_t record);
#pragma GCC visibility pop

#endif
