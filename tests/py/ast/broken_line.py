import os

class A:
    def good(self):
        return 1

    def bad(self):
        x = 1
        y = = 2
        z = 3

    async def after(self):
        await f(

def last():
    return os.path
