"""A loop that somebody else made, in a file that does not import asyncio."""


class Transport:
    def request(self, request):
        task = self.loop.create_task(request.send())

        def done(task, _request=request):
            try:
                task.result()  # expect: cancel-callback
            except Exception as e:
                _request.add_exception(e)

        task.add_done_callback(done)
        return task

    def other(self, request):
        task = self.pool.create_task(request.send())
        task.add_done_callback(lambda t: t.result())  # clean
        return task
