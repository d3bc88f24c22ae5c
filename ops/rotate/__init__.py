"""`make rotate`: every secret of a cloud, its age, how it is replaced, and the replacing itself."""
