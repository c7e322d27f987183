-- The release gates: what each must hold to, and what decides.
--
-- rule interval: the bad end of the 95 % interval decides; exact: the value itself, which is a count of all there is;
-- size: likewise, and a version below minimum_size_limit() is too small to be judged by it.
create or replace macro gate_rules() as table
select
    told.gate as gate,
    told.comparison as comparison,
    told.threshold as threshold,
    told.rule as rule,
    told.remedy as remedy
from (
    select unnest([
        gate_rule(
            'object_agreement', 'at_least', object_agreement_limit(), 'interval', 'have more images labelled twice'
        ),
        gate_rule(
            'class_agreement', 'at_least', class_agreement_limit(), 'interval', 'have more images labelled twice'
        ),
        gate_rule('gold_accuracy', 'at_least', gold_accuracy_limit(), 'interval', 'put more gold into the work'),
        gate_rule('gold_pass_rate', 'at_least', gold_pass_rate_limit(), 'size', 'put more gold into the work'),
        gate_rule('missing_labels', 'at_most', missing_labels_limit(), 'interval', 'labelduck audit draw --images N'),
        gate_rule('label_errors', 'at_most', label_errors_limit(), 'interval', 'labelduck audit draw --n N'),
        gate_rule('audit_done', 'at_least', audit_done_limit(), 'size', 'labelduck audit draw, then audit record'),
        gate_rule('class_counts', 'at_least', class_counts_limit(), 'size', 'collect more of these classes'),
        gate_rule('class_balance', 'at_most', class_balance_limit(), 'size', 'collect more of the small classes'),
        gate_rule('coverage', 'at_most', coverage_limit(), 'size', 'collect what the cells lack'),
        gate_rule('format_validity', 'at_most', format_validity_limit(), 'exact', 'from annotation_problems'),
        gate_rule('import_errors', 'at_most', import_errors_limit(), 'exact', 'from import_problems'),
        gate_rule('duplicate_images', 'at_most', duplicate_images_limit(), 'exact', 'import with --images DIR'),
        gate_rule('split_leaks', 'at_most', split_leaks_limit(), 'exact', 'import with --images DIR'),
        gate_rule('broken_tracks', 'at_most', broken_tracks_limit(), 'exact', 'from track_problems'),
        gate_rule('drift', 'at_most', drift_limit(), 'exact', 'have more images of each batch labelled'),
        gate_rule('checklist', 'at_most', checklist_limit(), 'size', 'from checklist'),
        gate_rule('minimum_size', 'at_least', minimum_size_limit(), 'size', 'import more images')
    ]) as told
);
