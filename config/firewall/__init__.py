"""The firewall: the vocabulary of what hosts accept, the product's own lines, the site's, and their checks."""
