"""Charts drawn on the server as SVG: geometry in attributes, colours by class, every number also in the label.

The same markup is styled by ``static/css/charts.css`` on the web and by ``templates/reports/report.css`` in the PDF.
It holds no style, no script and no id, so it passes the strict content policy and may appear many times on a page.
``None``, NaN and infinities are gaps; an empty series draws the frame alone.
"""

from accelerator.core.charts.bars import bar, hbar
from accelerator.core.charts.columns import column_chart
from accelerator.core.charts.heat import HeatCell, heat_table
from accelerator.core.charts.intervals import interval, interval_axis, interval_scale
from accelerator.core.charts.lines import line_chart, sparkline
from accelerator.core.charts.scales import figure
from accelerator.core.charts.steps import StepState, pips, track

__all__ = [
    "HeatCell",
    "StepState",
    "bar",
    "column_chart",
    "figure",
    "hbar",
    "heat_table",
    "interval",
    "interval_axis",
    "interval_scale",
    "line_chart",
    "pips",
    "sparkline",
    "track",
]
