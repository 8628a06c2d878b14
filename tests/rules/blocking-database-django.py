"""Django's ORM in async views."""
from asgiref.sync import sync_to_async
from django.http import JsonResponse

from .models import User, registry


async def view(request, key):
    user = User.objects.get(pk=key)  # expect: blocking-database
    last = User.objects.filter(active=True).order_by("id").first()  # expect: blocking-database
    User.objects.create(name="x")  # expect: blocking-database
    for other in User.objects.all():  # expect: blocking-database
        other.touch()
    names = [u.name for u in User.objects.filter(active=True)]  # expect: blocking-database
    everyone = list(User.objects.all())  # expect: blocking-database
    User.objects.get(pk=key).groups.first()  # expect: blocking-database
    return JsonResponse({"n": len(names), "u": user, "l": last, "e": everyone})


async def right(request, key):
    await User.objects.aget(pk=key)  # clean
    async for user in User.objects.all():  # clean
        user.touch()
    names = [u.name async for u in User.objects.all()]  # clean
    query = User.objects.filter(active=True).order_by("id")  # clean
    await sync_to_async(User.objects.get)(pk=key)  # clean
    await sync_to_async(list)(User.objects.all())  # clean
    await User.objects.filter(pk=key).afirst()  # clean
    registry.objects.get(key)  # clean
    request.objects.update(key)  # clean
    return names, query


@sync_to_async
def helper(key):
    return User.objects.get(pk=key)  # clean


def view_sync(request, key):
    return User.objects.get(pk=key)  # clean
