"""A module that is used without being imported counts as what it is named."""

pool = multiprocessing.Pool(2)  # expect: process-main-guard
pool.map(print, [1, 2])
