import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { expectStatus, readJson } from '../../support/callers/two-clients.js';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */

interface Rendered {
  readonly name: string;
  readonly version: number | null;
  readonly messages: { role: string; content: string }[];
  readonly variables: string[];
}

const HISTORY = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Hello {{question}}' },
  { role: 'assistant', content: 'Hello! $&' },
];
const PENGUINS = 'Emperor penguins breed in the Antarctic winter.';
const ASKED = 'When do emperor penguins breed?';

const TEMPLATES = {
  plain: 'Be brief.',
  asking: 'Answer, {"as": {"JSON": 1}}: {{ input }}',
  reading: 'Use only this:\n{{context}}',
  everything: '{{history}}\n--\n{{context}}\n--\n{{question}}',
};

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0', LLM_CONTEXT_TOKENS: '2048' }));
  model.always(answer('an answer'));
  const document = { title: 'Penguins', source: 'penguins.md', content: PENGUINS };
  await expectStatus(await service.post('/api/documents', document), 201);
  for (const [name, template] of Object.entries(TEMPLATES)) await save(name, { template });
});

afterAll(() => stopServiceWithModel({ model, service }));

async function save(name: string, body: object): Promise<void> {
  await expectStatus(await service.request('PUT', `/api/prompts/${name}`, { body }), 200, 201);
}

const render = async (name: string, body: object) =>
  readJson<Rendered>(await service.post(`/api/prompts/${name}/render`, body));

describe('A rendered prompt', () => {
  it.each(['default', 'with_history', 'qa', 'llm_chat', ...Object.keys(TEMPLATES)])(
    'is what a question with this prompt_name sends: %s',
    async (name) => {
      const asked = model.requests.length;
      const rendered = await render(name, { question: ASKED, history: HISTORY });
      expect(model.requests.length).toBe(asked);
      const question = { query: ASKED, history: HISTORY, prompt_name: name };
      const { message_id } = await readJson<{ message_id: string }>(await service.post('/chat', question));
      expect(rendered.messages).toEqual(model.requests.at(-1)!.body!.messages);
      const receipt = await readJson(await service.request('GET', `/api/chat/${message_id}`));
      expect([rendered.name, rendered.version ?? undefined]).toEqual([
        receipt['prompt_name'],
        receipt['prompt_version'],
      ]);
    },
  );

  it('has what was found, or what it was given in its place', async () => {
    const found = await render('everything', { question: ASKED, history: HISTORY });
    expect(found).toEqual({
      name: 'everything',
      version: 1,
      variables: ['context', 'history', 'question'],
      messages: [
        {
          role: 'user',
          content:
            'System: Be kind.\nUser: Hello {{question}}\nAssistant: Hello! $&\n--\n' +
            `[1] (penguins.md)\n> ${PENGUINS}\n--\n${ASKED}`,
        },
      ],
    });
    const given = await render('everything', { question: ASKED, context: '{{question}}' });
    expect(given.messages).toEqual([{ role: 'user', content: `\n--\n{{question}}\n--\n${ASKED}` }]);
    const none = await render('reading', { question: ASKED, context: '' });
    expect(none.messages[0]).toEqual({ role: 'system', content: 'Use only this:\n' });
  });

  it('is of the version that is named', async () => {
    await save('versioned', { template: 'one' });
    await save('versioned', { template: 'two', labels: ['beta'] });
    for (const [name, version, content] of [
      ['versioned', 1, 'one'],
      ['versioned@production', 1, 'one'],
      ['versioned@2', 2, 'two'],
      ['versioned@beta', 2, 'two'],
      ['versioned@latest', 2, 'two'],
    ] as const) {
      const rendered = await render(name, { question: 'q' });
      expect(rendered).toMatchObject({
        name: 'versioned',
        version,
        messages: [{ content }, { content: 'q' }],
      });
    }
  });

  it('is of a template that is not saved, and saves none', async () => {
    const template = 'Not saved: {{question}}';
    const unsaved = { name: 'fresh', version: null, variables: ['question'] };
    expect(await render('fresh', { question: 'q', template })).toEqual({
      ...unsaved,
      messages: [{ role: 'user', content: 'Not saved: q' }],
    });
    expect((await service.request('GET', '/api/prompts/fresh')).status).toBe(404);
    expect(await render('plain', { question: 'q', template })).toMatchObject({
      name: 'plain',
      version: null,
    });
  });

  it('leaves out what the context of the model has no room for', async () => {
    const long = 'word '.repeat(900);
    const history = ['old', 'new'].flatMap((age) => [
      { role: 'user', content: `${age} question` },
      { role: 'assistant', content: long },
    ]);
    const { messages } = await render('plain', { question: 'q', history });
    expect(messages.map(({ content }) => content.slice(0, 12))).toEqual([
      'Be brief.',
      'new question',
      long.slice(0, 12),
      'q',
    ]);
  });
});

describe('A prompt that cannot be rendered', () => {
  it.each([
    ['nobodys', { question: 'q' }, 404, 'not_found'],
    ['plain@7', { question: 'q' }, 404, 'not_found'],
    ['plain@', { question: 'q' }, 404, 'not_found'],
    ['%00', { question: 'q' }, 404, 'not_found'],
    ['%zz', { question: 'q' }, 400, 'bad_request'],
    ['plain', { question: 'q', model_name: 'nobodys' }, 400, 'model_not_supported'],
    ['plain', { question: 'q', template: 'Hi {{unknown}}' }, 400, 'prompt_not_valid'],
    ['plain@1', { question: 'q', template: 'Hi' }, 400, 'validation_failed'],
    ['a%20b', { question: 'q', template: 'Hi' }, 400, 'validation_failed'],
    ['plain', {}, 400, 'validation_failed'],
  ])('is refused: %s with %j', async (name, body, status, code) => {
    const problem = await readProblem(await service.post(`/api/prompts/${name}/render`, body));
    expect(problem).toMatchObject({ status, code });
  });

  it.each([
    'text',
    {},
    5,
    [5],
    ['text'],
    [{ role: 'human', content: 'c' }],
    [{ role: 'user' }],
    [{ role: 'user', content: 5 }],
    [{ role: 'user', content: 'a\u0000' }],
    Array<object>(1_001).fill({ role: 'user', content: '' }),
  ])('is refused for its history %#', async (history) => {
    const problem = await readProblem(
      await service.post('/api/prompts/plain/render', { question: 'q', history }),
    );
    expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/history' }] });
  });
});
