"""Charts of the pages as SVG of our own: scales, shapes, and one module for each chart.

A chart is as wide as the page gives it: across it places are percents, down it pixels, so
that words keep their size on a phone, on a desk and on paper.
"""
