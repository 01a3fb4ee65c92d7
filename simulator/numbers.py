"""User ids and telephone numbers.

All numbers are test data in a range that is assigned to nobody: eleven digits beginning with 129 (mobile numbers of the mainland begin with
13 to 19). They must never be contacted all the same.
"""

from simulator.chance import Ints

_NUMBER_RANGE = 12_900_000_000
_NUMBERS = 10**8
_USER_RANGE = 80_000_000_000
_USERS = 10**10


def user_ids(subscribers: Ints, seed: int) -> Ints:
    """Return the BOSS user id, eleven digits; scattered, so that it does not reveal the order of entry."""
    return _USER_RANGE + (subscribers * 6_180_339_887 + seed) % _USERS


def own_numbers(subscribers: Ints, seed: int) -> Ints:
    """Return the number that a subscriber enters with."""
    return _number(2 * subscribers, seed)


def second_numbers(subscribers: Ints, seed: int) -> Ints:
    """Return the number that a subscriber changes to, if they do."""
    return _number(2 * subscribers + 1, seed)


def manager_numbers(managers: Ints, seed: int) -> Ints:
    """Return the numbers of the operator's account managers, greater than all subscribers' numbers."""
    return _number(_NUMBERS - 1 - managers, seed)


def _number(position: Ints, seed: int) -> Ints:
    return _NUMBER_RANGE + (position * 61_803_399 + seed) % _NUMBERS
