"""The table of figures, in the order of the paper."""

from __future__ import annotations

from misfit.reproduce import fig1b, fig2, fig3, fig4, fig5, fig6, fig7, fig8, fig9, fig10, figS1
from misfit.reproduce.job import Figure

_MODULES = (fig1b, fig2, fig3, fig4, fig5, fig6, fig7, fig8, fig9, fig10, figS1)
FIGURES: dict[str, Figure] = {module.FIGURE.name: module.FIGURE for module in _MODULES}
