"""The Python side of a live page: run a cell, and send out what it prints, draws, returns or raises."""

import ast
import contextlib
import io
import linecache
import sys
import traceback

OWN = ("<cell ", "<answer ")  # how the file names of the reader's own code begin


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


def trimmed(error):
    """The traceback as the reader needs it: their own lines, and what went wrong."""
    report = traceback.TracebackException.from_exception(error, compact=True)
    link, seen = report, set()
    while link and id(link) not in seen:
        seen.add(id(link))
        link.stack[:] = [frame for frame in link.stack if frame.filename.startswith(OWN)]
        link = link.__cause__ or link.__context__
    return "".join(report.format()).rstrip("\n")


class Session:
    """The names that the cells of a page share, and the way out for what they produce.

    `send(kind, content)` is called with the kinds stdout, stderr, value, error (text), html and figure (PNG bytes).
    """

    current = None

    def __init__(self, send, names=None):
        self.send = send
        self.names = {"__name__": "__main__"} if names is None else names
        self.streams = Stream("stdout", send), Stream("stderr", send)
        Session.current = self

    def run(self, source, name):
        """Run the cell of this name, such as "cell 3"; True if it came to its end."""
        filename = f"<{name}>"
        linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
        out, err = self.streams
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                self._execute(source, filename)
                self._figures("show")
            except BaseException as error:  # SystemExit too: the session outlives the cell
                self._figures("close", "all")  # what was drawn before it does not belong to the next cell
                self.send("error", trimmed(error))
                return False
        return True

    def _execute(self, source, filename):
        tree = ast.parse(source, filename)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec", dont_inherit=True), self.names)
        if last:
            value = eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), self.names)
            if hasattr(value, "_repr_html_"):
                self.send("html", value._repr_html_())
            elif value is not None:
                self.send("value", repr(value))

    def _figures(self, do, *arguments):
        """Show or close what is still open, if matplotlib is there at all."""
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            getattr(pyplot, do)(*arguments)
