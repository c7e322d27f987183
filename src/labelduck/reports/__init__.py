"""Reports: definitions over the catalogue's views, answered from a lake, written in many formats.

definition   what a report is
shelf        where definitions lie
answering    a definition and a lake -> a document
keeping      a query of the console -> a definition
writing      a document -> files and their manifest
"""

from labelduck.reports.answering import answer, fires, last_change
from labelduck.reports.definition import FORMATS, Report, Section
from labelduck.reports.document import Answer, Document
from labelduck.reports.keeping import check_reads_the_lake_alone, keep
from labelduck.reports.shelf import destinations, report, reports
from labelduck.reports.writing import checked, write

__all__ = [
    "FORMATS",
    "Answer",
    "Document",
    "Report",
    "Section",
    "answer",
    "check_reads_the_lake_alone",
    "checked",
    "destinations",
    "fires",
    "keep",
    "last_change",
    "report",
    "reports",
    "write",
]
