"""The sections of the report, one module each.

A module has ``section(report, messages)``, which returns the section in that language, or
None where the results hold nothing for it. To add one, list it in
:data:`sim.report.html.page.SECTIONS`.
"""
