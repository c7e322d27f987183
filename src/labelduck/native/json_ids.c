/* Ids of many records at once: whole numbers as text, and their places in a table. */
#include <stdint.h>
#include <string.h>

enum { MOST_DIGITS = 20 };

/* Write the digits of a number to the end of a room, and return how many characters there are. */
static int write_digits(int64_t number, char room[MOST_DIGITS])
{
    static const char PAIRS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
                                "525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    char *p = room + MOST_DIGITS;
    for (; rest >= 100; rest /= 100)
        memcpy(p -= 2, PAIRS + 2 * (rest % 100), 2);
    if (rest >= 10)
        memcpy(p -= 2, PAIRS + 2 * rest, 2);
    else
        *--p = (char)('0' + rest);
    if (number < 0)
        *--p = '-';
    return (int)(room + MOST_DIGITS - p);
}

/* Set where the text of each of n numbers begins, and where the last one ends; return that. */
int64_t ld_text_offsets(int64_t n, const int64_t *numbers, int32_t *offsets)
{
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t size = numbers[i] < 0 ? -(uint64_t)numbers[i] : (uint64_t)numbers[i];
        offsets[i] = (int32_t)total;
        total += 1 + (numbers[i] < 0);
        for (; size >= 10; size /= 10)
            total++;
    }
    offsets[n] = (int32_t)total;
    return total;
}

/* Write the text of n numbers one behind the other, as Python writes them. */
void ld_texts(int64_t n, const int64_t *numbers, char *texts)
{
    char room[MOST_DIGITS];
    for (int64_t i = 0; i < n; i++) {
        const int n_digits = write_digits(numbers[i], room);
        memcpy(texts, room + MOST_DIGITS - n_digits, (size_t)n_digits);
        texts += n_digits;
    }
}

/* Look n numbers up in a table whose first entry is that of the number `first`; -1 for those that lie outside. */
void ld_look_up(int64_t n, const int64_t *numbers, int64_t first, int64_t n_table, const int32_t *table, int32_t *found)
{
    for (int64_t i = 0; i < n; i++) {
        const uint64_t place = (uint64_t)numbers[i] - (uint64_t)first;
        found[i] = place < (uint64_t)n_table ? table[place] : -1;
    }
}
