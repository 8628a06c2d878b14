import time
from threading import Lock
from m import *


class Worker(Base):
    lock = Lock()

    async def run(self, n: int):
        nap = time.sleep
        for i in range(n):
            nap(i)
        self.stop(locals())
        await asyncio.to_thread(nap, 1)

    def stop(self, names):
        [x for x in names if callable(x)]
