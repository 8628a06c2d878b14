# Every way to rebind a name kills what it stood for, in that scope only.
import time
import socket, select, signal, queue, ssl, shutil, glob, json, pickle
import requests
import subprocess as sp


def parameter(time):
    probe(time.sleep)  #: names -


def keyword_only(*, time=None):
    probe(time.sleep)  #: names -


def star(*time, **socket):
    probe(time)  #: names -
    probe(socket)  #: names -


def local():
    time = make()
    probe(time.sleep)  #: names -


def local_later():
    probe(time.sleep)  #: names -
    time = make()


def loop(clocks):
    for time in clocks:
        probe(time.sleep)  #: names -


def unpacking(pair):
    time, other = pair
    probe(time.sleep)  #: names -


def caught():
    try:
        pass
    except Exception as time:
        probe(time.sleep)  #: names -


def entered(clock):
    with clock as time:
        probe(time.sleep)  #: names -


def walrus(clock):
    if (time := clock()):
        probe(time.sleep)  #: names -


def walrus_inside(clocks):
    [time := c for c in clocks]
    probe(time.sleep)  #: names -


def comprehension(clocks):
    [probe(time.sleep) for time in clocks]  #: names -
    probe(time.sleep)  #: names time.sleep


def matched(clock):
    match clock:
        case [time]:
            probe(time.sleep)  #: names -


def annotated():
    time: object
    probe(time.sleep)  #: names -


def imported_again():
    import mytime as time

    probe(time.sleep)  #: names mytime.sleep


def nested_def():
    def time():
        pass

    probe(time.sleep)  #: names -


def nested_class():
    class time:
        pass

    probe(time.sleep)  #: names -


def augmented():
    time = requests
    time += 1
    probe(time.sleep)  #: names -


class Body:
    time = make()
    probe(time.sleep)  #: names -

    def method(self):
        probe(time.sleep)  #: names time.sleep


fn = lambda time: probe(time.sleep)  #: names -
gn = lambda: probe(time.sleep)  #: names time.sleep


def closure():
    time = make()

    def inner():
        probe(time.sleep)  #: names -


def outside_effect():
    global socket
    socket = make()


probe(socket.socket)  #: names -
del select
probe(select.select)  #: names -
signal = make()
probe(signal.signal)  #: names -
for queue in ():
    pass
probe(queue.Queue)  #: names -


def ssl():
    pass


probe(ssl.wrap_socket)  #: names -


class shutil:
    pass


probe(shutil.rmtree)  #: names -
if requests:
    glob = None
probe(glob.glob)  #: names glob.glob
json = None
probe(json.loads)  #: names -
pickle = sp
probe(pickle.loads)  #: names -
probe(sp.run)  #: names subprocess.run
probe(time.sleep)  #: names time.sleep


def open(path):
    pass


probe(open)  #: names -; callee open
probe(print)  #: names print
