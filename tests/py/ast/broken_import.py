import
from x import (a, b
x = 1
def f(): pass
