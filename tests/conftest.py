"""Settings of the tests: random examples have no deadline, as machines are shared."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
