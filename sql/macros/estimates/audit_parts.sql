-- Parts of a dataset that a unit of an audit belongs to: the whole, its class, annotator, batch and version.
create or replace macro audit_parts(unit_row) as
    list_concat(
        [
            { 'dimension': 'dataset', 'value': unit_row.dataset },
            { 'dimension': 'batch', 'value': unit_row.batch },
            { 'dimension': 'version', 'value': unit_row.version::varchar }
        ],
        case
            when unit_row.annotation_id is not null then [
                { 'dimension': 'class', 'value': unit_row.class_name },
                { 'dimension': 'annotator', 'value': unit_row.annotator }
            ]
            else []
        end
    );
