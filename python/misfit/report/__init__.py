"""`misfit report`: one page of HTML that shows a run in any browser."""

from misfit.report.page import write_report

__all__ = ["write_report"]
