-- Topic of guideline_topics() that a rule's own topic means; null for another one.
create or replace macro guideline_topic(topic) as
    case
        when regexp_matches(lower(topic), 'defin|meaning') then 'definition'
        when regexp_matches(lower(topic), 'negativ|counter|not to|don.?t') then 'negative examples'
        when regexp_matches(lower(topic), 'positiv|example') then 'positive examples'
        when regexp_matches(lower(topic), 'occlu|hidden|overlap') then 'occlusion'
        when regexp_matches(lower(topic), 'trunc|edge|border|cut off') then 'truncation'
        when regexp_matches(lower(topic), 'small|tiny|minimum size|min.?size') then 'small objects'
        when regexp_matches(lower(topic), 'escalat|ask|unsure|doubt') then 'escalate'
        when regexp_matches(lower(topic), 'skip|ignore|leave out|exclu') then 'skip'
    end;
