"""What single programs write otherwise than the rules say: one per file, each with its sample in `tests/corpus/`."""
