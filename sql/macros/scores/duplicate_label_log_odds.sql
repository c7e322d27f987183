-- Log odds that an annotation repeats another one; likeness is their IoU, times 0.93 where their classes differ.
create or replace macro duplicate_label_log_odds(likeness) as 20e0 * likeness - 15;
