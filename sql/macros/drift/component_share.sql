-- Share of the chance of a false claim that each of box_components() gets: half is that of size, the commonest fault.
create or replace macro component_share(component) as case when component = 'size' then 0.5e0 else 0.125e0 end;
