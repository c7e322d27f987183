-- Order of splits: the training split before all that a model is measured on, these by name.
create or replace macro split_order(split) as case when split ilike 'train%' then ' ' || split else split end;
