-- The 64 bits of a perceptual hash in 16 hexadecimal digits; null for another text.
create or replace macro picture_bits(phash) as
    case when regexp_full_match(phash, '[0-9a-fA-F]{16}') then try_cast('0x' || phash as ubigint) end;
