"""Charts drawn on the server as SVG: geometry in attributes, colours by class, every number also in the label.

The same markup is styled by ``static/css/charts.css`` on the web and by ``templates/reports/report.css`` in the PDF.
It holds no style, no script and no id, so it passes the strict content policy and may appear many times on a page.
``None``, NaN and infinities are gaps; an empty series draws the frame alone.
"""
