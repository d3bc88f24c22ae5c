"""One file for each service, or for a family of small ones; config/kolla/catalogue.py has them all."""
