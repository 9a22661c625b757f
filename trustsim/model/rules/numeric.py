"""Arithmetic that gives the same bits on every machine."""

from __future__ import annotations


def clamp(x: float, low: float, high: float) -> float:
    """The number itself, or the nearer end of [low, high].

    >>> clamp(1.5, 0.0, 1.0)
    1.0
    """
    if x < low:
        return low
    if x > high:
        return high
    return x


def share(x: float) -> float:
    """The number held within [0, 1].

    >>> share(-0.2)
    0.0
    """
    return clamp(x, 0.0, 1.0)


def exponential(x: float) -> float:
    """E to the power x, for x held within [-40, 40]; relative error below 1e-10.

    The library's exponential differs in its last bit between processors and platforms,
    and would make runs differ. Here: exp(x / 256) by its Taylor series, squared 8 times.

    >>> abs(exponential(1.0) - 2.718281828459045) < 1e-9
    True
    """
    y = clamp(x, -40.0, 40.0) * 0.00390625
    e = 1.0 + y * (
        1.0
        + y
        * (
            0.5
            + y
            * (
                0.16666666666666666
                + y
                * (
                    0.041666666666666664
                    + y
                    * (
                        0.008333333333333333
                        + y
                        * (
                            0.001388888888888889
                            + y * (0.0001984126984126984 + y * 2.48015873015873e-05)
                        )
                    )
                )
            )
        )
    )
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    return e * e


def logistic(x: float) -> float:
    """Probability in (0, 1) with log-odds x.

    >>> logistic(0.0)
    0.5
    """
    return 1.0 / (1.0 + exponential(-x))


def bell(u_0: float, u_1: float, u_2: float, u_3: float) -> float:
    """Bell-shaped deviate with mean 0 and standard deviation 1, within +-3.47, from 4 uniforms.

    The sum of four uniforms (Irwin-Hall) needs no logarithm, hence no platform's library.

    >>> bell(0.5, 0.5, 0.5, 0.5)
    0.0
    """
    return (u_0 + u_1 + u_2 + u_3 - 2.0) * 1.7320508075688772
