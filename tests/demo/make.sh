#!/bin/sh
# Makes a small demonstration repository (bare) at the path given: four authors, two branches, a
# merge, a rename, a revert, a suppression. The same bytes every time.
set -eu
repo=${1:?where to make the repository}
rm -rf "$repo"
git init -q --bare -b main "$repo"

# commit BRANCH DATE AUTHOR MESSAGE [MERGED-BRANCH]: what follows are put, drop and move calls
commit() {
	set -- "$1" "$2" "$3" "$4" "${5-}"
	when="$2 +0000"
	who="$3 <$(echo "$3" | tr 'A-Z ' 'a-z.')@example.com>"
	printf 'commit refs/heads/%s\nauthor %s %s\ncommitter %s %s\n' "$1" "$who" "$when" "$who" "$when"
	printf 'data %d\n%s\n' "$(printf %s "$4" | wc -c)" "$4"
	if [ -n "$5" ]; then printf 'merge refs/heads/%s\n' "$5"; fi
}
branch() { printf 'reset refs/heads/%s\nfrom refs/heads/%s\n\n' "$1" "$2"; }
put() { # put PATH < contents
	body=$(cat; echo .)
	body=${body%.}
	printf 'M 100644 inline %s\ndata %d\n%s\n' "$1" "$(printf %s "$body" | wc -c)" "$body"
}
move() { printf 'R %s %s\n' "$1" "$2"; }

fetch_v1='import time

import requests


async def fetch(url):
    for attempt in range(3):
        answer = requests.get(url, timeout=5)
        if answer.ok:
            return answer.json()
        time.sleep(2 ** attempt)
    raise RuntimeError(url)
'
fetch_v2='import asyncio

import requests


async def fetch(url):
    for attempt in range(3):
        answer = requests.get(url, timeout=5)
        if answer.ok:
            return answer.json()
        await asyncio.sleep(2 ** attempt)
    raise RuntimeError(url)
'
fetch_v3='import asyncio

import httpx


async def fetch(url):
    async with httpx.AsyncClient() as client:
        for attempt in range(3):
            answer = await client.get(url)
            if answer.is_success:
                return answer.json()
            await asyncio.sleep(2 ** attempt)
    raise RuntimeError(url)
'
worker_v1='import asyncio

from app.fetch import fetch


class Worker:
    def __init__(self):
        self.queue = asyncio.Queue()

    async def run(self):
        while True:
            url = await self.queue.get()
            asyncio.create_task(fetch(url))
'
worker_v2='import asyncio

from app.fetch import fetch


class Worker:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.tasks = set()

    async def run(self):
        while True:
            try:
                url = await self.queue.get()
                task = asyncio.create_task(fetch(url))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            except asyncio.CancelledError:
                print("stopping")

    async def refresh(self, urls):
        await asyncio.gather(*map(fetch, urls), return_exceptions=True)
'
store_v1='import asyncio
import sqlite3


async def save(rows):
    connection = sqlite3.connect("rows.db")
    connection.executemany("insert into rows values (?)", rows)
    connection.commit()


async def count(counter):
    async with asyncio.Lock():
        counter.value += 1
'
store_v2='import asyncio
import sqlite3


async def save(rows):
    connection = sqlite3.connect("rows.db")  # lapse: ignore[blocking-database]
    connection.executemany("insert into rows values (?)", rows)
    connection.commit()


lock = asyncio.Lock()


async def count(counter):
    async with lock:
        counter.value += 1
'
deploy='import subprocess


async def deploy(host):
    subprocess.run(["rsync", "-a", "site/", host], check=True)
'
{
	commit main 2024-01-08T09:00:00 'Ana Ruiz' 'Fetch with retries'
	printf %s "$fetch_v1" | put app/fetch.py
	commit main 2024-01-23T14:00:00 'Ben Okafor' 'Worker that fetches in the background'
	printf %s "$worker_v1" | put app/worker.py
	commit main 2024-02-12T10:30:00 'Chen Li' 'Keep rows in SQLite'
	printf %s "$store_v1" | put app/store.py
	branch deploy main
	commit deploy 2024-02-20T16:00:00 'Dana Novak' 'Deploy from the service'
	printf %s "$deploy" | put app/deploy.py
	commit main 2024-03-04T11:00:00 'Ana Ruiz' 'Do not sleep in the event loop'
	printf %s "$fetch_v2" | put app/fetch.py
	commit main 2024-03-18T09:15:00 'Dana Novak' "Merge branch 'deploy'" deploy
	printf %s "$deploy" | put app/deploy.py
	commit main 2024-04-15T13:00:00 'Ben Okafor' 'Keep tasks alive; refresh many at once'
	printf %s "$worker_v2" | put app/worker.py
	commit main 2024-05-06T10:00:00 'Chen Li' 'One lock for all counters'
	printf %s "$store_v2" | put app/store.py
	commit main 2024-05-21T15:45:00 'Ana Ruiz' 'Move deploy to tools'
	move app/deploy.py tools/deploy.py
	commit main 2024-06-10T09:00:00 'Dana Novak' 'Revert "Do not sleep in the event loop"'
	printf %s "$fetch_v1" | put app/fetch.py
	commit main 2024-07-01T12:00:00 'Ana Ruiz' 'Fetch with httpx'
	printf %s "$fetch_v3" | put app/fetch.py
} | git -C "$repo" fast-import --quiet --date-format=rfc2822
