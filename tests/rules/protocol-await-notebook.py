# %% [markdown]
# An exported notebook: its cells run in a loop.

# %%
from elsewhere import load

data = await load(1)  # clean


# %%
def function():
    return await load(2)  # expect: protocol-await-outside
