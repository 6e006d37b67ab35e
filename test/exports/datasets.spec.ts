import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer } from '../support/model/model-server.answers.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';

const PYTHON = process.env['PYTHON'] ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'load_with_datasets.py');

interface Loaded {
  readonly columns: string[];
  readonly rows: number;
  /** What TRL says; null: it is not installed. */
  readonly conversational: boolean | null;
  readonly last: Record<string, { role: string; content: string }[]>;
}

/** Real: the complete service, its database, and the Python packages that read what it exports. Stand-in: the model. */
describe('An export in the hands of a fine-tuning run', () => {
  it('is loaded by Hugging Face datasets, row for row', async () => {
    const running = await startServiceWithModel();
    const folder = mkdtempSync(join(tmpdir(), 'exports-'));
    for (const text of ['plain', 'line\u2028end\u0085 and 退货 😀 "quoted"\n', 'third']) {
      running.model.next(answer(text));
      const asked = await running.service.post('/chat', { query: `${text}?`, conversation_id: 'c' });
      const { message_id: chat_id } = (await asked.json()) as { message_id: string };
      const feedback = { chat_id, uid: 'u', stars: 5, better_answer: `better ${text}` };
      await running.service.post('/api/feedback', feedback);
    }
    const paths = ['sft', 'sft?format=trl', 'dpo?format=trl', 'eval'];
    const files = await Promise.all(
      paths.map(async (path, index) => {
        const exported = await running.service.request('GET', `/api/exports/${path}`);
        const file = join(folder, `${index}.jsonl`);
        writeFileSync(file, Buffer.from(await exported.arrayBuffer()));
        return file;
      }),
    );
    const env = { ...process.env, HF_HOME: folder, HF_HUB_OFFLINE: '1' };
    const ran = spawnSync(PYTHON, [SCRIPT, ...files], { encoding: 'utf8', env });
    expect([ran.status, ran.status === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const loaded = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Loaded);
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
    rmSync(folder, { recursive: true });
    await stopServiceWithModel(running);
  }, 120_000);
});
