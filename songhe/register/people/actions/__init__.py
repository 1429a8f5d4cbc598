"""The only writers of the elder file. Each takes one or many, in one transaction, with its events."""

from .accounts import Handed, close_account, open_account, reset_account
from .consents import NewConsent, give_consents, withdraw_consents
from .correcting import Home, correct, move_house, move_out
from .deaths import record_deaths, withdraw_death
from .family import NewRelative, add_relatives, change_relative, remove_relative
from .registering import Fault, NewPerson, faults_of, register, register_many
from .spells import (
    NewCover,
    NewLevel,
    NewStay,
    close_covers,
    close_levels,
    close_stays,
    open_covers,
    open_stays,
    set_levels,
)

__all__ = [
    "Fault",
    "Handed",
    "Home",
    "NewConsent",
    "NewCover",
    "NewLevel",
    "NewPerson",
    "NewRelative",
    "NewStay",
    "add_relatives",
    "change_relative",
    "close_account",
    "close_covers",
    "close_levels",
    "close_stays",
    "correct",
    "faults_of",
    "give_consents",
    "move_house",
    "move_out",
    "open_account",
    "open_covers",
    "open_stays",
    "record_deaths",
    "register",
    "register_many",
    "remove_relative",
    "reset_account",
    "set_levels",
    "withdraw_consents",
    "withdraw_death",
]
