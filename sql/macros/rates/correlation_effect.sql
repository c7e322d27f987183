-- Design effect of a correlation within clusters of a size: 1 or more.
--
-- After: Kish, Survey Sampling (1965), section 8.2
create or replace macro correlation_effect(correlation, size) as
    case when size is not null then greatest(1e0, 1e0 + correlation * (size - 1e0)) end;
