"""From the settings of a case to the arrays that worlds start from."""

from typing import Any

import numpy as np

from ceasefire.agents.chance import key_of
from ceasefire.agents.kinds import SINGLES
from ceasefire.agents.rules import FLOAT
from ceasefire.model.case.declared import Declared
from ceasefire.model.case.kinds import KINDS, given_field


def starting_records(case: Declared) -> dict[str, Any]:
    """Lay out the starting values of every record."""
    records = {}
    for kind, (collection, record) in KINDS.items():
        names = case.names[collection]
        array = np.zeros(len(names), dtype=record.layout())
        for name, declared in record.fields.items():
            if name == "key":
                array[name] = [key_of(f"{kind}.{one}") for one in names]
            elif declared.given:
                array[name] = [_number(case, f"{kind}.{one}.{name}") for one in names]
            else:
                array[name] = declared.start
        records[collection] = array
    for kind, record in SINGLES.items():
        array = np.zeros(1, dtype=record.layout())
        for name, declared in record.fields.items():
            array[name] = _number(case, f"{kind}.{name}") if declared.given else declared.start
        records[kind] = array
    derive(records)
    for array in records.values():
        array.setflags(write=False)
    return records


def derive(records: dict[str, Any]) -> None:
    """Set what starts out as something that the case gives."""
    records["captives"]["initial"] = records["captives"]["living"]
    records["blocs"]["opinion"] = records["blocs"]["predisposition"]
    records["blocs"]["support"] = records["blocs"]["support_base"]


def _number(case: Declared, key: str) -> float | int | bool:
    """Return a setting as records keep it: names and words as positions."""
    value = case.settings[key].value
    if not isinstance(value, str):
        return value
    declared, _ = given_field(key)
    if declared.choices:
        return declared.choices.index(value)
    return case.names[KINDS[declared.refers_to][0]].index(value) if value else -1


def influence_matrix(case: Declared) -> Any:
    """Weigh who listens to whom; a bloc that listens to nobody listens to itself."""
    blocs = case.names["blocs"]
    matrix = np.zeros((len(blocs), len(blocs)))
    for listener, heard in case.listens:
        weight = case.settings[f"listens.{listener}.{heard}"].value
        matrix[blocs.index(listener), blocs.index(heard)] = float(weight)
    for i in range(len(blocs)):
        total = float(matrix[i].sum())
        if total > 0.0:
            matrix[i] /= total
        else:
            matrix[i, i] = 1.0
    matrix = matrix.astype(FLOAT)
    matrix.setflags(write=False)
    return matrix
