-- Median of each of the five numbers of box_offset over rows, in the order of box_components().
--
-- It gathers rows: use it where an aggregate may stand.
create or replace macro component_medians(numbers) as
    [median(numbers[1]), median(numbers[2]), median(numbers[3]), median(numbers[4]), median(numbers[5])];
