/* Run-length masks, read from their compressed text. */
#ifndef LABELDUCK_MASKS_H
#define LABELDUCK_MASKS_H

#include <stdint.h>

/* Read one mask as the pixels, in column order, at which its runs end: background and foreground by turns, background
   first. `ends` has room for as many numbers as the text has characters, or is null. Returns the number of runs, or -1
   as soon as anything is odd: an unsound text, or a run of no pixels other than the first. */
int64_t read_mask(const uint8_t *text, const uint8_t *end, int64_t height, int64_t width, uint32_t *ends);

#endif
