"""Clients of cloud services and queues in async code; and their async twins."""
import asyncio

import aioboto3
import anthropic
import boto3
import docker
import minio
import openai
import pika
from openai import AsyncOpenAI, OpenAI

s3 = boto3.client("s3")
llm = OpenAI()
async_llm = AsyncOpenAI()


async def storage(bucket, key):
    s3.get_object(Bucket=bucket, Key=key)  # expect: blocking-client
    store = minio.Minio("localhost")  # clean
    store.list_buckets()  # expect: blocking-client


async def language(prompt):
    llm.chat.completions.create(messages=prompt)  # expect: blocking-client
    return openai.OpenAI().embeddings.create(input=prompt)  # expect: blocking-client


async def queue(parameters):
    connection = pika.BlockingConnection(parameters)  # expect: blocking-client
    channel = connection.channel()  # expect: blocking-client
    return channel


async def async_twins(prompt, bucket, key):
    await async_llm.chat.completions.create(messages=prompt)  # clean
    await anthropic.AsyncAnthropic().messages.create(messages=prompt)  # clean
    async with aioboto3.Session().client("s3") as client:  # clean
        await client.get_object(Bucket=bucket, Key=key)  # clean


async def elsewhere(bucket, key):
    await asyncio.to_thread(s3.get_object, Bucket=bucket, Key=key)  # clean
    await asyncio.to_thread(lambda: llm.models.list())  # clean


async def unknown(client, table):
    client.get_object(Key="x")  # clean
    table.put_item(Item={})  # clean


def sync(bucket):
    return s3.list_objects_v2(Bucket=bucket), docker.from_env()  # clean
