/* Run-length masks: is their compressed text sound?

   The text holds run lengths (from the fourth on, the difference to the one two before) in groups of five bits, lowest
   first, one character from code 48 per group; a sixth bit says that more groups follow. */
#include <stdint.h>

enum { MOST_CHARACTERS = 6, MOST_PIXELS = (1 << 29) - 1 };

/* One mask; 0 as soon as anything is odd. */
static int is_plain(const uint8_t *text, const uint8_t *end, int64_t height, int64_t width)
{
    int64_t before[2] = {0, 0}, total = 0, n = 0;
    if (height < 1 || width < 1 || height > MOST_PIXELS || width > MOST_PIXELS || height * width > MOST_PIXELS)
        return 0;
    while (text < end) {
        int64_t value = 0;
        int characters = 0, more = 1;
        while (more) {
            if (text == end || *text < 48 || *text > 111 || characters == MOST_CHARACTERS)
                return 0;
            const int64_t group = *text++ - 48;
            value |= (group & 31) << (5 * characters++);
            more = (group & 32) != 0;
            if (!more && group & 16)
                value |= -(INT64_C(1) << (5 * characters));
        }
        if (n > 2)
            value += before[0];
        if (value < 0 || (value == 0 && n > 0)) /* a run of no pixels is taken for an end elsewhere */
            return 0;
        before[0] = before[1];
        before[1] = value;
        total += value;
        n++;
        if (total > MOST_PIXELS)
            return 0;
    }
    return total == height * width;
}

/* Set plain[i] for each mask that is sound and has no run of no pixels but the first. Text i ends before ends[i]. */
void ld_plain_masks(int64_t n, const uint8_t *texts, const int64_t *ends, const int64_t *sizes, uint8_t *plain)
{
    for (int64_t i = 0; i < n; i++)
        plain[i] = (uint8_t)is_plain(texts + (i ? ends[i - 1] : 0), texts + ends[i], sizes[2 * i], sizes[2 * i + 1]);
}
