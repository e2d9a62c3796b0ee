"""A worker of plain RQ with the same class and settings as ours. Run as `_rq_worker.py REDIS_URL`."""

import sys

import _noop  # noqa: F401 - loaded before the first job, as ours loads its own
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

if __name__ == "__main__":
    connection = Redis.from_url(sys.argv[1])
    SimpleWorker(
        [Queue("bench", connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=15,
        job_monitoring_interval=10,
        worker_ttl=45,
    ).work(logging_level="WARNING")
