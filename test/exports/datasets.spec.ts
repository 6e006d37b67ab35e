import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer } from '../support/model/model-server.answers.js';
import type { Behaviour } from '../support/model/model-server.exchange.js';
import type { ModelServer } from '../support/model/model-server.js';
import { calling } from '../support/responses/tool-calls.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import type { TestService } from '../support/service/service.js';

/** Where `scripts/python-packages.sh datasets test/exports/requirements.txt` installs it. */
const INSTALLED = join(homedir(), '.cache/llm-chat-service/datasets/bin/python');
const PYTHON = process.env['PYTHON'] ?? INSTALLED;
const SCRIPT = join(import.meta.dirname, 'load_with_datasets.py');

interface Loaded {
  readonly columns: string[];
  readonly rows: number;
  /** What TRL says; null: it is not installed. */
  readonly conversational: boolean | null;
  /** Rows that are not as the export has them. */
  readonly different: unknown[];
  readonly last: Record<string, { role: string; content: string }[]>;
}

let model: ModelServer;
let service: TestService;
let folder: string;
beforeEach(async () => {
  ({ model, service } = await startServiceWithModel());
  folder = mkdtempSync(join(tmpdir(), 'exports-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await stopServiceWithModel({ model, service });
});

async function rate(chat_id: string, better_answer?: string): Promise<void> {
  const rated = await service.post('/api/feedback', { chat_id, uid: 'u', stars: 5, better_answer });
  expect(rated.status).toBe(201);
}

/** One after the other: a client has few exports at once. */
async function readExports(paths: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const path of paths) {
    const exported = await service.request('GET', `/api/exports/${path}`);
    const text = Buffer.from(await exported.arrayBuffer()).toString();
    if (!exported.ok) throw new Error(text);
    texts.push(text);
  }
  return texts;
}

/** @param options of the script */
function load(texts: readonly string[], ...options: string[]): Loaded[] {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.jsonl`);
    writeFileSync(file, text);
    return file;
  });
  const env = { ...process.env, HF_HOME: folder, HF_HUB_OFFLINE: '1' };
  const ran = spawnSync(PYTHON, [SCRIPT, ...options, ...files], { encoding: 'utf8', env });
  expect([ran.error, ran.status, ran.status === 0 ? '' : ran.stderr]).toEqual([undefined, 0, '']);
  const lines = ran.stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Loaded);
}

const tool = (name: string, properties: object) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties } },
});
const WEATHER = tool('get_weather', { city: { type: 'string', enum: ['Paris', 'Rome'] } });
const ORDER = tool('order', { city: { type: ['integer', 'null'], default: 1 }, when: { enum: ['now', 2] } });
const PLACE = tool('place', { city: { type: 'object', properties: { name: { type: 'string' } } } });
const BARE = tool('bare', {});

const call = (name: string, json: string) => calling([{ name, pieces: [json] }]);
const user = (content: string) => ({ role: 'user', content });
const called = (name: string, json: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: json } }],
});
const result = (content: string) => ({ role: 'tool', tool_call_id: 'call_1', content });

/** What is asked, and how the model answers. The same argument has another type in each tool. */
const TOOL_TURNS: readonly [request: object, behaviour: Behaviour][] = [
  [{ messages: [user('Hello?')] }, answer('Hello.')],
  [{ messages: [user('Weather?')], tools: [WEATHER] }, call('get_weather', '{"city":"Paris"}')],
  [
    { messages: [user('Order.')], tools: [ORDER, WEATHER], parallel_tool_calls: false },
    call('order', '{"city":3,"when":["now",2,null]}'),
  ],
  [{ messages: [user('Where?')], tools: [PLACE] }, call('place', '{"city":{"name":"Rome"}}')],
  [{ messages: [user('Do.')], tools: [BARE] }, call('bare', '')],
  [
    {
      messages: [user('Weather?'), called('get_weather', '{"city":"Rome"}'), result('{"t":18}')],
      tools: [WEATHER],
    },
    answer('It is 18 °C.'),
  ],
  [
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        user('Weather?'),
        called('order', '{"city":null}'),
        result('done'),
        { role: 'assistant', content: 'Done.' },
        user('And now?'),
      ],
    },
    answer('Nothing.'),
  ],
];

/** Asks and rates them. @param better the better answer to each; absent: the given ones are good */
async function askWithTools(better?: string): Promise<void> {
  for (const [request, behaviour] of TOOL_TURNS) {
    model.next(behaviour);
    const asked = await service.post('/v1/chat/completions', { model: 'test-model', ...request });
    const { id } = (await asked.json()) as { id: string };
    await rate(id.replace('chatcmpl-', ''), better);
  }
}

/** Real: the complete service, its database, and the Python packages that read what it exports. Stand-in: the model. */
describe('An export in the hands of a fine-tuning run', () => {
  it('is loaded by Hugging Face datasets, row for row', async () => {
    for (const text of ['plain', 'line\u2028end\u0085 and 退货 😀 "quoted"\n', 'third']) {
      model.next(answer(text));
      const asked = await service.post('/chat', { query: `${text}?`, conversation_id: 'c' });
      await rate(((await asked.json()) as { message_id: string }).message_id, `better ${text}`);
    }
    const loaded = load(await readExports(['sft', 'sft?format=trl', 'dpo?format=trl', 'eval']));
    expect(loaded.map(({ columns, rows }) => [columns.slice(0, 3), rows])).toEqual([
      [['messages'], 3],
      [['prompt', 'completion'], 3],
      [['prompt', 'chosen', 'rejected'], 3],
      [['chat_id', 'question', 'history'], 3],
    ]);
    for (const { conversational } of loaded.slice(0, 3)) expect(conversational).not.toBe(false);
    const [, trl, pairs] = loaded.map(({ last }) => last);
    expect(trl!['prompt']!.at(-3)!.content).toBe('line\u2028end\u0085 and 退货 😀 "quoted"\n?');
    expect(pairs!['chosen']).toEqual([{ role: 'assistant', content: 'better third' }]);
  }, 120_000);

  it.each([
    ['good answers', undefined, ['sft', 'sft?format=trl']],
    ['pairs', 'better', ['dpo', 'dpo?format=trl']],
  ])(
    'is loaded as it is with the calls, results and tools of %s, whose types differ',
    async (_, better, paths) => {
      await askWithTools(better);
      const texts = await readExports(paths);
      for (const text of texts) expect(text).toContain('"tool_calls"');
      for (const { rows, different, conversational } of load(texts)) {
        expect([rows, different]).toEqual([TOOL_TURNS.length, []]);
        expect(conversational).not.toBe(false);
      }
    },
    120_000,
  );

  it('is loaded with the columns that the guide declares where calls come after 10 MB of rows without', async () => {
    await askWithTools();
    const [trl] = await readExports(['sft?format=trl']);
    const [plain, ...others] = trl!.split(/(?<=\n)/);
    const long = plain!.replace('Hello?', 'Hello? '.repeat(1_000));
    // `datasets` takes the types of a column from the first 10 MB.
    const many = Math.ceil(12e6 / long.length);
    const [loaded] = load([long.repeat(many) + others.join('')], '--features');
    expect([loaded!.rows, loaded!.different]).toEqual([many + others.length, []]);
  }, 120_000);
});
