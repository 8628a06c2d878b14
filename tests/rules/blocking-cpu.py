"""Long computations in async code; and short ones, and those that make room."""
import asyncio
import hashlib

import bcrypt
import numpy as np

ROUNDS = 1_000_000


async def counts():
    total = 0
    for i in range(10_000_000):  # expect: blocking-cpu
        total += i * i
    return total


async def sums():
    return sum(i * i for i in range(ROUNDS))  # expect: blocking-cpu


async def nested(n):
    total = 0
    for i in range(n):  # expect: blocking-cpu
        for j in range(n):
            total += i * j
    return total


async def between_awaits(jobs):
    async for job in jobs:
        for i in range(1_000_000):  # expect: blocking-cpu
            job.total += i


async def hashes(password, salt):
    bcrypt.hashpw(password, salt)  # expect: blocking-cpu
    hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)  # expect: blocking-cpu
    hashlib.pbkdf2_hmac("sha256", password, salt, 1)  # clean
    return hashlib.sha256(password).hexdigest()  # clean


def primes(n):
    found = []
    for i in range(2, n):
        for j in range(2, i):
            if i % j == 0:
                break
        else:
            found.append(i)
    return found


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def verify(password, stored):
    return bcrypt.checkpw(password, stored)


def login(user, password):
    return verify(password, user.password)


async def helpers(n, user, password):
    primes(n)  # expect: blocking-cpu
    primes(10_000)  # expect: blocking-cpu
    primes(50)  # clean
    fib(35)  # expect: blocking-cpu
    fib(10)  # clean
    return login(user, password)  # expect: blocking-cpu


async def short():
    total = 0
    for i in range(1000):  # clean
        total += i
    return total + sum(i * i for i in range(500))  # clean


async def makes_room():
    total = 0
    for i in range(10_000_000):  # clean
        total += i
        if i % 10_000 == 0:
            await asyncio.sleep(0)
    return total


async def arrays():
    total = np.zeros(100)
    for i in range(1_000_000):  # clean
        total = np.add(total, i)
    return total


async def elsewhere(pool, password, salt, n):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(pool, primes, n)  # clean
    await asyncio.to_thread(bcrypt.hashpw, password, salt)  # clean


def sync():
    return sum(i * i for i in range(10_000_000))  # clean
