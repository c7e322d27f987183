/* Segmentations of COCO records: rings and run-length masks, checked as geometry/runs.py does. */
#include "json.h"

#include <string.h>

enum { MOST_CHARACTERS = 6, MOST_PIXELS = (1 << 29) - 1 };

static int read_rings(Reader *r, int64_t record)
{
    Records *const to = r->to;
    if (!accept(r, '['))
        return UNUSUAL;
    if (*r->at == ']' && r->at != r->stop) {
        r->at++;
        return GOOD; /* no rings: not given */
    }
    for (;;) {
        int64_t n;
        if (to->n_rings >= to->max_rings)
            return NO_ROOM;
        const int got = read_coordinates(r, to->numbers + to->n_numbers, to->max_numbers - to->n_numbers, &n);
        if (got != GOOD)
            return got;
        if (n < 6 || n % 2)
            return UNUSUAL;
        to->n_numbers += n;
        to->ring_ends[to->n_rings++] = to->n_numbers;
        skip_space(r);
        if (*r->at == ',') {
            r->at++;
            skip_space(r);
        } else if (*r->at == ']' && r->at != r->stop) {
            r->at++;
            to->seen[record] |= POLYGONS;
            return GOOD;
        } else {
            return UNUSUAL;
        }
    }
}

static int read_size(Reader *r, int64_t *height, int64_t *width)
{
    if (!accept(r, '[') || read_whole(r, height) != GOOD || !accept(r, ',') || read_whole(r, width) != GOOD)
        return UNUSUAL;
    return accept(r, ']');
}

/* Copy text in quotes in which only backslashes are escaped. */
static int read_counts(Reader *r)
{
    Records *const to = r->to;
    if (*r->at != '"')
        return UNUSUAL;
    const uint8_t *p = r->at + 1;
    for (; p < r->stop && *p != '"'; p++) {
        if (to->n_counts >= to->max_counts)
            return NO_ROOM;
        if (*p < '0' || *p > 'o' || (*p == '\\' && *++p != '\\'))
            return UNUSUAL;
        to->counts[to->n_counts++] = *p;
    }
    if (p >= r->stop)
        return UNUSUAL;
    r->at = p + 1;
    skip_space(r);
    return GOOD;
}

/* Run lengths on their way to compressed text; runs of no pixels are left out, and their neighbours joined. */
typedef struct {
    Records *to;
    int64_t before, two_before, n; /* the runs written last, and how many */
} Writer;

static int write_run(Writer *w, int64_t length)
{
    Records *const to = w->to;
    int64_t value = w->n > 2 ? length - w->two_before : length;
    int more = 1;
    if (to->max_counts - to->n_counts < MOST_CHARACTERS)
        return NO_ROOM;
    while (more) {
        const int64_t group = value & 31;
        value = (value - group) / 32;
        more = group & 16 ? value != -1 : value != 0;
        to->counts[to->n_counts++] = (uint8_t)(48 + group + (more ? 32 : 0));
    }
    w->two_before = w->before;
    w->before = length;
    w->n++;
    return GOOD;
}

/* Read a list of run lengths, background first, as compressed text. */
static int read_runs(Reader *r)
{
    Writer w = {.to = r->to};
    int64_t open = 0; /* pixels of the run that may still grow */
    if (!accept(r, '['))
        return UNUSUAL;
    for (int is_foreground = 0, is_open_foreground = 0;; is_foreground = !is_foreground) {
        int64_t length;
        if (read_whole(r, &length) != GOOD || length < 0 || length > MOST_PIXELS || open > MOST_PIXELS)
            return UNUSUAL;
        if (length && is_foreground != is_open_foreground) {
            if (write_run(&w, open) != GOOD)
                return NO_ROOM;
            open = 0;
            is_open_foreground = is_foreground;
        }
        open += length;
        skip_space(r);
        if (*r->at == ']' && r->at != r->stop)
            break;
        if (!accept(r, ','))
            return UNUSUAL;
    }
    if (open > MOST_PIXELS)
        return UNUSUAL;
    if (open && write_run(&w, open) != GOOD)
        return NO_ROOM;
    r->at++;
    skip_space(r);
    return GOOD;
}

