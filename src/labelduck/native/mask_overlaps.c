/* Overlaps of run-length masks, image by image: the IoUs that pycocotools gives, to the last bit.

   A mask is read once. Pairs whose boxes do not meet share nothing. For the others, one mask is drawn as bits beside
   running totals, so that its pixels before any place take one look-up, and the runs of all masks that may overlap it
   are looked up in it. Where drawing would take longer than that, the runs of both are walked side by side. */
#include "masks.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, MOST_BLOCKS = 1 << 20 };

/* Masks of a chunk of images; matching/mask_overlaps.py passes these four addresses. */
typedef struct {
    const uint64_t *address; /* of each text */
    const int64_t *length;   /* bytes of each text */
    const int32_t *size;     /* height and width of each mask */
    const int64_t *start;    /* first mask of each image, and the end */
} Texts;

typedef struct {
    const uint32_t *ends; /* piece k of the foreground begins at ends[2 * k] and ends before ends[2 * k + 1] */
    int64_t n;            /* pieces */
    uint32_t height, width, area, left, top, right, bottom;
} Shape;

/* 64 pixels, and how many are foreground before them. */
typedef struct {
    uint64_t bits, before;
} Block;

typedef struct {
    Shape *found, *drawn;
    uint32_t *ends;
    Block *blocks;
    int64_t n_blocks; /* room for so many */
} Desk;

/* Area, and the box around the foreground: edges of its pixels. */
static void measure(Shape *shape)
{
    const uint32_t *ends = shape->ends, height = shape->height;
    uint32_t area = 0, top = height, bottom = 0, column = ends[0] / height * height;
    shape->left = column / height;
    shape->right = (ends[2 * shape->n - 1] - 1) / height + 1;
    for (int64_t k = 0; k < shape->n; k++) {
        const uint32_t low = ends[2 * k], length = ends[2 * k + 1] - low;
        area += length;
        if (low - column >= height) /* mostly the next column */
            column += low - column < 2 * height ? height : (low - column) / height * height;
        const uint32_t y = low - column;
        if (length > height - y) { /* over the foot of a column and on at the top of the next: it touches both */
            top = 0;
            bottom = height;
        } else {
            top = y < top ? y : top;
            bottom = y + length > bottom ? y + length : bottom;
        }
    }
    shape->area = area;
    shape->top = top;
    shape->bottom = bottom;
}

/* Read the masks of an image. Returns 0 when one of them is odd. */
static int read_shapes(const Texts *texts, int64_t image, Shape *shapes, uint32_t **room)
{
    for (int64_t i = texts->start[image]; i < texts->start[image + 1]; i++, shapes++) {
        const uint8_t *text = (const uint8_t *)(uintptr_t)texts->address[i];
        memset(shapes, 0, sizeof *shapes);
        const int32_t *size = texts->size + 2 * i;
        const int64_t n = read_mask(text, text + texts->length[i], size[0], size[1], *room);
        if (n < 0)
            return 0;
        shapes->ends = *room;
        shapes->n = n / 2;
        shapes->height = (uint32_t)size[0];
        shapes->width = (uint32_t)size[1];
        if (shapes->n)
            measure(shapes);
        *room += n;
    }
    return 1;
}

static int may_meet(const Shape *a, const Shape *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom && a->height == b->height
        && a->width == b->width;
}

static int64_t walk(const Shape *a, const Shape *b)
{
    int64_t i = 0, j = 0, shared = 0;
    while (i < a->n && j < b->n) {
        const uint32_t low = a->ends[2 * i] > b->ends[2 * j] ? a->ends[2 * i] : b->ends[2 * j];
        const uint32_t a_end = a->ends[2 * i + 1], b_end = b->ends[2 * j + 1], high = a_end < b_end ? a_end : b_end;
        shared += high > low ? high - low : 0;
        i += a_end <= b_end;
        j += b_end <= a_end;
    }
    return shared;
}

