-- The eighteen points to settle before a release; fourteen are read from tables, four somebody has to attest.
create or replace macro checklist_items() as table
select
    told.number::integer as number,
    told.item as item,
    told.question as question,
    case
        when told.item in ('examples_shown', 'risk_known', 'guide_updated', 'owner_named') then 'attested' else 'table'
    end
        as source,
    told.topic as topic
from (
    select unnest([
        checklist_item(1, 'classes_frozen', 'Is the list of classes frozen?', null),
        checklist_item(2, 'classes_defined', 'Does every class have a written definition?', null),
        checklist_item(3, 'examples_shown', 'Does the guide show right and wrong examples of every class?', null),
        checklist_item(4, 'occlusion_rule', 'Does the guide say what to do with hidden objects?', 'occlu|hidden'),
        checklist_item(5, 'truncation_rule', 'Does it say what to do at the edge of the picture?', 'trunc|edge|cut'),
        checklist_item(6, 'small_object_rule', 'Does it say down to which size objects count?', 'small|size|tiny'),
        checklist_item(7, 'skip_rule', 'Does it say when to skip a picture?', 'skip'),
        checklist_item(8, 'escalation_rule', 'Does it say whom to ask in doubt?', 'escal|doubt|unsure'),
        checklist_item(9, 'gold_exists', 'Is there gold for every class that is in use?', null),
        checklist_item(10, 'gold_in_workflow', 'Has every annotator been measured on gold?', null),
        checklist_item(11, 'risk_known', 'Do the reviewers know which classes are dangerous to get wrong?', null),
        checklist_item(12, 'agreement_tracked', 'Is agreement measured for every class that is in use?', null),
        checklist_item(13, 'rework_reasons', 'Does every rejection say why?', null),
        checklist_item(14, 'format_checked', 'Are the annotations free of errors of form?', null),
        checklist_item(15, 'audit_done', 'Is a random audit drawn and judged?', null),
        checklist_item(16, 'version_recorded', 'Is this version recorded with the hash of every file?', null),
        checklist_item(17, 'guide_updated', 'Was the guide changed after errors that came again?', null),
        checklist_item(18, 'owner_named', 'Does somebody answer for the release?', null)
    ]) as told
);
