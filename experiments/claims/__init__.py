"""Claims as declared experiments: what each measures, how it is run, what becomes of it."""
