"""What sections are made of: their strict base, shared types, texts that stand elsewhere, and what can be wrong."""
