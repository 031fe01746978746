"""Record what other libraries answer where digits are lost. The chapter *Losing no digits* shows it, in a browser too,
where the libraries are not."""

import warnings

from tools.measuring.libraries import CALLS, OURS, TABLE, having


def peers(libraries, only=""):
    """A row for each call: what it gives, the right answer or the error that would be in place, and our call."""
    for name, task in TABLE["peers"].items():
        for key, library in having(libraries, task, others=True).items() if only in name else ():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                gives = float(library.answer(task))
            row = {"id": name, "library": library.name, "call": CALLS.get(task[key], task[key])}
            # Digits as Python writes them: JSON has no infinity and no NaN.
            row |= {"gives": repr(gives), "truth": str(task["truth"]), "ours": task[OURS]}
            yield row | {mark: True for mark in ("noise", "right") if mark in task}
