# A star import may bind any name that nothing else binds.
import requests
from somewhere import *

probe(time.sleep)  #: names -
probe(requests.get)  #: names requests.get
probe(open)  #: names open
