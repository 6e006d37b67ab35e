# /// client
# name: Instructor
# packages: [instructor==1.17.0]
# settings: '`instructor.from_provider("openai/test-model", base_url="…/v1", api_key=key)`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
#   ask: { en: its answers are objects, zh: 回答都是对象 }
#   stream: { en: its answers are objects, zh: 回答都是对象 }
#   stop: { en: its answers are objects, zh: 回答都是对象 }
#   tools: { en: it uses tools only for its objects, zh: 工具只用来得到对象 }
#   image: { en: its answers are objects, zh: 回答都是对象 }
#   cut: { en: its answers are objects, zh: 回答都是对象 }
# ///
import instructor
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, MODEL, play

client = instructor.from_provider(f"openai/{MODEL}", base_url=BASE_URL, api_key=API_KEY)


class Person(BaseModel):
    name: str
    age: int


def structured(question):
    messages = [{"role": "user", "content": question}]
    return client.create(response_model=Person, messages=messages).model_dump()


play(structured=structured, error=structured)
