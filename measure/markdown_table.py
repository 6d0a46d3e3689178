"""The Markdown tables of every document that measuring writes."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left_columns: int = 1) -> str:
    """Return a Markdown table, padded as Prettier does; all but the first `left_columns` align to the right."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [head, *rows]]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if column < left_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * width if column < left_columns else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join([line(cells[0]), line(rule), *map(line, cells[1:])])
