-- Where a side lies, as a share of the usual extent, when the extent has a log ratio and the centre is shifted.
--
-- `side` is 1 for the right and lower side, -1 for the left and upper one; the log ratio and shift are box_offset's.
create or replace macro side_offset(log_ratio, shift, side) as
    shift * exp(log_ratio / 2e0) + side * (exp(log_ratio::double) - 1) / 2e0;
