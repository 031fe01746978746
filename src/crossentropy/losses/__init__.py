"""Losses, each with its gradient: of two classes (`binary`), of K classes (`classes`), and made of squares (`squares`).

Every loss comes as three functions with the same arguments: the value, `…_grad` (the gradient of the reduced loss in
its first argument) and `…_value_and_grad` (both in one pass). Values are in nats; `squared_error` is in squared units
of its input, `brier_score` without unit.
"""

from . import binary, classes, squares
from .binary import *  # noqa: F403
from .classes import *  # noqa: F403
from .squares import *  # noqa: F403

__all__ = sorted([*binary.__all__, *classes.__all__, *squares.__all__])
