#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Python's requests: a Session with as many kept connections as there are requests at once, from a pool of threads."""

import json
import sys
import time
from multiprocessing.pool import ThreadPool

import requests

GET_PATH = "/instances/575ec8687ae143cd83dc4a97?_actions=false&_links=true&_embedded=true"
PAGE_PATH = "/api/v1/instances?limit={size}&offset={offset}"
PAGE_SIZE = 100

COMMON_HEADERS = {"Accept-Encoding": "gzip", "Accept": "application/json", "User-Agent": "instar/0.1.0"}
HEADERS = {**COMMON_HEADERS, "Accept-Version": "^1.29.3", "Authorization": "Bearer token"}
PAGE_HEADERS = {**COMMON_HEADERS, "X-Api-Version": "1.3.0", "X-Auth-Token": "token"}


def read_arguments(arguments):
    """The work, and the values by name."""
    options = {"count": 0, "parallel": 1, "ca": True}
    for argument in arguments[1:]:
        name, value = argument.split("=", 1)
        options[name] = int(value) if value.isdigit() else value
    return arguments[0], options


def new_getter(options, headers):
    """A function that gets a path and decodes the answer."""
    session = requests.Session()
    session.trust_env = False  # else every request looks for proxies and for .netrc
    session.verify = options["ca"]
    session.headers.update(headers)
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=options["parallel"])
    session.mount(options["base"], adapter)

    def get(path):
        response = session.get(options["base"] + path)
        response.raise_for_status()
        return json.loads(response.content)

    return get


def name_length(item):
    """The length of an item's name as Lua counts it, in bytes."""
    return len(item["name"].encode())


def peak():
    """The largest resident size so far, in KiB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(line.split()[1] for line in status if line.startswith("VmHWM:"))


def measure(work):
    """Runs a function between readings of the clocks and prints the worker's line."""
    wall, cpu = time.perf_counter(), time.process_time()
    check = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"wall={wall:.6f} cpu={cpu:.6f} peak={peak()} check={check}")


def get_many(options):
    """Gets, one after another or from threads."""
    get = new_getter(options, HEADERS)

    def one(_=None):
        return name_length(get(GET_PATH))

    if options["parallel"] == 1:
        one()
        measure(lambda: sum(one() for _ in range(options["count"])))
        return
    with ThreadPool(options["parallel"]) as pool:
        pool.map(one, range(options["parallel"]), chunksize=1)
        measure(lambda: sum(pool.imap_unordered(one, range(options["count"]))))


def get_once(options):
    """One get, for a measurement of the whole process."""
    answer = new_getter(options, HEADERS)(GET_PATH)
    print(f"check={name_length(answer)}")


def walk_pages(options):
    """All items, page by page in order."""
    get = new_getter(options, PAGE_HEADERS)

    def page(number):
        return get(PAGE_PATH.format(size=PAGE_SIZE, offset=number * PAGE_SIZE))["instances"]

    def walk():
        items = length = 0
        for number in range(options["count"]):
            instances = page(number)
            items += len(instances)
            length += sum(name_length(item) for item in instances)
        return f"{items}/{length}"

    page(0)
    measure(walk)


def not_supported(_):
    """Ends the process the way the driver understands as "left out"."""
    print("not supported", file=sys.stderr)
    sys.exit(3)


WORKS = {"get": get_many, "connect": get_many, "pages": walk_pages, "start": get_once}


def main():
    """Does the work that the command line names."""
    work, options = read_arguments(sys.argv[1:])
    WORKS.get(work, not_supported)(options)


main()
