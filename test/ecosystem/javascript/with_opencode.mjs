// /// client
// name: opencode
// packages: [opencode-ai@1.18.33]
// settings: "`opencode.json` with `provider.chat`: `npm: \"@ai-sdk/openai-compatible\"`, `options: { baseURL: \"…/v1\", apiKey: key }`, `models: { \"test-model\": {} }`; `opencode --model chat/test-model`"
// without:
//   stream: { en: its command without a terminal prints complete messages, zh: 不用终端时，命令只输出完整的消息 }
//   cut: { en: it repeats for longer than a minute, zh: 重试超过一分钟 }
//   structured: { en: its answers are text, zh: 回答都是文本 }
// ///
import { join } from 'node:path';
import { run, save, saveImage, stop } from './command.mjs';
import { API_KEY, BASE_URL, MODEL, play, TOOL_RESULT } from './trial.mjs';

const modalities = { input: ['text', 'image'], output: ['text'] };
const provider = {
  chat: {
    npm: '@ai-sdk/openai-compatible',
    name: 'chat',
    options: { baseURL: BASE_URL, apiKey: API_KEY },
    models: { [MODEL]: { name: MODEL, attachment: true, tool_call: true, modalities } },
  },
};
save(
  'opencode.json',
  JSON.stringify({ provider, model: `chat/${MODEL}`, share: 'disabled', permission: 'allow' }),
);

// It must not look for its list of all models, which is somewhere else.
const ENV = { OPENCODE_DISABLE_MODELS_FETCH: 'true', OPENCODE_DISABLE_AUTOUPDATE: 'true' };

const opencode = (...args) => [join(import.meta.dirname, 'node_modules', '.bin', 'opencode'), ...args];

const question = (text, ...options) => opencode('run', '--format', 'json', ...options, '--', text);

async function ask(text, ...options) {
  const events = (await run(question(text, ...options), ENV))
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const failed = events.map((line) => JSON.parse(line)).find(({ type }) => type === 'error');
  if (failed) throw new Error(JSON.stringify(failed.error));
  const parts = events.map((line) => JSON.parse(line).part).filter((part) => part?.type === 'text');
  return parts.map(({ text: said }) => said).join('');
}

await play({
  list: async () => (await run(opencode('models'), ENV)).split('\n').map((line) => line.replace('chat/', '')),
  ask,
  stop: async (text) => {
    await stop(question(text), ENV);
    return 'word 0';
  },
  tools: (text) => {
    const call = `bash with {"command":"echo ${TOOL_RESULT}","description":"Says the weather"}`;
    return ask(text.replace(/get_weather with \{[^}]*\}/, call));
  },
  image: (text) => ask(text, '--file', saveImage()),
  error: ask,
  cut: ask,
});
