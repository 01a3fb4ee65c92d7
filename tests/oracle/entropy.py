"""Variety and distance, by NumPy."""

from collections.abc import Mapping
from typing import Any

import numpy as np

# Of a great circle of the earth.
METRES_A_DEGREE = 111_195


def bits(of: Mapping[Any, int]) -> int | None:
    """Shannon's entropy of the weights, in thousandths of bits; None without any."""
    if not of:
        return None
    share = np.array(list(of.values()), dtype=float) / sum(of.values())
    return round(1000 * abs(float((share * np.log2(share)).sum())))


def distance(one: "np.ndarray", other: "np.ndarray") -> float:
    """Metres along the great circle between two places, each (longitude, latitude) in degrees."""
    (east, north), (other_east, other_north) = np.radians(one), np.radians(other)
    half = np.sin((other_north - north) / 2) ** 2 + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    return float(2 * np.degrees(np.arcsin(np.sqrt(half))) * METRES_A_DEGREE)


def degrees(position: str) -> "np.ndarray":
    """Longitude and latitude in degrees, of millionths with : between them."""
    return np.array([int(part) for part in position.split(":")]) / 1e6


def radius(of: Mapping[str, int]) -> int | None:
    """The root of the mean squared distance from the centre, by weight, in metres."""
    if not of:
        return None
    places, weights = np.array([degrees(position) for position in of]), np.array(list(of.values()), dtype=float)
    centre = np.average(places, axis=0, weights=weights)
    squares = [distance(place, centre) ** 2 for place in places]
    return round(float(np.sqrt(np.average(squares, weights=weights))))
