"""What verify.py has to know about packages: how they are installed, which names cannot exist in
today's versions, and how to make an instance where attributes exist on instances only.

Nothing here opens a connection: clients are made with addresses that are never used.
"""
import importlib
import operator
from unittest.mock import Mock

# Requirement sets; pip gets one at a time, so a package that fails takes few others with it.
REQUIREMENTS = [
    ["requests", "httpx", "httpx2", "urllib3", "httplib2", "aiohttp", "websocket-client",
     "websockets", "mechanize", "pycurl", "uvicorn", "werkzeug", "starlette", "tornado"],
    ["redis", "aioredis", "pymongo", "motor", "psycopg2-binary", "psycopg[binary]",
     "psycopg-pool", "pymysql", "mysql-connector-python", "SQLAlchemy", "pyodbc", "Django",
     "aiosqlite", "aiomysql", "aiopg", "asyncpg", "asyncmy"],
    ["elasticsearch", "opensearch-py", "neo4j", "influxdb", "python-memcached", "pymemcache",
     "clickhouse-driver", "cassandra-driver", "duckdb", "oracledb", "pymssql", "trino", "hdbcli",
     "snowflake-connector-python", "PyHive", "thrift", "thrift-sasl"],
    ["boto3", "google-cloud-storage", "google-cloud-bigquery", "google-cloud-firestore",
     "google-cloud-pubsub", "google-cloud-secret-manager", "azure-identity",
     "azure-storage-blob", "azure-keyvault-secrets", "azure-servicebus", "azure-cosmos", "minio",
     "docker", "kubernetes", "stripe", "slack-sdk", "sendgrid", "openai", "anthropic", "grpcio"],
    ["paramiko", "scp", "fabric", "netmiko", "asyncssh", "ldap3", "dnspython", "pyserial",
     "pyzmq", "paho-mqtt", "stomp.py", "pika", "aio-pika", "kafka-python", "confluent-kafka",
     "nats-py", "filelock", "psutil", "pexpect"],
    ["bcrypt", "argon2-cffi", "passlib", "pycryptodome", "cryptography", "joblib", "openpyxl",
     "PyYAML", "pytesseract", "Pillow", "click", "typer", "numpy", "pandas"],
    ["anyio", "trio", "aiofiles", "async-timeout", "uvloop", "gevent", "eventlet",
     "opencv-python-headless"],
    ["mysqlclient", "cx_Oracle"],  # built from source: they need the database's client library
]

# Names that need not exist in the running Python or in today's packages, and why they are kept:
# histories hold code for all of them. An entry covers what is inside it.
ELSEWHERE = {
    "Queue": "Python 2",
    "commands": "Python 2",
    "httplib": "Python 2",
    "raw_input": "Python 2",
    "urllib.urlopen": "Python 2",
    "urllib.urlretrieve": "Python 2",
    "urllib2": "Python 2",
    "subprocess32": "Python 2",
    "asyncio.Task.current_task": "removed in Python 3.9",
    "pathlib.Path.link_to": "removed in Python 3.12",
    "ssl.wrap_socket": "removed in Python 3.12",
    "pathlib.Path.__enter__": "removed in Python 3.13",
    "telnetlib": "removed in Python 3.13",
    "os.path.isjunction": "new in Python 3.12",
    "pathlib.Path.is_junction": "new in Python 3.12",
    "pathlib.Path.walk": "new in Python 3.12",
    "pathlib.Path.with_segments": "new in Python 3.12",
    "concurrent.futures.InterpreterPoolExecutor": "new in Python 3.14",
    "pathlib.Path.copy": "new in Python 3.14",
    "pathlib.Path.copy_into": "new in Python 3.14",
    "pathlib.Path.move": "new in Python 3.14",
    "pathlib.Path.move_into": "new in Python 3.14",
    "asyncio.ProactorEventLoop": "Windows only",
    "filelock.WindowsFileLock": "Windows only",
    "msvcrt": "Windows only",
    "anyio.open_cancel_scope": "anyio before 3",
    "neo4j.Session.read_transaction": "neo4j before 6",
    "neo4j.Session.write_transaction": "neo4j before 6",
    "openai.ChatCompletion": "openai before 1",
    "openai.Completion": "openai before 1",
    "openai.Embedding": "openai before 1",
    "openai.Image": "openai before 1",
    "sqlalchemy.engine.Engine.execute": "SQLAlchemy before 2",
    "sqlalchemy.engine.Engine.scalar": "SQLAlchemy before 2",
    "trio.AsyncFile": "our name for a private class of trio",
    "aioredis": "its last release does not import on Python 3.11 and later",
    "MySQLdb": "not built here",
    "cx_Oracle": "not built here",
    "ibm_db": "not installed: its database driver is too large",
    "torch": "not installed: too large",
}


