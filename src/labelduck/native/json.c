/* Lists of COCO records: found, and read into columns where they are plain.

   What is unusual in any way is only delimited and left to Python, which has the words for it. So this file never has to
   explain, and whatever it does read is strictly JSON. */
#include "json.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Return the place after the text in quotes that begins at p, or null when it does not end. */
static const uint8_t *after_text(const uint8_t *p, const uint8_t *stop)
{
    for (p++; p < stop; p++) {
        if (*p == '"')
            return p + 1;
        p += *p == '\\';
    }
    return NULL;
}

enum { BLOCK = 64 };

/* Return a bit for each of the next 64 bytes that is the wanted one, the first one lowest. */
static uint64_t places(const uint8_t *p, uint8_t wanted)
{
    uint64_t bits = 0;
#ifdef __SSE2__
    for (int i = 0; i < BLOCK; i += 16) {
        const __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(p + i)), _mm_set1_epi8((char)wanted));
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(same) << i;
    }
#else
    for (int i = 0; i < BLOCK; i++)
        bits |= (uint64_t)(p[i] == wanted) << i;
#endif
    return bits;
}

/* Return the bits from each odd one on to before the next: those that lie in text, if the given ones are quotes. */
static uint64_t between(uint64_t bits)
{
    for (int shift = 1; shift < BLOCK; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* Return the lowest bit at which a depth comes to nothing, BLOCK when none does; the depth goes on from there. */
static int bottom(uint64_t opens, uint64_t closes, int64_t *depth)
{
    for (uint64_t both = opens | closes; both; both &= both - 1) {
        const uint64_t lowest = both & -both;
        *depth += opens & lowest ? 1 : -1;
        if (!*depth)
            return __builtin_ctzll(lowest);
    }
    return BLOCK;
}

/* Return the place after the list or object that begins at p, or null when it does not end. Only brackets are counted:
   whoever decodes the value sees to the rest. A block at a time, but byte by byte where something is escaped; after:
   Langdale and Lemire, Parsing gigabytes of JSON per second, 2019. */
static const uint8_t *after_brackets(const uint8_t *p, const uint8_t *stop)
{
    const uint8_t open = *p, close = open == '{' ? '}' : ']';
    int64_t depth = 0;
    while (p <= stop) {
        uint64_t in_text = 0;
        while (stop - p >= BLOCK && !places(p, '\\')) {
            const uint64_t text = between(places(p, '"')) ^ in_text;
            const int end = bottom(places(p, open) & ~text, places(p, close) & ~text, &depth);
            if (end < BLOCK)
                return p + end + 1;
            in_text = -(text >> 63);
            p += BLOCK;
        }
        if (in_text || *p == '"') {
            p = after_text(in_text ? p - 1 : p, stop);
            if (!p)
                return NULL;
            continue;
        }
        depth += *p == open;
        if (*p == close && !--depth)
            return p + 1;
        p++;
    }
    return NULL;
}

/* Return the place after the value that begins at p, or null when it does not end. */
static const uint8_t *after_value(const uint8_t *p, const uint8_t *stop)
{
    const uint8_t *const first = p;
    if (*p == '"')
        return after_text(p, stop);
    if (*p == '{' || *p == '[')
        return after_brackets(p, stop);
    while (p < stop && !strchr(" \t\r\n,[]{}\":", *p))
        p++;
    return p > first ? p : NULL;
}

static int read_box(Reader *r, int64_t record)
{
    Records *const to = r->to;
    double *const into[4] = {to->x, to->y, to->width, to->height};
    if (!accept(r, '['))
        return UNUSUAL;
    for (int i = 0; i < 4; i++)
        if (read_coordinate(r, &into[i][record]) != GOOD || !accept(r, i < 3 ? ',' : ']'))
            return UNUSUAL;
    return GOOD;
}

static int read_keypoints(Reader *r, int64_t record)
{
    Records *const to = r->to;
    int64_t n;
    const int got = read_coordinates(r, to->keypoints + to->n_keypoint_numbers, to->max_keypoints - to->n_keypoint_numbers, &n);
    if (got != GOOD || n % 3)
        return got == GOOD ? UNUSUAL : got;
    to->n_keypoint_numbers += n;
    to->seen[record] |= n ? KEYPOINTS : 0;
    return GOOD;
}

/* Return the bit of the field whose name begins at p and step behind the quote after it; 0 for one that is not known. */
static int field_named(Reader *r)
{
#define IS(name, bit) \
    if (r->stop - r->at >= (int64_t)sizeof name && !memcmp(r->at, name "\"", sizeof name)) { \
        r->at += sizeof name; \
        return bit; \
    }
    switch (*r->at) {
    case 'i': IS("image_id", IMAGE) IS("id", ID) IS("iscrowd", CROWD) return 0;
    case 'c': IS("category_id", CATEGORY) return 0;
    case 'b': IS("bbox", BOX) return 0;
    case 's': IS("score", SCORE) IS("segmentation", POLYGONS | MASK) return 0;
    case 'a': IS("area", AREA) return 0;
    case 'k': IS("keypoints", KEYPOINTS) return 0;
    case 'n': IS("num_keypoints", N_KEYPOINTS) return 0;
    default: return 0;
    }
#undef IS
}

static int read_field(Reader *r, int64_t record, int field)
{
    Records *const to = r->to;
    int64_t whole;
    switch (field) {
    case ID: return read_whole(r, &to->id[record]);
    case IMAGE: return read_whole(r, &to->image[record]);
    case CATEGORY: return read_whole(r, &to->category[record]);
    case BOX: return read_box(r, record);
    case AREA: return read_real(r, &to->area[record]);
    case SCORE: return read_real(r, &to->score[record]);
    case CROWD:
        if (read_whole(r, &whole) != GOOD || whole < 0 || whole > 1)
            return UNUSUAL;
        to->crowd[record] = (uint8_t)whole;
        return GOOD;
    case POLYGONS | MASK: return read_segmentation(r, record);
    case KEYPOINTS: return read_keypoints(r, record);
    case N_KEYPOINTS: return read_whole(r, &to->n_keypoints[record]);
    default: return UNUSUAL;
    }
}

/* Read one record; on GOOD the reader stands behind it. */
static int read_record(Reader *r, int64_t record)
{
    int given = 0;
    if (!accept(r, '{'))
        return UNUSUAL;
    for (;;) {
        if (*r->at != '"')
            return UNUSUAL;
        r->at++;
        const int field = field_named(r);
        if (!field || given & field)
            return UNUSUAL;
        given |= field;
        if (!accept(r, ':'))
            return UNUSUAL;
        const int got = read_field(r, record, field);
        if (got != GOOD)
            return got;
        if (field & ~(POLYGONS | MASK | KEYPOINTS))
            r->to->seen[record] |= (uint16_t)field;
        skip_space(r);
        if (*r->at == '}' && r->at != r->stop) {
            r->at++;
            return GOOD;
        }
        if (!accept(r, ','))
            return UNUSUAL;
    }
}

/* Take back what was read of a record. Room is given zeroed, so others need no clearing: memory that no field of the file
   is written to is never touched, and costs nothing. */
static void clear(Records *to, int64_t record)
{
    to->id[record] = to->image[record] = to->category[record] = to->n_keypoints[record] = 0;
    to->x[record] = to->y[record] = to->width[record] = to->height[record] = 0;
    to->area[record] = to->score[record] = 0;
    to->crowd[record] = 0;
    to->mask_height[record] = to->mask_width[record] = 0;
    to->mask_area[record] = 0;
    memset(to->mask_box + 4 * record, 0, 4 * sizeof(double));
}

/* Read the record where the reader stands, or delimit it; 0 when it does not end, NO_ROOM when it does not fit. */
static int take_record(Reader *r, int64_t record)
{
    Records *const to = r->to;
    const int64_t n_numbers = to->n_numbers, n_rings = to->n_rings;
    const int64_t n_counts = to->n_counts, n_keypoint_numbers = to->n_keypoint_numbers;
    const uint8_t *const start = r->at;
    const int got = *start == '{' ? read_record(r, record) : UNUSUAL;
    if (got != GOOD) {
        to->n_numbers = n_numbers, to->n_rings = n_rings;
        to->n_counts = n_counts, to->n_keypoint_numbers = n_keypoint_numbers;
        if (got == NO_ROOM)
            return NO_ROOM;
        clear(to, record);
        to->seen[record] = ODD;
        const uint8_t *const end = after_value(start, r->stop);
        if (!end || end > r->stop)
            return 0;
        r->at = end;
    }
    if (to->n_rings)
        to->polygon_ends[record] = to->n_rings;
    if (to->n_counts)
        to->counts_ends[record] = to->n_counts;
    if (to->n_keypoint_numbers)
        to->keypoints_ends[record] = to->n_keypoint_numbers;
    return GOOD;
}

/* Return the place after the value at `at` in a text of n bytes, -1 when it does not end. */
int64_t ld_json_skip(const uint8_t *text, int64_t n, int64_t at)
{
    const uint8_t *const end = after_value(text + at, text + n - 1);
    return end ? end - text : -1;
}

/* Read records of a list from `at`, which is the place of a record, until room or list end.

   The text ends with a bracket at n - 1. Returns 0 when there is more, 1 when `next` is behind the last record, 2 when
   not even one record fits, -1 when the text is malformed at or after `next`. */
int64_t ld_json_records(const uint8_t *text, int64_t n, int64_t at, Records *to)
{
    Reader r = {text + at, text + n - 1, to};
    for (int64_t record = 0; record < to->max_records; record++) {
        const uint8_t *const start = r.at;
        to->n_records = record;
        to->next = start - text;
        const int got = take_record(&r, record);
        if (got == NO_ROOM)
            return record ? 0 : 2;
        if (!got)
            return -1;
        to->start[record] = start - text;
        to->end[record] = r.at - text;
        to->n_records = record + 1;
        to->next = r.at - text;
        skip_space(&r);
        if (*r.at != ',')
            return 1;
        r.at++;
        skip_space(&r);
        to->next = r.at - text;
    }
    return 0;
}
