"""Colours of the page: contrast enough to read, and told apart by colour-blind readers."""

import itertools
import re

import numpy as np
import pytest
from checkout import ROOT

VIZ = ROOT / "viz"

TEXTS = ("ink", "faint", "accent", "regional")
"""What words are written in."""

SURFACES = {"paper", "panel", "line", "seat-out", "truce"}
"""Grounds and areas behind marks, which nothing is read from alone."""

END_STATES = ("none", "permanent", "fell", "regional")

BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
"""What is seen of linear red, green and blue (Machado, Oliveira and Fernandes 2009)."""


def colours(theme):
    """Return the colours that a theme sets, by name."""
    css = "".join(one.read_text(encoding="utf-8") for one in sorted(VIZ.rglob("*.css")))
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if theme == "dark" or "dark" not in selector:
            found.update(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", body))
    return found


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21 (Web Content Accessibility Guidelines 2.2)."""
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour, blindness):
    """Return lightness and hue of a colour as seen (CIE 1976)."""
    seen = np.clip(blindness @ linear(colour), 0.0, 1.0)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(np.maximum(to_xyz @ seen / [0.9505, 1.0, 1.089], 1e-6))
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def test_colours_are_found_in_both_themes():
    light, dark = colours("light"), colours("dark")
    assert light.keys() == dark.keys()
    assert light["paper"] != dark["paper"]
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_words_and_marks_stand_out_from_their_ground(theme, ground):
    found = colours(theme)
    for name in TEXTS:
        assert contrast(found[name], found[ground]) >= 4.5, name
    for name in found.keys() - SURFACES:
        assert contrast(found[name], found[ground]) >= 3.0, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_end_states_are_told_apart_by_colour_blind_readers(theme, blindness):
    found = colours(theme)
    seen = {name: lab(found[name], BLINDNESS[blindness]) for name in END_STATES}
    for one, other in itertools.combinations(END_STATES, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10.0, (one, other)
