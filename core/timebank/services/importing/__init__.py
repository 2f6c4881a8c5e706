"""Taking over what a city has: organisations, members and the history of services, from three CSV files.

Two phases. ``check_folder`` reads everything, writes nothing and tells every fault of every row at once.
``commit_folder`` checks again and, where there is no fault, writes in batches. Every row is a command of its
own with a derived operation id: running an import twice changes nothing, rows added later are taken alone,
and a row that was taken over with other content is a conflict, never overwritten. Gates are not asked again;
the report and every admission say so.
"""

from timebank.services.importing.checking import check_folder
from timebank.services.importing.commit import commit_folder
from timebank.services.importing.report import FILES, Fault, Report

__all__ = ["FILES", "Fault", "Report", "check_folder", "commit_folder"]
