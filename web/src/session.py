"""The Python side of a live page: run a cell, and send out what it prints, draws, returns or raises."""

import ast
import asyncio
import contextlib
import contextvars
import importlib.metadata
import inspect
import io
import linecache
import re
import sys
import time
import traceback
import warnings

OWN = ("<cell ", "<answer ")  # how the file names of the reader's own code begin
COMMAND = re.compile(r"(?m)^([ \t]*)(%\w+|!)[ \t]*(.*)$")
PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)(?: |$)(.*)")
OPTION = re.compile(r"\s*-([nr]) *(\d+)\s+")
NOBODY = "nobody can answer on this page: write the answer into the code, for example name = 'Ada'"


class Stream(io.TextIOBase):
    """A text stream that sends each piece at once."""

    def __init__(self, name, send):
        self.name, self.send = name, send

    def writable(self):
        return True

    def write(self, text):
        if text:
            self.send(self.name, text)
        return len(text)


class Keyboard(io.TextIOBase):
    """What `input` reads from."""

    def readline(self, size=-1):
        raise EOFError(NOBODY)

    read = readline


def packages():
    """The names that can be imported beside the standard library's."""
    names = importlib.metadata.packages_distributions()
    return sorted((name for name in names if name.isidentifier() and name[0] != "_"), key=str.lower)


