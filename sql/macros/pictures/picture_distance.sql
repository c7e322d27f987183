-- Bits that differ between two perceptual hashes, as picture_bits gives them.
create or replace macro picture_distance(a, b) as bit_count((a | b) - (a & b))::bigint;
