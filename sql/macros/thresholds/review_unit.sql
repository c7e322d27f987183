-- What is counted once in rework and first-pass answers: annotation, image, job or finest.
--
-- finest is the finest of these that the reviews of a dataset speak of: `set variable review_unit = 'image'` changes
-- every view.
create or replace macro review_unit() as coalesce(getvariable('review_unit'), 'finest')::varchar;
