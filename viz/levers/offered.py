"""Which levers the page offers, grouped by who holds them, and what claims set them to."""

from dataclasses import dataclass
from typing import Any

GIVES = "Washington: what it gives and withholds"
BELIEFS = "Washington: what is believed, and who is blamed"
CABINET = "Israel's cabinet and streets"
OPPOSITION = "Israel's opposition: the safety net"
GUARANTORS = "Guarantors and mediators"
HAMAS = "Hamas, and what it fears"

GROUPS = (GIVES, BELIEFS, CABINET, OPPOSITION, GUARANTORS, HAMAS)
"""Groups in the order of the page; none has more than six levers."""

ISRAEL, USA = "patronage.usa-israel", "patron.usa"
YESH_ATID, LABOR = "party.yesh-atid.net_offer", "party.labor.net_offer"
NATIONAL_UNITY = "party.national-unity.net_offer"
NETS = (YESH_ATID, LABOR, NATIONAL_UNITY, "party.yisrael-beytenu.net_offer")
OUTSIDE = ("turkey", "russia", "china", "security-council")

LEVERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (GIVES, {"name": "arms_withheld"}),
    (GIVES, {"name": "conditions"}),
    (
        GIVES,
        {
            "name": "economic_conditions",
            "label": "US conditions on money",
            "names": [f"{ISRAEL}.condition_economic"],
            "low": 0.0,
            "high": 1.0,
            "from": 8,
        },
    ),
    (
        GIVES,
        {
            "name": "begun",
            "label": "week in which these three begin",
            "change": "start",
            "names": ["arms_withheld", "conditions", "economic_conditions"],
            "low": 8.0,
            "high": 48.0,
        },
    ),
    (
        GIVES,
        {
            "name": "kept_up",
            "label": "how long these three are kept up",
            "change": "length",
            "names": ["arms_withheld", "conditions", "economic_conditions"],
            "low": 1.0,
            "high": 44.0,
        },
    ),
    (BELIEFS, {"name": "us_resolve"}),
    (BELIEFS, {"name": "believed_resolve"}),
    (BELIEFS, {"name": "pressure_on_hamas"}),
    (
        BELIEFS,
        {
            "name": "blame",
            "label": "effort that patrons put into blaming Hamas",
            "names": [f"{USA}.blame_effort", "patron.allies.blame_effort"],
            "low": 0.0,
            "high": 1.0,
        },
    ),
    (CABINET, {"name": "tolerance"}),
    (
        CABINET,
        {
            "name": "likud_tolerance",
            "label": "more tolerance within Likud",
            "change": "add",
            "names": ["party.likud.tolerance", "party.likud-rebels.tolerance"],
            "low": 0.0,
            "high": 4.0,
        },
    ),
    (CABINET, {"name": "precondition"}),
    (
        CABINET,
        {
            "name": "army_link",
            "label": "how much of the army's plight reaches the prime minister",
            "names": ["belligerent.israel.army_link"],
            "low": 0.0,
            "high": 1.0,
        },
    ),
    (CABINET, {"name": "families"}),
    (
        CABINET,
        {
            "name": "protest",
            "label": "weight of protest for a deal",
            "change": "times",
            "names": ["belligerent.israel.protest_weight"],
            "low": 0.0,
            "high": 3.0,
        },
    ),
    (OPPOSITION, {"name": "net_credibility"}),
    (OPPOSITION, {"name": "net_life"}),
    (
        OPPOSITION,
        {
            "name": "net_offered",
            "label": "who offers a safety net",
            "change": "choose",
            "choices": {
                "nobody": dict.fromkeys(NETS, False),
                "Labor, 4 seats": {one: one == LABOR for one in NETS},
                "Yesh Atid, 24 seats": {one: one == YESH_ATID for one in NETS},
                "Yesh Atid, Yisrael Beytenu and Labor, 34 seats": {
                    one: one != NATIONAL_UNITY for one in NETS
                },
                "these and National Unity, 42 seats and more": dict.fromkeys(NETS, True),
            },
            "from": 8,
        },
    ),
    (GUARANTORS, {"name": "guarantee_weight"}),
    (
        GUARANTORS,
        {
            "name": "guarantee_resolve",
            "label": "believed readiness to make a US guarantee good",
            "names": ["guarantor.usa-guarantee.resolve"],
            "low": 0.0,
            "high": 1.0,
        },
    ),
    (
        GUARANTORS,
        {
            "name": "guarantors",
            "label": "weight of outside guarantors: Turkey, Russia, China, the Council",
            "change": "times",
            "names": [f"guarantor.{one}.weight" for one in OUTSIDE],
            "low": 0.0,
            "high": 4.0,
        },
    ),
    (
        GUARANTORS,
        {
            "name": "mediators_guarantee",
            "label": "weight mediators put on a firm guarantee",
            "names": [
                f"mediator.{one}.guarantee_weight" for one in ("qatar", "egypt", "usa-mediation")
            ],
            "low": -1.0,
            "high": 3.0,
        },
    ),
    (
        GUARANTORS,
        {
            "name": "front_loading",
            "label": "withdrawal that a text brings in its first phase",
            "change": "times",
            "names": ["issue.withdrawal.populated.first", "issue.withdrawal.corridors.first"],
            "low": 0.0,
            "high": 1.4,
        },
    ),
    (HAMAS, {"name": "hamas_memory"}),
    (
        HAMAS,
        {
            "name": "hamas_trust",
            "label": "Hamas's trust in Israel, at first and in the long run",
            "names": ["belligerent.hamas.trust", "belligerent.hamas.trust_base"],
            "low": 0.0,
            "high": 1.0,
        },
    ),
    (
        HAMAS,
        {
            "name": "hamas_dread",
            "label": "dread of the war's return",
            "change": "times",
            "names": [
                "belligerent.hamas.stake_weight",
                "belligerent.hamas.future_toll_weight",
            ],
            "low": 0.0,
            "high": 2.0,
        },
    ),
    (
        HAMAS,
        {
            "name": "hamas_public",
            "label": "how far Hamas heeds its people's want of relief",
            "names": ["belligerent.hamas.responsiveness"],
            "low": 0.0,
            "high": 2.0,
        },
    ),
)
"""Group, and entries as in a ``[[dimension]]`` of a design; the name alone of what is shipped."""


