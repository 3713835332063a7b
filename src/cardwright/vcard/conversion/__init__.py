"""Cards of one version to another, by way of the model that 4.0 has."""