def advise(error):
    """Say with the error what to do about a module that is missing here."""
    name = (getattr(error, "name", None) or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or name in packages():
        return
    error.msg = f"No module named {error.name!r}"
    if name in sys.stdlib_module_names:
        error.add_note(f"Python has no {name} in a browser; to use it, open the chapter's notebook on your computer.")
    else:
        here = ", ".join(packages())
        more = "to use others, open the chapter's notebook on your computer"
        error.add_note(f"This page has {here} and Python's standard library; {more}.")


def trimmed(error):
    """The traceback as the reader needs it: their own lines, and what went wrong."""
    advise(error)
    report = traceback.TracebackException.from_exception(error, compact=True)
    link, seen = report, set()
    while link and id(link) not in seen:
        seen.add(id(link))
        link.stack[:] = [frame for frame in link.stack if frame.filename.startswith(OWN)]
        link = link.__cause__ or link.__context__
    return "".join(report.format()).rstrip("\n")


def reason(error):
    """The error in a line."""
    said = error.msg if isinstance(error, SyntaxError) else error
    return f"{type(error).__name__}: {said}".partition("\n")[0].removesuffix(": ")


def html(value):
    """What the value says in HTML, if that says anything; a class says nothing of its own."""
    try:
        text = type(value)._repr_html_(value)
        return text if re.sub(r"<[^>]*>", "", text).strip() else None
    except Exception:
        return None


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("μs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def explain(*topics):
    """Python's help, without its pager."""
    import pydoc  # takes a while, and most readers do without

    pydoc.pager = lambda text, title="": print(pydoc.plain(text))
    if topics:
        pydoc.help(*topics)
    else:
        print("Write between the parentheses what to explain, for example help(entropy).")


def python(source):
    """Code with Jupyter's commands, or a console's prompts and answers, as Python in as many lines; else as it is."""
    try:
        ast.parse(source)
        return source
    except SyntaxError:
        if source.lstrip().startswith(">>> "):
            return "\n".join(said[1] if (said := PROMPT.match(line)) else "" for line in source.splitlines())
        if not source.startswith("%%"):
            return COMMAND.sub(lambda line: f"{line[1]}__command__({line[2]!r}, {line[3]!r})", source)
        head, _, body = source[1:].partition("\n")
        name, _, rest = head.partition(" ")
        return f"__command__({name!r}, {rest!r}, {body!r})"


def watch_sums():
    """Warn where a sum or product of NumPy's integers, which have 32 bits here, has no room in them."""
    import numpy as np
    from numpy._core import _methods, fromnumeric

    def watched(reduce):
        def checked(array, *arguments, **options):
            result = reduce(array, *arguments, **options)
            mine = all(result is not argument for argument in (*arguments, *options.values()))  # not the caller's `out`
            if mine and getattr(result, "dtype", None) == np.int32 and isinstance(array, np.ndarray):
                narrow = np.ravel(result)
                wide = np.ravel(reduce(array.astype(np.int64), *arguments, **options))
                if (lost := np.flatnonzero(wide != narrow)).size:
                    told = (
                        f"integers have 32 bits on this page, too few for {wide[lost[0]]}: it became {narrow[lost[0]]}"
                    )
                    warnings.warn(
                        f"{told}; dtype=np.int64 has room, as most computers have", RuntimeWarning, stacklevel=3
                    )
            return result

        return checked

    _methods.umr_sum, _methods.umr_prod = watched(_methods.umr_sum), watched(_methods.umr_prod)
    fromnumeric._wrapreduction = watched(fromnumeric._wrapreduction)


class Session:
    """The names that the cells of a page share, and the way out for what they produce.

    `send(kind, content)` is called with the kinds stdout, stderr, value, error (text), html and figure (PNG bytes).
    """

    current = None

    def __init__(self, send, names=None):
        self.send = send
        self.names = {"__name__": "__main__"} if names is None else names
        self.names.update(display=self.display, help=explain, __command__=self.command)
        self.streams = Stream("stdout", send), Stream("stderr", send)
        self.context = contextvars.copy_context()  # of all cells: the precision of decimals is set in one for the next
        sys.stdin = Keyboard()
        Session.current = self

    async def run(self, source, name):
        """Run the cell of this name, such as "cell 3": nothing if it came to its end, else why it did not."""
        return await asyncio.create_task(self._run(source, name), context=self.context)

    async def _run(self, source, name):
        self.file = f"<{name}>"
        linecache.cache[self.file] = len(source), None, source.splitlines(keepends=True), self.file
        self.names.pop("__warningregistry__", None)  # a cell that runs again warns again
        out, err = self.streams
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                for code, shown in self._steps(python(source), ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                    value = eval(code, self.names)
                    self._show(await value if code.co_flags & inspect.CO_COROUTINE else value, shown)
                self._figures("show")
            except BaseException as error:  # SystemExit too: the session outlives the cell
                self._figures("close", "all")  # what was drawn before it does not belong to the next cell
                self.send("error", trimmed(error))
                return reason(error)
        return ""

    def _steps(self, source, flags=0):
        """(code, whether its value is shown): all but a last expression, and that."""
        tree = ast.parse(source, self.file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        yield compile(tree, self.file, "exec", flags, dont_inherit=True), False
        if last:
            yield compile(ast.Expression(last.value), self.file, "eval", flags, dont_inherit=True), True

    def _show(self, value, shown=True):
        if shown and (text := html(value)):
            self.send("html", text)
        elif shown and value is not None:
            self.send("value", repr(value))

    def display(self, *values):
        """Show the values as a cell shows its last one."""
        for value in values:
            self._show(value)

    def command(self, name, rest, body=""):
        """What Jupyter does for a line such as %time, or a cell that begins with %%time."""
        if name == "%time":
            start = time.perf_counter()
            for code, shown in self._steps((body and f"\n{body}") or rest):
                self._show(eval(code, self.names), shown)
            print(f"Wall time: {duration(time.perf_counter() - start)}")
        elif name == "%timeit":
            self._timeit(rest, body)
        elif name != "%matplotlib":  # figures are shown without being asked
            here = ", ".join(packages())
            raise NotImplementedError(f"{name} needs Jupyter; this page knows %time and %timeit, and has {here}")

    def _timeit(self, rest, body):
        import timeit

        options = {}
        while option := OPTION.match(f"{rest} "):
            options[option[1]] = int(option[2])
            rest = rest[option.end() :]
        timer = timeit.Timer(body or rest, (body and rest) or "pass", globals=self.names)
        loops, runs = options.get("n") or timer.autorange()[0], options.get("r", 7)
        times = [seconds / loops for seconds in timer.repeat(runs, loops)]
        mean = sum(times) / runs
        spread = (sum((one - mean) ** 2 for one in times) / runs) ** 0.5
        counts = f"{runs} run{'s' * (runs != 1)}, {loops} loop{'s' * (loops != 1)} each"
        print(f"{duration(mean)} ± {duration(spread)} per loop (mean ± std. dev. of {counts})")

    def _figures(self, do, *arguments):
        """Show or close what is still open, if matplotlib is there at all."""
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            getattr(pyplot, do)(*arguments)
