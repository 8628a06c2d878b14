"""Synchronous database drivers in async code."""
import asyncio
import sqlite3

import aioredis
import asyncpg
import psycopg
import psycopg2
import pymongo
import pymysql
import redis
import redis.asyncio as async_redis
from motor.motor_asyncio import AsyncIOMotorClient
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

engine = create_engine("sqlite://")
async_engine = create_async_engine("sqlite+aiosqlite://")
cache = redis.Redis()
twin = async_redis.Redis()


async def drivers(dsn):
    db = sqlite3.connect(dsn)  # expect: blocking-database
    db.execute("SELECT 1")  # expect: blocking-database
    connection = psycopg2.connect(dsn)  # expect: blocking-database
    cursor = connection.cursor()  # clean
    cursor.execute("SELECT 1")  # expect: blocking-database
    cursor.fetchall()  # expect: blocking-database
    connection.commit()  # expect: blocking-database
    pymysql.connect(host=dsn)  # expect: blocking-database


async def chains(dsn):
    return sqlite3.connect(dsn).execute("SELECT 1").fetchall()  # expect: blocking-database


async def clients(key):
    cache.set(key, "1")  # expect: blocking-database
    pipe = cache.pipeline()  # clean
    pipe.execute()  # expect: blocking-database
    return cache.get(key)  # expect: blocking-database


async def annotated(session: Session, people):
    session.commit()  # expect: blocking-database
    session.add(people)  # clean
    for person in session.query(people):  # expect: blocking-database
        person.name = ""
    return session.query(people).filter_by(id=1).first()  # expect: blocking-database


async def sync_engine():
    with engine.connect() as connection:  # expect: blocking-database
        connection.execute("SELECT 1")  # expect: blocking-database


async def async_twins(dsn, session: AsyncSession, given: asyncpg.Connection):
    await twin.get("key")  # clean
    twin.pipeline()  # clean
    await given.execute("SELECT 1")  # clean
    async with await psycopg.AsyncConnection.connect(dsn) as other:  # clean
        await other.execute("SELECT 1")  # clean
    await session.execute("SELECT 1")  # clean
    async with async_engine.connect() as c:  # clean
        await c.execute("SELECT 1")  # clean
        await c.run_sync(lambda sync: sync.execute("SELECT 1"))  # clean


async def motor(client: AsyncIOMotorClient, other: aioredis.Redis):
    await client.db.things.find_one({})  # clean
    await other.get("key")  # clean


async def elsewhere(dsn):
    await asyncio.to_thread(sqlite3.connect, dsn)  # clean
    await asyncio.to_thread(lambda: psycopg2.connect(dsn))  # clean


async def builders(session: Session, people):
    query = session.query(people)  # clean
    sqlite3.register_adapter(str, str)  # clean
    psycopg2.extensions.new_type  # clean
    pymongo.MongoClient()  # clean
    return query


async def unknown(session, cursor, db):
    session.commit()  # clean
    cursor.execute("SELECT 1")  # clean
    db.query("SELECT 1").all()  # clean


def sync(dsn):
    sqlite3.connect(dsn)  # clean


async def in_memory(rows):
    db = sqlite3.connect(":memory:")  # clean
    cursor = db.cursor()
    cursor.executemany("INSERT INTO t VALUES (?)", rows)  # clean
    return cursor.fetchall(), db.execute("SELECT 1").fetchone()  # clean


async def in_a_file(path):
    db = sqlite3.connect(database=path)  # expect: blocking-database
    return db.execute("SELECT 1")  # expect: blocking-database


# Cursors and scans ask when somebody goes through them.
async def lazy_results(people: pymongo.collection.Collection):
    found = people.find({})  # clean
    keys = cache.scan_iter()  # clean
    return found, keys


async def gone_through(people: pymongo.collection.Collection):
    for person in people.find({}).sort("name"):  # expect: blocking-database
        print(person)
    keys = cache.scan_iter()  # expect: blocking-database
    return [k for k in keys], people.find_one({})  # expect: blocking-database
