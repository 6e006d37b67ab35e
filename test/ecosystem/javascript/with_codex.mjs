// /// client
// name: Codex
// packages: ['@openai/codex@0.171.0']
// settings: "`config.toml` with `model = \"test-model\"`, `model_provider = \"chat\"` and `[model_providers.chat]`: `name = \"chat\"`, `base_url = \"…/v1\"`, `env_key = \"CHAT_KEY\"`, `wire_api = \"responses\"`; `CHAT_KEY=key`"
// without:
//   list: { en: it lists only models that it knows, zh: 只列出它认识的模型 }
//   stream: { en: its command without a terminal prints complete messages, zh: 不用终端时，命令只输出完整的消息 }
// ///
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOME, run, save, saveImage, stop } from './command.mjs';
import { API_KEY, BASE_URL, MODEL, play, TOOL_RESULT } from './trial.mjs';

mkdirSync(join(HOME, '.codex'));
writeFileSync(
  join(HOME, '.codex', 'config.toml'),
  `model = "${MODEL}"
model_provider = "chat"
[model_providers.chat]
name = "chat"
base_url = "${BASE_URL}"
env_key = "CHAT_KEY"
wire_api = "responses"
`,
);

const ENV = { CHAT_KEY: API_KEY };

// Its sandbox needs rights that a container does not have; the only command here is an echo.
const EXEC = ['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];

const codex = (question, ...options) => [
  join(import.meta.dirname, 'node_modules', '.bin', 'codex'),
  ...EXEC,
  ...options,
  '--',
  question,
];

async function ask(question, ...options) {
  const printed = await run(codex(question, ...options), ENV);
  const events = printed.split('\n').filter((line) => line.startsWith('{'));
  const items = events.map((line) => JSON.parse(line).item).filter((item) => item?.type === 'agent_message');
  return items.at(-1)?.text;
}

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

await play({
  ask,
  stop: async (question) => {
    await stop(codex(question), ENV);
    return 'word 0';
  },
  tools: (question) => {
    const call = `exec_command with {"cmd":"echo ${TOOL_RESULT}"}`;
    return ask(question.replace(/get_weather with \{[^}]*\}/, call));
  },
  structured: async (question) => {
    const schema = save('schema.json', JSON.stringify(SCHEMA));
    return JSON.parse(await ask(question, '--output-schema', schema));
  },
  image: (question) => ask(question, '--image', saveImage()),
  error: ask,
  cut: ask,
});
