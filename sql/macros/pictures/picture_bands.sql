-- A perceptual hash in five bands, each with its number: hashes that differ by at most four bits share one of them.
create or replace macro picture_bands(bits) as
    list_transform([0, 1, 2, 3, 4], lambda n: n * 8192 + ((bits >> (13 * n)::ubigint) & 8191::ubigint)::integer);
