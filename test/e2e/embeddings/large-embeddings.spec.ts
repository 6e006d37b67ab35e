import { toBase64 } from '../../support/model/embedding-answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import {
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { LOOP_PROBED, LoopProbe } from '../../support/programs/loop-probe.js';

const COUNT = 2_048;
const DIMENSIONS = 3_072;
/** What a health check of an orchestrator may wait, and a token of another answer. */
const MAX_BLOCK_MS = 250;
/** What is missed as often is not the fault of other processes of the machine. */
const MAX_ATTEMPTS = 3;

/** 20 characters a number, as Python writes 32-bit floats. */
const NUMBERS = Array.from({ length: DIMENSIONS }, (_, at) => Math.fround(Math.sin(at + 1) / 55));

const FORMS = { float: JSON.stringify(NUMBERS), base64: JSON.stringify(toBase64(NUMBERS)) };
type Form = keyof typeof FORMS;

function answerIn(form: Form): Buffer {
  const entries = Array.from(
    { length: COUNT },
    (_, index) => `{"object":"embedding","index":${index},"embedding":${FORMS[form]}}`,
  );
  return Buffer.from(`{"object":"list","data":[${entries.join(',')}],"usage":{"prompt_tokens":1}}`);
}

let database: TestDatabase;
let model: ModelServer;
let service: ChildService;
let probe: LoopProbe;
beforeAll(async () => {
  database = await createTestDatabase();
  model = await ModelServer.start();
  service = await startChildService({
    environment: {
      ...databaseVariables(database.config),
      ...LOOP_PROBED,
      EMBEDDING_BASE_URL: model.baseUrl,
      EMBEDDING_MODEL: 'bge-m3',
    },
  });
  probe = new LoopProbe(service);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await model.stop();
  await database.drop();
});

async function askFor(format: Form): Promise<{ blockMs: number; text: string }> {
  await probe.take();
  const input = Array.from({ length: COUNT }, () => 'a');
  const response = await service.post('/v1/embeddings', { input, encoding_format: format });
  const text = await response.text();
  const { blockMs, idleMs } = await probe.take();
  return { blockMs: blockMs - idleMs, text };
}

describe('An answer of 2,048 vectors of 3,072 numbers', () => {
  it.each<[Form, Form]>([
    ['float', 'float'],
    ['base64', 'base64'],
    ['float', 'base64'],
    ['base64', 'float'],
  ])(
    'in %s, asked for in %s, does not block other requests',
    async (sent, asked) => {
      const bytes = answerIn(sent);
      model.always(({ response }) => void response.writeHead(200).end(bytes));
      let best = await askFor(asked);
      for (let attempt = 1; attempt < MAX_ATTEMPTS && best.blockMs > MAX_BLOCK_MS; attempt++) {
        best = await askFor(asked);
      }
      const { data } = JSON.parse(best.text) as { data: { index: number; embedding: unknown }[] };
      expect(data).toHaveLength(COUNT);
      expect(JSON.stringify(data.at(-1))).toContain(`"index":${COUNT - 1},"embedding":${FORMS[asked]}`);
      expect(best.blockMs).toBeLessThan(MAX_BLOCK_MS);
    },
    120_000,
  );
});
