"""Sockets, names, mail and remote shells in async code; and sockets that do not block."""
import asyncio
import ftplib
import select
import smtplib
import socket
import ssl
from socket import getaddrinfo

import anyio
import paramiko
import zmq

ready = socket.socket()
ready.setblocking(False)


async def client(host):
    sock = socket.create_connection((host, 80))  # expect: blocking-network
    sock.sendall(b"GET /")  # expect: blocking-network
    return sock.recv(1024)  # expect: blocking-network


async def server(listener: socket.socket):
    connection, peer = listener.accept()  # expect: blocking-network
    return connection.recv(10), peer  # expect: blocking-network


async def names(host):
    socket.gethostbyname(host)  # expect: blocking-network
    getaddrinfo(host, 80)  # expect: blocking-network
    socket.getaddrinfo("127.0.0.1", 80)  # clean
    socket.gethostbyname("localhost")  # clean
    if host == "localhost":
        host = socket.gethostbyname(host)  # clean
    socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST)  # clean
    return socket.gethostname()  # clean


async def mail(message):
    with smtplib.SMTP("localhost") as smtp:  # expect: blocking-network
        smtp.send_message(message)  # expect: blocking-network
    later = smtplib.SMTP()  # clean
    later.connect("localhost")  # expect: blocking-network
    ftplib.FTP("example.org")  # expect: blocking-network
    ftplib.FTP()  # clean


async def shell(host):
    client = paramiko.SSHClient()  # clean
    client.connect(host)  # expect: blocking-network
    client.exec_command("ls")  # expect: blocking-network


async def handshake(host, context: ssl.SSLContext):
    sock = socket.create_connection((host, 443))  # expect: blocking-network
    context.wrap_socket(sock)  # expect: blocking-network
    context.wrap_socket(sock, do_handshake_on_connect=False)  # clean
    context.wrap_socket(socket.socket(), server_side=True)  # clean


async def waits_for_many(sockets):
    select.select(sockets, [], [])  # expect: blocking-network
    select.select(sockets, [], [], 0)  # clean


async def does_not_block(address, loop):
    sock = socket.socket()
    sock.setblocking(False)
    await loop.sock_connect(sock, address)  # clean
    sock.send(b"x")  # clean
    ready.recv(1)  # clean
    other = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    other.connect_ex(address)  # clean
    return await loop.sock_recv(sock, 10)  # clean


class Stream:
    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.sock.settimeout(0)

    async def read(self):
        return self.sock.recv(100)  # clean


async def tries(sock: socket.socket):
    while True:
        try:
            return sock.recv(100)  # clean
        except BlockingIOError:
            await anyio.wait_socket_readable(sock)


async def asks_first(sock: socket.socket):
    await anyio.wait_readable(sock)
    return sock.recv(100)  # clean


async def own_address():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("10.255.255.255", 1))  # clean
    sock.bind(("", 0))  # clean
    return sock.getsockname()[0]  # clean


async def elsewhere(host, loop):
    await loop.getaddrinfo(host, 80)  # clean
    await asyncio.to_thread(socket.gethostbyname, host)  # clean
    return await asyncio.open_connection(host, 80)  # clean


def sync(host):
    return socket.gethostbyname(host)  # clean


class Polled:
    def __init__(self):
        self.pipe = zmq.Context.instance().socket(zmq.PAIR)

    async def run(self, poller):
        while True:
            events = dict(await poller.poll())
            if self.pipe in events:
                self.handle(self.pipe.recv_multipart())  # clean

    async def unasked(self):
        await asyncio.sleep(1)
        return self.pipe.recv()  # expect: blocking-network
