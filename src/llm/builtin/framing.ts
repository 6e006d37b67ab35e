import type { TextLanguage } from '../../common/text/script.js';
import type { SourcePassage } from '../completion.js';

/** What is said when the knowledge base has no answer: the truth, and what can be done about it. */
export const NOTHING_FOUND: Readonly<Record<TextLanguage, string>> = {
  en: `I found nothing in the knowledge base that answers this.

I am the built-in extractive answerer: I quote what the documents say and cannot answer freely. \
To get answers from a language model, set \`LLM_BASE_URL\` (for example \`http://127.0.0.1:11434/v1\` for Ollama), \
\`LLM_MODEL\` and, where the server asks for one, \`LLM_API_KEY\`, and start the service again. \
To give me more to quote from, store documents with \`POST /api/documents\`.`,
  zh: `知识库中没有找到能回答这个问题的内容。

我是内置的抽取式应答器：只能引用文档中的原文，不能自由作答。\
如需由大模型回答，请设置 \`LLM_BASE_URL\`（例如 Ollama 为 \`http://127.0.0.1:11434/v1\`）、\`LLM_MODEL\`，\
服务端要求密钥时再设置 \`LLM_API_KEY\`，然后重新启动服务。\
如需扩充可引用的内容，请通过 \`POST /api/documents\` 上传文档。`,
};

/** `Sources: Title (where); …`, each source once. */
export function sourcesLine(language: TextLanguage, passages: readonly SourcePassage[]): string {
  const isChinese = language === 'zh';
  const names = passages.map(({ title, source }) => {
    if (title === source) return source;
    return isChinese ? `${title}（${source}）` : `${title} (${source})`;
  });
  const all = [...new Set(names)].join(isChinese ? '；' : '; ');
  return isChinese ? `来源：${all}` : `Sources: ${all}`;
}
