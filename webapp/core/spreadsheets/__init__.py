"""Files of spreadsheet programs: read whatever they are, written so that no cell can be run."""

from webapp.core.spreadsheets.cells import harmless
from webapp.core.spreadsheets.csv_writing import as_csv
from webapp.core.spreadsheets.opening import open_table
from webapp.core.spreadsheets.refusals import FileIsRefused
from webapp.core.spreadsheets.tables import LIMITS, Limits, Table

__all__ = [
    "LIMITS",
    "FileIsRefused",
    "Limits",
    "Table",
    "as_csv",
    "harmless",
    "open_table",
]
