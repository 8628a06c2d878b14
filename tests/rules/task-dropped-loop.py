"""A bot's or application's loop, in a file that does not import asyncio."""
from elsewhere import work


class Cog:
    def __init__(self, bot):
        self.bot = bot
        bot.loop.create_task(work())  # expect: task-dropped(warning)
        self.task = bot.loop.create_task(work())  # clean

    def later(self):
        self.bot.create_task(work())  # clean
        self.bot.loop.call_soon(work)  # clean

    def other_names(self, helpers):
        self.io_loop.create_task(work())  # expect: task-dropped(warning)
        helpers.get_running_loop().create_task(work())  # expect: task-dropped(warning)
        self.looper.create_task(work())  # clean


def serve(loop):
    task = loop.create_task(work())  # clean
    loop.run_forever()


def start(loop):
    task = loop.create_task(work())  # expect: task-dropped(warning)
    loop.run_until_complete(work())
