-- Student's t that 2.5 % exceed, for 2 or more degrees of freedom: within 0.2 % of the exact value.
--
-- After: Fisher and Cornish, The percentile points of distributions (1960), doi 10.1080/00401706.1960.10489895
create or replace macro t_quantile(df) as
    case
        when df >= 3
            then
                1.959963984540054e0
                + 2.372271230298562e0 / df
                + 2.8224986157396112e0 / df ** 2
                + 2.555849679507722e0 / df ** 3
                + 1.5895340533938225e0 / df ** 4
        when df >= 2 then 4.302652729911275e0
    end;
