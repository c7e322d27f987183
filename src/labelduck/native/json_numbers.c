/* Numbers of JSON text, exactly as Python reads them. */
#include "json.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 }; /* characters of a number that is read here; longer ones are left to Python */

static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const uint64_t WHOLE_POWERS[] = {
    1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u, 100000000000u,
    1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u,
    1000000000000000000u, 10000000000000000000u};

static int is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

enum { EIGHT = 8 };

/* Read the digits at the beginning of eight bytes at once, and return how many there are. */
static inline int read_eight(const uint8_t *p, uint64_t *value)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bytes;
    memcpy(&bytes, p, EIGHT);
    bytes ^= UINT64_C(0x3030303030303030); /* a digit is now below 10, all else is not */
    const uint64_t others = ((bytes + UINT64_C(0x7676767676767676)) | bytes) & UINT64_C(0x8080808080808080);
    const int n = others ? __builtin_ctzll(others) / 8 : EIGHT;
    if (!n)
        return 0;
    /* Zeros in front, then neighbours joined: digits to pairs, pairs to fours, fours to eight. */
    bytes <<= 8 * (EIGHT - n);
    bytes = (bytes * (256 * 10 + 1)) >> 8;
    bytes = ((bytes & UINT64_C(0x00ff00ff00ff00ff)) * (65536 * 100 + 1)) >> 16;
    *value = ((bytes & UINT64_C(0x0000ffff0000ffff)) * (UINT64_C(4294967296) * 10000 + 1)) >> 32;
    return n;
#else
    int n = 0;
    for (*value = 0; n < EIGHT && is_digit(p[n]); n++)
        *value = *value * 10 + (uint64_t)(p[n] - '0');
    return n;
#endif
}

/* A number taken apart: m times ten to a power, with at most 19 digits in m. */
typedef struct {
    uint64_t m;
    int n_digits, power, is_whole;
} Parts;

/* Take apart a short number without exponent, which nearly all are; return what follows it, null for any other. */
static inline const uint8_t *read_short(const uint8_t *p, const uint8_t *stop, Parts *parts)
{
    uint64_t whole, fraction, rest;
    if (stop - p < 4 * EIGHT)
        return NULL;
    const int n = read_eight(p, &whole);
    if (!n || n == EIGHT || (*p == '0' && n > 1))
        return NULL;
    p += n;
    *parts = (Parts){.m = whole, .n_digits = n, .is_whole = 1};
    if (*p == '.') {
        int k = read_eight(++p, &fraction);
        if (!k)
            return NULL;
        parts->m = whole * WHOLE_POWERS[k] + fraction;
        if (k == EIGHT) {
            const int more = read_eight(p + EIGHT, &rest);
            if (more == EIGHT || n + k + more > 19)
                return NULL;
            if (more)
                parts->m = parts->m * WHOLE_POWERS[more] + rest;
            k += more;
        }
        p += k;
        *parts = (Parts){.m = parts->m, .n_digits = n + k, .power = -k};
    }
    if (!parts->m)
        parts->n_digits = 0;
    return (*p | 32) == 'e' ? NULL : p;
}

/* Take apart any number; null for what is none, or is longer than numbers are. */
static const uint8_t *read_any(const uint8_t *p, Parts *parts)
{
    const uint8_t *const first = p;
    uint64_t m = 0;
    int n_digits = 0, power = 0;
    for (; is_digit(*p); p++) {
        m = m * 10 + (uint64_t)(*p - '0');
        n_digits += n_digits || *p != '0';
    }
    if (p == first || (*first == '0' && p - first > 1) || p - first > LONGEST)
        return NULL;
    int is_whole = 1;
    if (*p == '.') {
        const uint8_t *const fraction = ++p;
        for (; is_digit(*p); p++) {
            m = m * 10 + (uint64_t)(*p - '0');
            n_digits += n_digits || *p != '0';
        }
        if (p == fraction || p - fraction > LONGEST)
            return NULL;
        power = (int)(fraction - p);
        is_whole = 0;
    }
    if ((*p | 32) == 'e') {
        const uint8_t *e = p + 1;
        const int down = *e == '-';
        e += *e == '-' || *e == '+';
        int exponent = 0;
        const uint8_t *const digits = e;
        while (is_digit(*e) && e - digits < 5)
            exponent = exponent * 10 + (*e++ - '0');
        if (e == digits || is_digit(*e))
            return NULL;
        power += down ? -exponent : exponent;
        p = e;
        is_whole = 0;
    }
    *parts = (Parts){n_digits > 19 ? 0 : m, n_digits, power, is_whole};
    return p;
}

