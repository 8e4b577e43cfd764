"""Every kind of actor and record that a world is made of: the one list of them.

What else there is to say of a kind stands in its class: its fields, the word by which cases call
it, the list of the world that holds it. Layouts, views, the tables of a case file, the lists of the
Mesa engine, logs and weekly series follow from both.
"""

from ceasefire.agents.actor import Record
from ceasefire.agents.armed_group import SolidarityFront
from ceasefire.agents.belligerent import Belligerent, CaptiveGroup
from ceasefire.agents.clock import War
from ceasefire.agents.coalition_party import CoalitionParty
from ceasefire.agents.council import Resolution
from ceasefire.agents.guarantor import Guarantor
from ceasefire.agents.mediator import Channel, Mediator
from ceasefire.agents.patron import Patron, Patronage
from ceasefire.agents.public_opinion import PublicOpinion
from ceasefire.agents.rounds import Round, Talks, Truce
from ceasefire.agents.switches import Switches

MANY: tuple[type[Record], ...] = (
    Belligerent,
    CaptiveGroup,
    CoalitionParty,
    Patron,
    Patronage,
    Mediator,
    Channel,
    PublicOpinion,
    SolidarityFront,
    Guarantor,
    Resolution,
)
"""Of which a world has lists, as long as its case makes them."""

ONE: tuple[type[Record], ...] = (War, Talks, Switches)
"""Of which a world has one each."""

LOGGED: tuple[type[Record], ...] = (Round, Truce)
"""Of which a world keeps a log with a fixed number of places."""

SINGLES: dict[str, type[Record]] = {record.kind: record for record in ONE}
"""What a world has one of, by the name that rules know."""

COLLECTIONS: dict[str, type[Record]] = {record.collection: record for record in MANY}
"""What a world has lists of, by the name that rules know."""

LOGS: dict[str, type[Record]] = {record.collection: record for record in LOGGED}
"""What a world keeps logs of, by the name that rules know."""

STATE = SINGLES | COLLECTIONS
"""All of a world but its logs."""
