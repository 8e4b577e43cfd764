"""Cases, designs and claims, as data: TOML files without code."""
