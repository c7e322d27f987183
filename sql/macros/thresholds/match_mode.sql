-- Rules of `match_boxes`: coco (pycocotools' quirks included) or corrected; `[matching] mode` in labelduck.toml.
create or replace macro match_mode() as coalesce(getvariable('match_mode'), 'coco')::varchar;
