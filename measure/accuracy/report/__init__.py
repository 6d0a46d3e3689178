"""The HTML report: made for finding what to fix, so it is sorted by what went worst."""

from measure.accuracy.report.write import write_report

__all__ = ["write_report"]