typedef struct {
    int64_t height, x_min, y_min, x_max, y_max, area;
} Extent;

/* Add a foreground run to an extent. One over the foot of a column goes on at the top of the next. */
static void add_run(Extent *e, int64_t start, int64_t length)
{
    const uint32_t height = (uint32_t)e->height, last = (uint32_t)(start + length - 1);
    const int64_t left = (uint32_t)start / height, right = last / height;
    const int64_t top = left < right ? 0 : (uint32_t)start % height;
    const int64_t bottom = left < right ? height - 1 : last % height;
    e->area += length;
    e->x_min = left < e->x_min ? left : e->x_min;
    e->y_min = top < e->y_min ? top : e->y_min;
    e->x_max = right + 1 > e->x_max ? right + 1 : e->x_max;
    e->y_max = bottom + 1 > e->y_max ? bottom + 1 : e->y_max;
}

/* Decode a mask's text; no pixel is made. */
static int measure(const uint8_t *text, int64_t n_text, int64_t height, int64_t width, Extent *e)
{
    *e = (Extent){.height = height, .x_min = INT64_MAX, .y_min = INT64_MAX};
    int64_t before = 0, two_before = 0, covered = 0, n = 0, i = 0;
    while (i < n_text) {
        int64_t value = 0;
        int place = 0;
        uint8_t code;
        do {
            if (i >= n_text || place >= MOST_CHARACTERS)
                return UNUSUAL;
            code = (uint8_t)(text[i++] - 48);
            value |= (int64_t)(code & 31) << (5 * place++);
        } while (code & 32);
        if (code & 16)
            value -= (int64_t)1 << (5 * place);
        if (n > 2)
            value += two_before;
        if (value < 0 || value > MOST_PIXELS || covered + value > MOST_PIXELS)
            return UNUSUAL;
        if (n % 2 && value)
            add_run(e, covered, value);
        covered += value;
        two_before = before;
        before = value;
        n++;
    }
    return covered == height * width;
}

static int read_mask(Reader *r, int64_t record)
{
    Records *const to = r->to;
    const int64_t first = to->n_counts;
    int64_t height = 0, width = 0;
    int has_size = 0, has_counts = 0;
    if (!accept(r, '{'))
        return UNUSUAL;
    for (;;) {
        int got;
        if (!has_size && r->stop - r->at > 6 && !memcmp(r->at, "\"size\"", 6)) {
            r->at += 6;
            has_size = 1;
            got = accept(r, ':') ? read_size(r, &height, &width) : UNUSUAL;
        } else if (!has_counts && r->stop - r->at > 8 && !memcmp(r->at, "\"counts\"", 8)) {
            r->at += 8;
            has_counts = 1;
            got = !accept(r, ':') ? UNUSUAL : *r->at == '[' ? read_runs(r) : read_counts(r);
        } else {
            return UNUSUAL;
        }
        if (got != GOOD)
            return got;
        if (*r->at == '}' && r->at != r->stop)
            break;
        if (!accept(r, ','))
            return UNUSUAL;
    }
    r->at++;
    Extent e;
    if (!has_size || !has_counts || height < 1 || width < 1 || height > MOST_PIXELS || width > MOST_PIXELS ||
        height * width > MOST_PIXELS || measure(to->counts + first, to->n_counts - first, height, width, &e) != GOOD)
        return UNUSUAL;
    to->mask_height[record] = height;
    to->mask_width[record] = width;
    to->mask_area[record] = (double)e.area;
    const double box[4] = {(double)e.x_min, (double)e.y_min, (double)e.x_max, (double)e.y_max};
    const double empty[4] = {0, 0, 0, 0};
    memcpy(to->mask_box + 4 * record, e.area ? box : empty, sizeof box);
    to->seen[record] |= MASK;
    return GOOD;
}

/* Read rings or a mask into the record's columns. */
int read_segmentation(Reader *r, int64_t record)
{
    if (*r->at == '{')
        return read_mask(r, record);
    return *r->at == '[' ? read_rings(r, record) : UNUSUAL;
}
