"""A default for all sockets is a timeout for urlopen, not for requests."""

import socket
from urllib.request import urlopen

import requests

socket.setdefaulttimeout(10)


def opened(url):
    return urlopen(url).read()


def got(url):
    return requests.get(url)  # expect: timeout-missing
