-- A number of box_offset as a share: log ratios of sides become 0.2 for 20 % more, shifts are shares already.
create or replace macro box_share(component, number) as
    case when component in ('size', 'width', 'height') then exp(number) - 1 else number end;
