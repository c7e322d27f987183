/* Stable sorting, the same for one image's predictions and for a class's. */
#include "matching.h"

#include <stdlib.h>
#include <string.h>

enum { RUN = 12, RADIX_FROM = 1024, DIGITS = 8, DIGIT_VALUES = 256 };

uint64_t ld_falling(double confidence)
{
    double negated = -confidence + 0.0; /* turns -0 into 0 */
    uint64_t bits;
    memcpy(&bits, &negated, sizeof bits);
    return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static int after(const Sortable *a, const Sortable *b)
{
    return a->group != b->group ? a->group > b->group : a->key > b->key;
}

static void insertion(Sortable *items, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        Sortable moved = items[i];
        int64_t j = i;
        for (; j > 0 && after(&items[j - 1], &moved); j--)
            items[j] = items[j - 1];
        items[j] = moved;
    }
}

static void merge(const Sortable *from, Sortable *to, int64_t middle, int64_t end)
{
    int64_t left = 0, right = middle;
    for (int64_t i = 0; i < end; i++)
        to[i] = left < middle && (right >= end || !after(&from[left], &from[right])) ? from[left++] : from[right++];
}

static void merge_sort(Sortable *items, Sortable *spare, int64_t n)
{
    for (int64_t start = 0; start < n; start += RUN)
        insertion(items + start, n - start < RUN ? n - start : RUN);
    Sortable *from = items, *to = spare;
    for (int64_t width = RUN; width < n; width *= 2) {
        for (int64_t start = 0; start < n; start += 2 * width) {
            int64_t end = n - start < 2 * width ? n - start : 2 * width;
            merge(from + start, to + start, end < width ? end : width, end);
        }
        Sortable *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, (size_t)n * sizeof *items);
}

/* Least significant byte first; bytes that are the same everywhere are skipped. All items are of one group. */
static void radix_sort(Sortable *items, Sortable *spare, int64_t n)
{
    int64_t (*counts)[DIGIT_VALUES] = calloc(DIGITS, sizeof *counts);
    if (!counts) {
        merge_sort(items, spare, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        for (int digit = 0; digit < DIGITS; digit++)
            counts[digit][items[i].key >> (8 * digit) & 255]++;
    Sortable *from = items, *to = spare;
    for (int digit = 0; digit < DIGITS; digit++) {
        int64_t *count = counts[digit], total = 0;
        if (count[from[0].key >> (8 * digit) & 255] == n)
            continue;
        for (int value = 0; value < DIGIT_VALUES; value++) {
            int64_t here = count[value];
            count[value] = total;
            total += here;
        }
        for (int64_t i = 0; i < n; i++)
            to[count[from[i].key >> (8 * digit) & 255]++] = from[i];
        Sortable *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, (size_t)n * sizeof *items);
    free(counts);
}

void ld_sort(Sortable *items, Sortable *spare, int64_t n)
{
    int sorted = 1, one_group = 1;
    for (int64_t i = 1; i < n && (sorted || one_group); i++) {
        sorted &= !after(&items[i - 1], &items[i]);
        one_group &= items[i].group == items[0].group;
    }
    if (sorted)
        return;
    if (one_group && n >= RADIX_FROM)
        radix_sort(items, spare, n);
    else
        merge_sort(items, spare, n);
}

/* Group things by a small number: those of key k are item_at[start[k]] .. item_at[start[k + 1] - 1], in their order.
   Negative keys are left out. The key of thing i is key[i], or key[via[i]] where `via` is given. */
void ld_group(int64_t n, const uint32_t *via, const int32_t *key, int64_t n_keys, int64_t *start, uint32_t *item_at)
{
    memset(start, 0, (size_t)(n_keys + 1) * sizeof *start);
    for (int64_t i = 0; i < n; i++) {
        const int32_t k = key[via ? via[i] : (uint32_t)i];
        if (k >= 0)
            start[k + 1]++;
    }
    for (int64_t k = 0; k < n_keys; k++)
        start[k + 1] += start[k];
    for (int64_t i = 0; i < n; i++) {
        const int32_t k = key[via ? via[i] : (uint32_t)i];
        if (k >= 0)
            item_at[start[k]++] = (uint32_t)i;
    }
    memmove(start + 1, start, (size_t)n_keys * sizeof *start);
    start[0] = 0;
}
