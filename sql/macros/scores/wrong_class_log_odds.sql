-- Log odds that an annotation's class is wrong.
--
-- other, support: strongest evidence for another class and for the annotator's, by calibrated confidence and raw; seen:
-- how surely the model sees the annotator's class anywhere in the image; company: of `objects_by_model`.
create or replace macro wrong_class_log_odds(other, support, raw_other, raw_support, seen, company) as
    0.5e0 * (
        soft_log_odds(other) - soft_log_odds(support) + soft_log_odds(raw_other) - soft_log_odds(raw_support) - company
    )
    - 0.2e0 * soft_log_odds(seen)
    - 3;
