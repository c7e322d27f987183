-- Correlation within clusters of a size that explains an effect, drawn to 0.1 as though two errors more told that.
--
-- Without that, intervals from few errors are too narrow: what two or three errors tell of correlation is mostly
-- chance.
create or replace macro drawn_correlation(effect, size, n_errors) as
    case
        when size > 1 and effect is not null
            then (0.2e0 + n_errors * (effect - 1e0) / nullif(size - 1e0, 0e0)) / (2e0 + n_errors)
        else 0.1e0
    end;