static uint64_t count(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return ((bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56;
}

/* Foreground pixels before a place. */
static uint64_t before(const Block *blocks, uint32_t place)
{
    const Block *block = blocks + place / BLOCK;
    return block->before + count(block->bits & ~(~UINT64_C(0) << place % BLOCK));
}

/* Draw the pixels from the first piece of the foreground to the last. */
static void draw(const Shape *shape, Block *blocks, int64_t n_blocks)
{
    const uint32_t base = shape->ends[0];
    uint64_t total = 0;
    memset(blocks, 0, (size_t)n_blocks * sizeof *blocks);
    for (int64_t k = 0; k < shape->n; k++) {
        const uint32_t low = shape->ends[2 * k] - base, last = shape->ends[2 * k + 1] - 1 - base;
        const uint64_t from = ~UINT64_C(0) << low % BLOCK, to = ~UINT64_C(0) >> (BLOCK - 1 - last % BLOCK);
        if (low / BLOCK == last / BLOCK) {
            blocks[low / BLOCK].bits |= from & to;
            continue;
        }
        blocks[low / BLOCK].bits |= from;
        for (uint32_t b = low / BLOCK + 1; b < last / BLOCK; b++)
            blocks[b].bits = ~UINT64_C(0);
        blocks[last / BLOCK].bits |= to;
    }
    for (int64_t b = 0; b < n_blocks; b++) {
        blocks[b].before = total;
        total += count(blocks[b].bits);
    }
}

/* Pixels that a drawn shape shares with another. */
static int64_t look_up(const Shape *drawn, const Block *blocks, const Shape *other)
{
    const uint32_t base = drawn->ends[0], end = drawn->ends[2 * drawn->n - 1];
    int64_t k = 0, last = other->n;
    uint64_t shared = 0;
    while (k < last) { /* the first piece that ends beyond the base */
        const int64_t middle = (k + last) / 2;
        if (other->ends[2 * middle + 1] <= base)
            k = middle + 1;
        else
            last = middle;
    }
    for (; k < other->n && other->ends[2 * k] < end; k++) {
        const uint32_t low = other->ends[2 * k], high = other->ends[2 * k + 1];
        shared += before(blocks, (high < end ? high : end) - base) - before(blocks, (low > base ? low : base) - base);
    }
    return (int64_t)shared;
}

/* Fill a column of an image's IoUs: those of one annotation with all predictions. */
static void compare(const Desk *desk, const Shape *drawn, int64_t n_found, int64_t n_runs, int is_crowd, double *iou, int64_t step)
{
    const int64_t n_blocks = drawn->n ? (drawn->ends[2 * drawn->n - 1] - drawn->ends[0]) / BLOCK + 1 : 0;
    const int is_worth_it = n_blocks <= desk->n_blocks && n_blocks < n_runs;
    int is_drawn = 0;
    for (int64_t p = 0; drawn->n && p < n_found; p++) {
        const Shape *found = desk->found + p;
        if (!found->n || !may_meet(found, drawn))
            continue;
        if (is_worth_it && !is_drawn)
            draw(drawn, desk->blocks, n_blocks), is_drawn = 1;
        const int64_t shared = is_drawn ? look_up(drawn, desk->blocks, found) : walk(found, drawn);
        /* COCO crowds match many times: divide by the prediction's area, not the union. */
        const int64_t whole = is_crowd ? found->area : (int64_t)found->area + drawn->area - shared;
        iou[p * step] = shared ? (double)shared / (double)whole : 0;
    }
}

static int fill_image(const Texts *found, const Texts *drawn, int64_t image, const uint8_t *is_crowd, const Desk *desk, double *iou)
{
    const int64_t n_found = found->start[image + 1] - found->start[image], first = drawn->start[image];
    const int64_t n_drawn = drawn->start[image + 1] - first;
    uint32_t *room = desk->ends;
    if (!n_found || !n_drawn)
        return 1;
    if (!read_shapes(drawn, image, desk->drawn, &room) || !read_shapes(found, image, desk->found, &room))
        return 0;
    for (int64_t a = 0; a < n_drawn; a++)
        compare(desk, desk->drawn + a, n_found, room - desk->ends, is_crowd[first + a], iou + a, n_drawn);
    return 1;
}

/* Most masks of one image, and most bytes of their texts. */
static int64_t most(const Texts *texts, int64_t n_images, int64_t *n_bytes)
{
    int64_t n_masks = 1;
    for (int64_t i = 0; i < n_images; i++) {
        int64_t n = 0;
        for (int64_t m = texts->start[i]; m < texts->start[i + 1]; m++)
            n += texts->length[m];
        *n_bytes = n > *n_bytes ? n : *n_bytes;
        n = texts->start[i + 1] - texts->start[i];
        n_masks = n > n_masks ? n : n_masks;
    }
    return n_masks;
}

/* Fill the IoUs of a chunk of images: image by image from iou_start, a row of annotations per prediction; they are 0
   beforehand. An image with an odd mask is left out and marked. Returns 0 when memory is short. */
int64_t ld_mask_ious(
    int64_t n_images, const Texts *found, const Texts *drawn, const uint8_t *is_crowd, const int64_t *iou_start, double *iou,
    uint8_t *is_odd)
{
    int64_t found_bytes = 1, drawn_bytes = 1;
    const size_t n_found = (size_t)most(found, n_images, &found_bytes), n_drawn = (size_t)most(drawn, n_images, &drawn_bytes);
    const int64_t n_ends = found_bytes + drawn_bytes;
    Desk desk = {.n_blocks = n_ends < MOST_BLOCKS ? n_ends : MOST_BLOCKS};
    desk.found = malloc(n_found * sizeof *desk.found);
    desk.drawn = malloc(n_drawn * sizeof *desk.drawn);
    desk.ends = malloc((size_t)n_ends * sizeof *desk.ends);
    desk.blocks = malloc((size_t)desk.n_blocks * sizeof *desk.blocks);
    const int64_t enough = desk.found && desk.drawn && desk.ends && desk.blocks;
    for (int64_t i = 0; enough && i < n_images; i++)
        is_odd[i] = (uint8_t)!fill_image(found, drawn, i, is_crowd, &desk, iou + iou_start[i]);
    free(desk.found);
    free(desk.drawn);
    free(desk.ends);
    free(desk.blocks);
    return enough;
}
