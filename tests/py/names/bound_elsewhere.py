# Modules count as imported only where the whole file binds the name nowhere.
def f(time):
    return time


probe(time.sleep)  #: names -
probe(subprocess.run)  #: names subprocess.run
