# /// client
# name: LiteLLM (proxy)
# packages: ['litellm[proxy]==1.108.7']
# variants: [chat, responses]
# settings: '`config.yaml`: `model_list` with `model_name: test-model` and `litellm_params: { model: openai/test-model, api_base: …/v1, api_key: key }`'
# ///
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request

from openai import OpenAI

import openai_apis
from trial import API_KEY, BASE_URL, HOME, MODEL, play

PROXY_KEY = f"sk-{secrets.token_hex(24)}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start():
    """Returns the proxy's process and its base URL, when it answers."""
    port = free_port()
    server = {"model": f"openai/{MODEL}", "api_base": BASE_URL, "api_key": API_KEY}
    configuration = os.path.join(HOME, "config.yaml")
    with open(configuration, "w") as file:
        json.dump({"model_list": [{"model_name": MODEL, "litellm_params": server}]}, file)
    run = "from litellm import run_server; run_server()"
    process = subprocess.Popen(
        [sys.executable, "-c", run, "--config", configuration, "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "LITELLM_MASTER_KEY": PROXY_KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        stdout=sys.stderr,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(180):
        try:
            urllib.request.urlopen(f"{url}/health/readiness")
            return process, f"{url}/v1"
        except OSError:
            time.sleep(1)
    raise TimeoutError("the proxy did not start")


proxy, url = start()
try:
    play(**openai_apis.tasks(OpenAI(base_url=url, api_key=PROXY_KEY)))
finally:
    proxy.kill()
