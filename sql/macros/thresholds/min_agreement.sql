-- Share of pairs of annotators who say the same below which an image should go to one more annotator.
create or replace macro min_agreement() as coalesce(getvariable('min_agreement'), 0.667)::double;
