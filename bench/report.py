"""Results as Markdown tables and a plot: docs/performance.md and docs/performance.svg."""

import math
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass
class Table:
    """A Markdown table. `bars`: name to ratio, for the plot."""

    title: str
    how: str
    head: list[str]
    rows: list[list[str]]
    bars: dict[str, float] = field(default_factory=dict)

    def lines(self) -> list[str]:
        edge = ["---", *["---:"] * (len(self.head) - 1)]
        rows = ["| " + " | ".join(row) + " |" for row in (self.head, edge, *self.rows)]
        return [f"### {self.title}", "", self.how, "", *rows, ""]


@dataclass
class Goal:
    what: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_met(self) -> bool:
        return self.value >= (self.at_least or -math.inf) and (self.at_most is None or self.value <= self.at_most)

    def row(self) -> list[str]:
        wanted = f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"
        return [self.what, f"{self.value:.2f}", wanted, "yes" if self.is_met else "**no**"]


def as_markdown(tables: list[Table], goals: list[Goal]) -> str:
    goals_table = Table(
        "Goals", "Each from the run below.", ["", "measured", "goal", "met"], [goal.row() for goal in goals]
    )
    return "\n".join(line for table in (goals_table, *tables) for line in table.lines())


def write(tables: list[Table], goals: list[Goal]) -> None:
    """Replace the text between the two marks in the document, and the plot."""
    file = DOCS / "performance.md"
    before, _, rest = file.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    file.write_text(f"{before}{BEGIN}\n\n{as_markdown(tables, goals)}\n{END}{after}", "utf-8")
    bars = next((table.bars for table in tables if table.bars), {})
    (DOCS / "performance.svg").write_text(plot(bars), "utf-8")


def plot(bars: dict[str, float]) -> str:
    """Bars on a scale where each step is ten times, from 1/1,000 to 1."""
    left, width, line, decades = 240, 420, 24, 3
    parts = []
    for step in range(decades + 1):
        at = left + width * step / decades
        parts.append(f'<path d="M{at:.0f} 8V{len(bars) * line + 12}" stroke="#8886"/>')
        parts.append(
            f'<text x="{at:.0f}" y="{len(bars) * line + 28}" text-anchor="middle">{10.0 ** (step - decades):g}</text>'
        )
    for number, (name, value) in enumerate(bars.items()):
        length = max(2.0, width * (1 + math.log10(max(value, 1e-3)) / decades))
        top = 10 + number * line
        parts.append(f'<text x="{left - 8}" y="{top + 13}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{left}" y="{top}" width="{length:.0f}" height="16" fill="#2a6f97"/>')
        parts.append(f'<text x="{left + length + 6:.0f}" y="{top + 13}">{value:.3f}</text>')
    size = f"0 0 {left + width + 70} {len(bars) * line + 40}"
    style = "text{font:12px system-ui,sans-serif;fill:#777}"
    title = "Requests a second, times nginx with the same bytes as a file"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img"><title>{title}</title>'
        f"<style>{style}</style>{''.join(parts)}</svg>\n"
    )