#ifdef __SIZEOF_INT128__
/* m / 10^k for k in 1..19, rounded once. Both are shifted to the left end of 64 bits, so that the quotient has 63 or 64
   bits; the remainder is kept as its lowest bit, and the conversion rounds to nearest, ties to even. */
static double divided(uint64_t m, int k)
{
    const uint64_t d = WHOLE_POWERS[k];
    const int m_shift = __builtin_clzll(m), d_shift = __builtin_clzll(d);
    const unsigned __int128 wide = (unsigned __int128)(m << m_shift) << 63;
    const uint64_t divisor = d << d_shift;
    uint64_t quotient = (uint64_t)(wide / divisor);
    quotient |= wide - (unsigned __int128)quotient * divisor != 0;
    return ldexp((double)quotient, d_shift - m_shift - 63);
}
#endif

static int read_with_library(const uint8_t *from, const uint8_t *to, double *value)
{
    char text[LONGEST + 1];
    /* strtod expects the decimal point of the locale. */
    if (to - from > LONGEST || strcmp(localeconv()->decimal_point, ".") != 0)
        return UNUSUAL;
    memcpy(text, from, (size_t)(to - from));
    text[to - from] = 0;
    *value = strtod(text, NULL);
    return isfinite(*value) ? GOOD : UNUSUAL;
}

/* Read a whole number of at most 18 digits; one with a fraction or an exponent is unusual. */
int read_whole(Reader *r, int64_t *value)
{
    const uint8_t *p = r->at;
    const int negative = *p == '-';
    p += negative;
    const uint8_t *const first = p;
    uint64_t m = 0;
    if (r->stop - p >= EIGHT)
        p += read_eight(p, &m);
    while (is_digit(*p) && p - first < 19)
        m = m * 10 + (uint64_t)(*p++ - '0');
    if (p == first || p - first > 18 || (*first == '0' && p - first > 1) || *p == '.' || (*p | 32) == 'e')
        return UNUSUAL;
    *value = negative ? -(int64_t)m : (int64_t)m;
    r->at = p;
    return GOOD;
}

/* Read any finite number. A mantissa of up to 53 bits and a power of ten up to 22 are exact, so one multiplication or
   division rounds once. After: Clinger, How to read floating point numbers accurately, 1990. */
int read_real(Reader *r, double *value)
{
    const int negative = *r->at == '-';
    const uint8_t *const first = r->at + negative;
    Parts parts;
    const uint8_t *p = read_short(first, r->stop, &parts);
    if (!p)
        p = read_any(first, &parts);
    if (!p)
        return UNUSUAL;
    const uint64_t m = parts.m;
    const int power = parts.power;
    double size;
    if (m == 0 && parts.n_digits == 0)
        size = 0.0;
    else if (m && m <= (uint64_t)1 << 53 && power >= -22 && power <= 22)
        size = power < 0 ? (double)m / POWERS[-power] : (double)m * POWERS[power];
#ifdef __SIZEOF_INT128__
    else if (m && power >= -19 && power < 0)
        size = divided(m, -power);
#endif
    else if (read_with_library(first, p, &size) != GOOD)
        return UNUSUAL;
    /* A whole "-0" is an integer to Python, which has no negative zero. */
    *value = negative && !(parts.is_whole && size == 0) ? -size : size;
    r->at = p;
    return GOOD;
}

/* Read a number that is no larger than a coordinate in pixels may be. */
int read_coordinate(Reader *r, double *value)
{
    return read_real(r, value) == GOOD && fabs(*value) <= 1e12;
}

/* Read a list of coordinates, without the spaces after it. */
int read_coordinates(Reader *r, double *values, int64_t room, int64_t *n)
{
    *n = 0;
    if (!accept(r, '['))
        return UNUSUAL;
    if (*r->at == ']' && r->at != r->stop) {
        r->at++;
        return GOOD;
    }
    for (;;) {
        if (*n >= room)
            return NO_ROOM;
        if (read_coordinate(r, &values[*n]) != GOOD)
            return UNUSUAL;
        ++*n;
        skip_space(r);
        if (*r->at == ',') {
            r->at++;
            skip_space(r);
        } else if (*r->at == ']' && r->at != r->stop) {
            r->at++;
            return GOOD;
        } else {
            return UNUSUAL;
        }
    }
}
