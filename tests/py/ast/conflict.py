def f():
    before()
<<<<<<< HEAD
    ours()
=======
    theirs()
>>>>>>> topic
    after()

TEXT = """
<<<<<<< not
=======
>>>>>>> one
"""
