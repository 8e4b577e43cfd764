"""Why it is stuck: certificates over an ensemble, summed, tested and told."""
