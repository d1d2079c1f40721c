"""A release as a file to keep: CSV, XLSX, ODS and tagged PDF, each with the numbers of the page and the definitions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# By the end of the address, in the order of the page: what a browser is told it gets.
FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "csv": "text/csv; charset=utf-8",
    }
)
