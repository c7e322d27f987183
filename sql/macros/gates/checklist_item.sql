-- One point of the checklist.
create or replace macro checklist_item(number, item, question, topic) as
    { 'number': number, 'item': item::varchar, 'question': question::varchar, 'topic': topic::varchar };
