# /// client
# name: aider
# packages: [aider-chat==0.86.2]
# settings: '`OPENAI_API_BASE=…/v1`, `OPENAI_API_KEY=key`, `aider --model openai/test-model --no-show-model-warnings`'
# without:
#   list: { en: it lists only models that it knows, zh: 只列出它认识的模型 }
#   tools: { en: it edits files by text, zh: 以文本编辑文件 }
#   structured: { en: its answers are text, zh: 回答都是文本 }
#   image: { en: it sends images only to models that it knows, zh: 只向它认识的模型发送图片 }
#   error: { en: it repeats for longer than a minute, zh: 重试超过一分钟 }
#   cut: { en: it repeats for longer than a minute, zh: 重试超过一分钟 }
# ///
import os
import sys

import command
from trial import API_KEY, BASE_URL, MODEL, play

AIDER = os.path.join(os.path.dirname(sys.executable), "aider")
OPTIONS = [
    *("--model", f"openai/{MODEL}", "--chat-mode", "ask", "--no-git", "--no-pretty", "--yes-always"),
    *("--no-show-model-warnings", "--no-check-update", "--no-analytics", "--no-show-release-notes"),
    *("--no-detect-urls", "--map-tokens", "0"),
]
ENV = {"OPENAI_API_BASE": BASE_URL, "OPENAI_API_KEY": API_KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def aider(question):
    return [AIDER, *OPTIONS, "--message", question]


play(
    ask=lambda question: command.run(*aider(question), "--no-stream", **ENV),
    stream=lambda question: list(command.stream(*aider(question), **ENV)),
    stop=lambda question: command.stop(*aider(question), **ENV),
)
