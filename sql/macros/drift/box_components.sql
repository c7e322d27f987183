-- Ways in which a box may differ from where it should be; box_offset gives its numbers in this order.
create or replace macro box_components() as ['size', 'width', 'height', 'x', 'y'];
