"""A backend of matplotlib: `plt.show()` sends the figures to the page, and closes them."""

import io

from live_session import Session
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas

__all__ = ["FigureCanvas", "show"]

DENSITY = 2  # pixels of a figure for each pixel of CSS, of which there are 96 to the inch


def show(*, block=None):
    """Send every open figure as the bytes of a PNG."""
    for number in pyplot.get_fignums():
        figure, picture = pyplot.figure(number), io.BytesIO()
        figure.savefig(picture, format="png", dpi=96 * DENSITY, bbox_inches="tight")
        pyplot.close(figure)
        Session.current.send("figure", picture.getvalue())
