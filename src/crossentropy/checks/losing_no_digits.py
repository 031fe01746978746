"""Checks of the chapter *Losing no digits*."""

import math
import operator
from decimal import Decimal, localcontext
from fractions import Fraction

from . import Hint, call, exercise, expect, number


def _integer(label, answer):
    """The answer as an integer of Python, with all its digits."""
    try:
        return operator.index(answer)
    except TypeError:
        raise Hint(f"`{label}` is of type {type(answer).__name__}, expected an integer; write it with **.") from None


@exercise("losing-no-digits-integer")
def integer(missing_64, missing_32):
    """The smallest whole numbers that the formats cannot store."""
    for label, answer, power in (("missing_64", missing_64, 53), ("missing_32", missing_32, 24)):
        found = _integer(label, answer)
        expect(found > 0, f"`{label}` is not positive.")
        expect(found != 2**power, f"`{label}` is stored exactly, as every power of 2 is; and what comes after it?")
        expect(
            found != 2 ** (power - 1) + 1,
            f"`{label}` can still be stored; how many binary digits count the hidden first one?",
        )
        largest = f"`{label}` is nearly the largest number of the format; much smaller ones are missing."
        expect(found < 2 ** (power + 60), largest)
        expect(found >= 2**power, f"`{label}` can be stored.")
        expect(found == 2**power + 1, f"`{label}` is not the smallest one.")


def _ulps(found, true):
    """The error of a float in units of the last place of the true value, a Decimal."""
    return float(abs(Decimal(found) - true) / Decimal(math.ulp(float(true))))


def _log1mexp(a):
    """ln(1 − e^−a) to 40 digits or more."""
    with localcontext(prec=80):
        return (1 - (-Decimal(a)).exp()).ln()


def _log1p(x):
    """ln(1 + x) to 40 digits or more."""
    with localcontext(prec=80):
        return (1 + Decimal(x)).ln()


def _answer(label, function, x):
    """What the student's function makes of x; if it computes with decimals, then with as many as its judge."""
    with localcontext(prec=80):
        return number(label, call(function, x, label=label))


@exercise("losing-no-digits-log1mexp")
def log1mexp(log1mexp):
    """ln(1 − e^−a) with all its digits, for small and for large a."""
    for a in (0.1, 0.5, 1.0, 3.0):
        found = _answer("log1mexp", log1mexp, a)
        right = math.log(-math.expm1(-a))
        expect(
            abs(found - math.log1p(math.exp(-a))) > 1e-9, f"log1mexp({a}) is ln(1 + e^−a); the sign inside is minus."
        )
        expect(math.isclose(found, right, rel_tol=1e-9), f"log1mexp({a}) is wrong in its first digits.")
    for a in (1e-10, 1e-5, 20.0, 35.0):
        found = _answer("log1mexp", log1mexp, a)
        expect(math.isfinite(found), f"log1mexp({a:g}) is infinite; a rounded to 0 or 1 before the logarithm saw it.")
        wrong = _ulps(found, _log1mexp(a)) > 4
        side = "small" if a < 1 else "large"
        expect(not wrong, f"log1mexp({a:g}) has lost digits: for {side} a it is the other formula that keeps them.")


@exercise("losing-no-digits-series")
def series(terms):
    """How many terms a bound asks for."""
    found = number("terms", terms)
    expect(found == int(found) and found > 0, "`terms` is not a whole number above 0.")
    u = Fraction(1, 2**53)

    def bound(n, least=Fraction(7, 10)):
        return Fraction(1, 4 ** (2 * n + 1) * (2 * n + 3)) / (1 - Fraction(1, 16)) / least

    expect(found != 14, "`terms` is what the package takes; the bound is content with fewer.")
    expect(bound(int(found)) < u, "With so few terms the bound is still above u, relative to the whole.")
    expect(bound(int(found) - 1) >= u, "The bound is below u with fewer terms already.")


@exercise("losing-no-digits-kahan")
def kahan(kahan_log1p):
    """log1p without log1p."""
    for x in (0.5, -0.5, 3.0):
        found = _answer("kahan_log1p", kahan_log1p, x)
        expect(math.isclose(found, math.log1p(x), rel_tol=1e-9), f"kahan_log1p({x}) is wrong in its first digits.")
    for x in (1e-17, 0.0, -1e-18):
        found = _answer("kahan_log1p", kahan_log1p, x)
        expect(found == x, f"kahan_log1p({x:g}) should be {x:g}: where 1 + x rounds to 1, return x.")
    for x in (1e-3, 1e-8, 1e-13, -1e-9, 2e-16):
        found = _answer("kahan_log1p", kahan_log1p, x)
        lost = _ulps(found, _log1p(x)) > 4
        expect(not lost, f"kahan_log1p({x:g}) has lost digits; by which quotient must the logarithm of t be corrected?")
