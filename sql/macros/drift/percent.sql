-- A share as a whole number of per cent without its sign, as text; with one decimal below 10.
create or replace macro percent(share) as
    case
        when abs(share) < 0.0995 then printf('%.1f %%', 100e0 * abs(share))
        else printf('%.0f %%', 100e0 * abs(share))
    end;
