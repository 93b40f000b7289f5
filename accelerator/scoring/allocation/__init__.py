"""Who reads what: an exact assignment of reviewers to applications, with a certificate and named shortages.

Pure: integers in, integers out. `allocate` answers, `certify` proves an answer without any solver.
"""

from accelerator.scoring.allocation.assign import allocate, certify
from accelerator.scoring.allocation.problem import Allocation, Note, NoteKind, Pair, Problem, Reader, Shortage

__all__ = ["Allocation", "Note", "NoteKind", "Pair", "Problem", "Reader", "Shortage", "allocate", "certify"]
