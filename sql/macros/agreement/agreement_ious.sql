-- IoU thresholds that the build lays annotators' objects over each other at; `min_iou` must be one of them.
create or replace macro agreement_ious() as
    [0.3e0, 0.4e0, 0.5e0, 0.55e0, 0.6e0, 0.65e0, 0.7e0, 0.75e0, 0.8e0, 0.85e0, 0.9e0, 0.95e0];
