"""Reading a stack file: its YAML, its frame, its encrypted values, its shape."""