NEAREST = {"net_offered": 2}
"""Where a lever with choices stands before it is touched: that which comes near the record."""


@dataclass(frozen=True)
class Preset:
    """A setting of levers that comes near an arm with which a claim is tested.

    Attributes:
        claim: Number of the claim, such as "C66".
        arm: What the setting is, in a few words.
        values: Values of levers by name.
    """

    claim: str
    arm: str
    values: dict[str, float]


MEANT = {"us_resolve": 0.9, "begun": 33.0}
"""Threats are carried out, from June 2024 on."""

PRESETS = (
    Preset("C66", "three quarters of the arms withheld", {"arms_withheld": 0.75, "begun": 33.0}),
    Preset("C67", "the same, and the army not heard",
           {"arms_withheld": 0.75, "begun": 33.0, "army_link": 0.0}),
    Preset("C61", "conditions kept up to the end",
           {**MEANT, "conditions": 1.0, "economic_conditions": 0.5}),
    Preset("C63", "conditions on arms and cover", {**MEANT, "conditions": 1.0}),
    Preset("C64", "conditions on money", {**MEANT, "economic_conditions": 1.0}),
    Preset("C62", "resolve believed from the first", {"believed_resolve": 0.9}),
    Preset("C69", "all pressure on Hamas", {"pressure_on_hamas": 1.0}),
    Preset("C70", "no blame laid on Hamas", {"blame": 0.0}),
    Preset("C28", "the far right bears much more", {"tolerance": 4.0}),
    Preset("C30", "and Likud as well", {"tolerance": 4.0, "likud_tolerance": 4.0}),
    Preset("C31", "no protest", {"protest": 0.0}),
    Preset("C36", "no precondition", {"precondition": 0.0}),
    Preset("C40", "twice the weight of the families", {"families": 2.0}),
    Preset("C59", "a safety net that is believed and lasts",
           {"net_credibility": 1.0, "net_life": 52.0}),
    Preset("C14", "withdrawal brought forward", {"front_loading": 1.4}),
    Preset("C15", "outside guarantors of twice the weight", {"guarantors": 2.0}),
    Preset("C73", "mediators set great store by a guarantee", {"mediators_guarantee": 1.5}),
    Preset("C19", "twice the dread of the war's return", {"hamas_dread": 2.0}),
    Preset("C21", "Hamas heeds its people", {"hamas_public": 1.0}),
    Preset("C49", "no memory of the war's return", {"hamas_memory": 0.0}),
)  # fmt: skip
"""Claims for which there is a lever. The levers come near the arms; the claims page has the arms
themselves."""
