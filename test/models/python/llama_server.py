"""llama.cpp's server from the package xllamacpp: MODEL PORT SLOTS LOAD_SECONDS.

LOAD_SECONDS: how much longer the tiny model takes to load, as a large one would.
"""

import sys
import threading
import time

import xllamacpp


def main(model, port, slots, load_seconds):
    time.sleep(load_seconds)
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_parallel = slots
    params.n_ctx = 4096 * slots
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.n_predict = 900
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
