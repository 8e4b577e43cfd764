"""Who acts: one file for each kind of actor, and below them what they decide with.

A docstring that begins with "Rule n" states a rule of the model: its formula, its units and its
source. Rates are per week, and a step is given in weeks. Shares and probabilities run from 0 to 1.
Utility is on a scale on which 1 is about the worth of a core war aim.

"The article" is Alex Kane, "Why Ceasefire Talks Are Stuck", Jewish Currents, 24 June 2024; claims
C01 to C73 are those of the people it quotes, as numbered in the project's ledger. "Evidence series"
are the public counts of deaths, captives and aid against which a case's numbers are set.
"""

if not __name__.startswith("ceasefire."):
    raise ImportError("Import it as ceasefire.agents: this folder only stands beside your script.")
