"""Reports of results: text, charts, the HTML report, and the playback.

:mod:`sim.report.text` holds numbers and sentences, which the terminal and the pages share;
:mod:`sim.report.charts` the figures of matplotlib; :mod:`sim.report.html` the report and
:mod:`sim.report.play` the playback.
"""
