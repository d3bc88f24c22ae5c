module lab/runc

go 1.20
