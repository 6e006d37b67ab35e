import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type RunningService, startBuiltService } from '../browser/running-service.js';
import { answer } from '../support/model/model-server.answers.js';
import { ModelServer } from '../support/model/model-server.js';

const PROGRAM =
  process.env['SCHEMATHESIS'] ??
  join(process.env['HOME'] ?? '', '.cache/llm-chat-service/schemathesis/bin/st');

/** Cases for each operation and phase; more find more, and take longer. */
const EXAMPLES = process.env['FUZZ_EXAMPLES'] ?? '100';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Real: the built service with its embedded database, and Schemathesis. Stand-in: the model behind its server. */
describe('Schemathesis, with every check', () => {
  it('finds no request that the service answers otherwise than its document says', async () => {
    const model = await ModelServer.start();
    model.always(answer(['Goods can be returned ', 'within 30 days.']));
    const service = await startBuiltService({ LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model' });
    const { code, report } = await runSchemathesis(service, await askOnce(service));
    await service.stop();
    await model.stop();
    // Thrown and not compared: Jest would shorten it to the lines that differ.
    if (code !== 0) throw new Error(report);
    expect(report).toMatch(/Tested: +(?<all>\d+)$/m);
    expect(report).toMatch(/No issues found/);
  });
});

/** The id of an answer that feedback can be given to. */
async function askOnce({ url, key }: RunningService): Promise<string> {
  const response = await fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'How long can goods be returned?', uid: UID }),
  });
  const [, chatId = ''] = /"chat_id":"([^"]+)"/.exec(await response.text()) ?? [];
  return chatId;
}

async function runSchemathesis({ url, key }: RunningService, chatId: string) {
  const program = spawn(
    PROGRAM,
    [
      '--no-color',
      ...['--config-file', 'test/fuzz/schemathesis.toml'],
      'run',
      `${url}/openapi.json`,
      ...['--header', `Authorization: Bearer ${key}`],
      ...['--max-examples', EXAMPLES],
    ],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        SCHEMATHESIS_HOOKS: 'rules',
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
        FUZZ_CHAT_ID: chatId,
        FUZZ_UID: UID,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let report = '';
  for (const output of [program.stdout, program.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => (report += text));
  }
  const [code] = (await once(program, 'close')) as [number | null];
  return { code, report };
}
