"""Checks of the chapter *Send me the file!*."""

from . import call, close, exercise, expect, number


@exercise("coder-hand")
def hand(word, low, width):
    """A word from its file, and the interval of another, with ten units."""
    expect(isinstance(word, str), "`word` is no string.")
    found = word.strip().lower()
    expect(set(found) <= set("sle"), "`word` may have the letters s, l and e only.")
    expect(len(found) == 4, "`word` should have four letters; missing digits of the file are zeros.")
    expect(found[0] == "e", "At first, 47 lies in unit 4 of `word`. Whose is it?")
    expect(found[:3] == "els", "After each letter of `word`, subtract the units before it, and work out the new unit.")
    expect(found == "else", "The last letter of `word` is another: a width below 100 first needs another zero.")
    first, last = 2200, 18
    mistakes = [
        (220, "`low` needs another zero: before the last letter, the width is below 100."),
        (first + last, "`low` is where the interval ends."),
    ]
    close("low", low, first, mistakes=mistakes)
    mistakes = [
        (first + last, "`width` is where the interval ends; subtract `low`."),
        (10 * last, "`width` is that before the last letter."),
        (1.8, "`width` needs another zero: before the last letter, it is below 100."),
    ]
    close("width", width, last, mistakes=mistakes)


@exercise("coder-flip")
def flip(right):
    """How many bytes come back before the first wrong one."""
    found = number("right", right)
    expect(found != 300, "`right` counts digits of the file; count bytes of the text.")
    expect(found != 689, "`right` counts bytes that are right by chance, too; stop at the first wrong one.")
    expect(found != 2000, "`right` says that all are right. Has Ben decoded the digits with the change?")
    mistakes = [(613, "`right` counts the first wrong byte, too."), (611, "`right` is an index; how many come before?")]
    close("right", found, 612, mistakes=mistakes, relative=1e-9)


@exercise("coder-settled")
def settled(settled):
    """The digits that both ends of an interval begin with."""
    for low, width, digits in ((676, 10, "6"), (676, 108, ""), (2200, 18, "22"), (1990, 10, "199"), (512, 1, "512")):
        found, shown = call(settled, low, width, label="settled"), f"settled({low}, {width})"
        expect(isinstance(found, str), f"{shown} is of type {type(found).__name__}, expected a string.")
        expect(digits.startswith(found), f"{shown} has a digit on which the two ends differ.")
        outside = len(found) < len(digits) and str(low + width)[len(found)] != digits[len(found)]
        expect(not outside, f"{shown} compares `low` with `low + width`, which lies outside.")
        expect(found == digits, f"{shown} leaves out a digit that both ends begin with.")