def load(name):
    """The object behind module:attribute."""
    module, _, attribute = name.partition(":")
    return operator.attrgetter(attribute)(importlib.import_module(module))


def make(name, *args, **keywords):
    return lambda: load(name)(*args, **keywords)


RESOURCE = "boto3.resources.base.ServiceResource"
AWS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
AWS_SERVICES = (
    "s3 dynamodb sqs sns lambda secretsmanager ssm sts kinesis firehose ses sesv2 kms stepfunctions"
    " athena cloudwatch ec2 logs events ecs batch bedrock-runtime cognito-idp"
).split()


def aws_resource(service, *path):
    """The object that a chain of calls on a resource gives: its class is made when it is asked."""

    def build():
        owner = load("boto3:resource")(service, **AWS)
        for name, argument in zip(path[::2], path[1::2]):
            owner = getattr(owner, name)(*argument)
        return owner

    return build


def declarative_base():
    return type("Base", (load("sqlalchemy.orm:DeclarativeBase"),), {})


def make_all(names):
    return {name: [make(":".join(name.rsplit(".", 1)))] for name in names.split()}


INSTANCES = {
    # The name is a function that chooses a class, or methods are set when an instance is made.
    **make_all("threading.Condition threading.Lock threading.RLock select.poll"),
    **make_all("multiprocessing.Condition multiprocessing.Lock multiprocessing.RLock"),
    **make_all("multiprocessing.BoundedSemaphore multiprocessing.Semaphore"),
    **make_all("requests.Response"),
    "filelock.FileLock": [make("filelock:FileLock", "x.lock")],
    "multiprocessing.context.BaseContext": [make("multiprocessing:get_context")],
    # Attributes are set by __init__.
    "asyncio.subprocess.Process": [make("asyncio.subprocess:Process", Mock(), Mock(), Mock())],
    "subprocess.Popen": [make("subprocess:Popen", ["true"])],
    "elasticsearch.Elasticsearch": [make("elasticsearch:Elasticsearch", "http://127.0.0.1:1")],
    "opensearchpy.OpenSearch": [make("opensearchpy:OpenSearch")],
    # Methods follow from descriptions of the services, or from __getattr__.
    "botocore.client.BaseClient": [make("boto3:client", name, **AWS) for name in AWS_SERVICES],
    RESOURCE: [aws_resource(name) for name in ("s3", "sqs", "dynamodb")],
    RESOURCE + ".Table": [aws_resource("dynamodb", "Table", ("x",))],
    RESOURCE + ".Bucket": [aws_resource("s3", "Bucket", ("x",))],
    RESOURCE + ".Object": [aws_resource("s3", "Object", ("x", "y"))],
    RESOURCE + ".Queue": [aws_resource("sqs", "Queue", ("http://x/y",))],
    # Made for each subclass.
    "sqlalchemy.orm.DeclarativeBase": [declarative_base],
    "django.db.backends.utils.CursorWrapper": [make("django.db:connection.cursor")],
}


def prepare_django():
    settings = importlib.import_module("django.conf").settings
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=[])
    importlib.import_module("django").setup()


def prepare_openai():
    importlib.import_module("openai").api_key = "x"


PREPARATIONS = [prepare_django, prepare_openai]
