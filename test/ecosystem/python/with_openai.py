# /// client
# name: openai (Python)
# packages: [openai==3.51.0]
# settings: '`OpenAI(base_url="…/v1", api_key=key)`'
# variants: [chat, responses]
# ///
from openai import OpenAI

import openai_apis
from trial import API_KEY, BASE_URL, play

play(**openai_apis.tasks(OpenAI(base_url=BASE_URL, api_key=API_KEY)))
