"""Checks of the appendix *Optimisers*."""

import math

from . import close, exercise


@exercise("optimisers-times-100")
def times_100(rate, max_norm, eps):
    """The rate, the limit and the small number that undo a loss times 100."""
    mistakes = [
        (10.0, "`rate` grew with the gradients; are the steps then as long as before?"),
        (0.1, "`rate` is the old one; how long are the gradients that now get through?"),
        (0.01, "`rate` is only a tenth of the old one; by which factor are the gradients longer?"),
    ]
    close("rate", rate, 0.001, mistakes=mistakes, absolute=0)
    mistakes = [
        (2.0, "`max_norm` is the old one, so it would shorten nearly every gradient."),
        (0.02, "`max_norm` shrank, but the gradients are longer than before."),
    ]
    close("max_norm", max_norm, 200.0, mistakes=mistakes)
    mistakes = [
        (1e-8, "`eps` is the old one; what does it stand beside, and how large is that now?"),
        (1e-10, "`eps` shrank, but the root beside it is larger than before."),
        (1e-4, "`eps` grew like the square of the gradient; does it stand beside s, or beside its root?"),
    ]
    close("eps", eps, 1e-6, mistakes=mistakes, absolute=0)


@exercise("optimisers-dose")
def dose(decay):
    """The decay for a run of four times the steps at half the rate."""
    mistakes = [
        (0.1, "`decay` is the old one; how often is the share taken off now, and how large is it?"),
        (0.025, "`decay` allows for the longer run, but not for the smaller rate."),
        (0.2, "`decay` is larger than before; do more steps take off less?"),
        (0.4, "`decay` grew with the length of the run; what do more steps do to the weight?"),
        (0.0125, "`decay` allows for the rate in the wrong direction; a smaller rate takes off less."),
    ]
    close("decay", decay, 0.05, mistakes=mistakes, relative=1e-2)


@exercise("optimisers-belt")
def belt(first, way):
    """How far one gradient that dwarfs all others moves a weight under AdamW, at once and in the end."""
    root = math.sqrt(0.001)
    mistakes = [
        (1.0, "`first` is the very first step of a run; here the divisions by 0.1 and 0.001 have long faded."),
        (0.1, "`first` divides by g itself; how much of its square has s taken in?"),
        (100.0, "`first` divides by s; AdamW divides by its root."),
        (1 / root, "`first` divides g itself by the root; how much of g has m taken in?"),
    ]
    close("first", first, 0.1 / root, mistakes=mistakes, relative=5e-3)
    mistakes = [
        (0.1 / root, "`way` is the first step alone; how fast does m fade?"),
        (1 / root, "`way` lets m fade, but not s."),
        (0.9 / root, "`way` leaves out the first step, and lets m fade, but not s."),
        (0.1 / root / (1 - 0.9 / 0.999), "`way` lets the root fade as fast as s itself."),
    ]
    close("way", way, 0.1 / root / (1 - 0.9 / math.sqrt(0.999)), mistakes=mistakes, relative=2e-3)
