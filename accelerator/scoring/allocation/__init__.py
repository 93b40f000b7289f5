"""Who reads what: an exact assignment of reviewers to applications, with a certificate and named shortages.

Pure: integers in, integers out. `allocate` answers, `certify` proves an answer without any solver.
"""
