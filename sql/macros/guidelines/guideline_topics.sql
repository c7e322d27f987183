-- What a labelling guide says of each class, or of all: the topics that guideline_coverage looks for.
create or replace macro guideline_topics() as [
    'definition', 'positive examples', 'negative examples', 'occlusion', 'truncation', 'small objects', 'skip',
    'escalate'
];
