"""What several annotators, with or without a model, say together about the class of each item."""

from labelduck.consensus.activelab import activelab
from labelduck.consensus.crowdlab import Crowdlab, crowdlab
from labelduck.consensus.dawid_skene import DawidSkene, dawid_skene
from labelduck.consensus.majority import majority_vote
from labelduck.consensus.votes import Votes

__all__ = ["Crowdlab", "DawidSkene", "Votes", "activelab", "crowdlab", "dawid_skene", "majority_vote"]
