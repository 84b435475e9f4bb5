"""The figures of the paper: runs their inputs, draws them, and tests what the paper says of them.

    python -m misfit reproduce fig2 fig4 --program build/release/misfit --out reproduction

`figures.FIGURES` is the table of figures, each a small module of its own; `command` runs them; `claims` says
what a verdict means; `analysis`, `patterns` and `strain` hold what is computed on the way, from numbers alone.
"""
