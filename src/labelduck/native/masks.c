/* Run-length masks: their compressed text, and whether it is sound.

   The text holds run lengths (from the fourth on, the difference to the one two before) in groups of five bits, lowest
   first, one character from code 48 per group; a sixth bit says that more groups follow. */
#include "masks.h"

enum { MOST_CHARACTERS = 6, MOST_PIXELS = (1 << 29) - 1 };

/* Read the number at *text and step over it; 0 when it is none. */
static int read_number(const uint8_t **text, const uint8_t *end, int64_t *number)
{
    int64_t value = 0;
    int characters = 0, more = 1;
    while (more) {
        if (*text == end || **text < 48 || **text > 111 || characters == MOST_CHARACTERS)
            return 0;
        const int64_t group = *(*text)++ - 48;
        value |= (group & 31) << (5 * characters++);
        more = (group & 32) != 0;
        if (!more && group & 16)
            value |= -(INT64_C(1) << (5 * characters));
    }
    *number = value;
    return 1;
}

int64_t read_mask(const uint8_t *text, const uint8_t *end, int64_t height, int64_t width, uint32_t *ends)
{
    int64_t before = 0, last = 0, total = 0, n = 0, value;
    if (height < 1 || width < 1 || height > MOST_PIXELS || width > MOST_PIXELS || height * width > MOST_PIXELS)
        return -1;
    const int64_t pixels = height * width;
    if (text < end) { /* the first run alone may have no pixels, and no other is told by its difference to it */
        if (!read_number(&text, end, &total) || total < 0 || total > pixels)
            return -1;
        if (ends)
            ends[0] = (uint32_t)total;
        n = 1;
    }
    while (text < end) {
        const unsigned group = *text - 48u;
        if (group < 32) /* most runs take one character */
            value = (int64_t)(group ^ 16) - 16, text++;
        else if (!read_number(&text, end, &value))
            return -1;
        value += before;
        before = last;
        last = value;
        total += value;
        if (value < 1 || total > pixels) /* a run of no pixels is taken for an end elsewhere */
            return -1;
        if (ends)
            ends[n] = (uint32_t)total;
        n++;
    }
    return total == pixels ? n : -1;
}

/* Set plain[i] for each mask that is sound and has no run of no pixels but the first. Text i ends before ends[i]. */
void ld_plain_masks(int64_t n, const uint8_t *texts, const int64_t *ends, const int64_t *sizes, uint8_t *plain)
{
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *text = texts + (i ? ends[i - 1] : 0);
        plain[i] = (uint8_t)(read_mask(text, texts + ends[i], sizes[2 * i], sizes[2 * i + 1], 0) >= 0);
    }
}
