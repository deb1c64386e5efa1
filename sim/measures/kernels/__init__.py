"""Compiled passes over the event log: the sums of the sister modules, one visit at a time.

Imported only through :mod:`sim.measures.passes`, because it needs numba. Each pass is the twin
of a function in NumPy that its docstring names, and adds up in the order of rows as that does,
so both give the same bits.
"""
