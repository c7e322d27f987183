-- Share of a box's side by which boxes must differ from the others' before they are called biased.
create or replace macro min_box_bias() as coalesce(getvariable('min_box_bias'), 0.03)::double;
