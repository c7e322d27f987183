-- Error rate at which a plan of n labels and at most k errors accepts with only that chance.
create or replace macro limiting_quality(n, k, chance) as -- noqa: PRS
    list_reduce( -- noqa: PRS
        range(1, 53),
        lambda found, halving: limiting_step(found, 0.5e0 ** halving, n, k, chance), -- noqa: PRS
        0e0
    );
