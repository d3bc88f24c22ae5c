"""What sections are made of: their strict base, shared types, texts from elsewhere, and what can be wrong."""
