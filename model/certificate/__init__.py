"""Why a round failed: which constraints, relaxed by how much, would have opened it."""
