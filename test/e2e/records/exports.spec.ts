import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { assistant, RatingClient, user } from '../../support/callers/rating-client.js';
import { answer } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { UID } from '../../support/service/ways-to-ask.js';
import { EVAL_CASE, OPENAI_DPO, OPENAI_SFT, TRL_DPO, TRL_SFT } from '../../support/text/training-formats.js';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Exports', () => {
  let model: ModelServer;
  let service: TestService;
  /** It has nothing yet. */
  let client: RatingClient;
  let clients = 0;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));
  beforeEach(async () => {
    client = new RatingClient(service, model, await service.addClient(`client-${++clients}`));
  });

  it('are empty when there is nothing to export', async () => {
    await client.ask('q', 'unrated');
    for (const path of ['sft', 'dpo', 'eval', 'sft?format=trl', 'dpo?format=trl'])
      expect([path, await client.read(path)]).toEqual([path, '']);
  });

  it('have good and corrected answers after what the model was given, in the order of the questions', async () => {
    const good = await client.ask('good?', 'good');
    const prompt = client.sent();
    const bad = await client.ask('bad?', 'bad');
    const plain = await client.ask('plain?', 'plain');
    await client.rate(plain, { stars: 3 });
    await client.rate(bad, { stars: 1, better_answer: 'corrected' });
    await client.rate(good, { stars: 4 });
    const [system] = prompt;
    expect(await client.rows(OPENAI_SFT, 'sft')).toEqual([
      { messages: [...prompt, assistant('good')] },
      { messages: [system, user('bad?'), assistant('corrected')] },
    ]);
    expect(await client.rows(TRL_SFT, 'sft?format=trl&prompt=plain')).toEqual([
      { prompt: [user('good?')], completion: [assistant('good')] },
      { prompt: [user('bad?')], completion: [assistant('corrected')] },
    ]);
    const learnt = async (query: string) =>
      (await client.rows(TRL_SFT, `sft?format=trl&${query}`)).map(({ completion: [{ content }] }) => content);
    expect(await learnt('good_stars=3')).toEqual(['good', 'corrected', 'plain']);
    expect(await learnt('good_stars=5')).toEqual(['corrected']);
    expect(await learnt('min_stars=4')).toEqual(['good']);
    expect(await learnt('max_stars=2')).toEqual(['corrected']);
  });

  it('have the better answer and the given one, as pairs', async () => {
    await client.rate(await client.ask('good?', 'good'), { stars: 5 });
    await client.rate(await client.ask('bad?', 'bad'), { stars: 1, better_answer: 'better' });
    await client.rate(await client.ask('same?', 'same'), { stars: 5, better_answer: 'same' });
    const prompt = [expect.objectContaining({ role: 'system' }) as object, user('bad?')];
    expect(await client.rows(OPENAI_DPO, 'dpo')).toEqual([
      {
        input: { messages: prompt },
        preferred_output: [assistant('better')],
        non_preferred_output: [assistant('bad')],
      },
    ]);
    expect(await client.rows(TRL_DPO, 'dpo?format=trl')).toEqual([
      { prompt, chosen: [assistant('better')], rejected: [assistant('bad')] },
    ]);
  });

  it('have what was said before in a conversation, as far as it was answered and is wanted', async () => {
    const conversation = { conversation_id: 'c', user_id: UID };
    await client.ask('one', '1', conversation);
    model.next(endAfter(['half']));
    await service.post('/chat', { query: 'failed', ...conversation }, { key: client.key });
    await client.ask('two', '2', conversation);
    await client.rate(await client.ask('three', '3', conversation), { stars: 5, better_answer: 'III' });
    const given = client.sent();
    // What comes after is no context.
    await client.ask('four', '4', conversation);
    await client.ask('elsewhere', '5', { conversation_id: 'another' });
    expect(await client.rows(TRL_SFT, 'sft?format=trl')).toEqual([
      { prompt: given, completion: [assistant('III')] },
    ]);
    const [system, ...said] = given;
    expect(said).toEqual([user('one'), assistant('1'), user('two'), assistant('2'), user('three')]);
    const known = (content: string) => ({ ...assistant(content), weight: 0 });
    expect(await client.rows(OPENAI_SFT, 'sft')).toEqual([
      {
        messages: [system, user('one'), known('1'), user('two'), known('2'), user('three'), assistant('III')],
      },
    ]);
    expect(await client.rows(TRL_DPO, 'dpo?format=trl&prompt=plain&history_len=1')).toEqual([
      {
        prompt: [user('two'), assistant('2'), user('three')],
        chosen: [assistant('III')],
        rejected: [assistant('3')],
      },
    ]);
    const [[none], [some]] = await Promise.all([
      client.rows(EVAL_CASE, 'eval?history_len=0'),
      client.rows(EVAL_CASE, 'eval'),
    ]);
    expect([none!.history, some!.history]).toEqual([[], said.slice(0, -1)]);
  });

  it('have the prompt of the very version that was used, and the passages that were found', async () => {
    const save = (template: string) =>
      service.request('PUT', '/api/prompts/mine', { key: client.key, body: { template } });
    await service.post(
      '/api/documents',
      { title: 'Penguins', source: 'penguins.md', content: 'Emperor penguins breed in winter.' },
      { key: client.key },
    );
    await save('Use {{context}} and {{history}} to answer {{question}}');
    const conversation = { conversation_id: 'c', prompt_name: 'mine' };
    await client.ask('When do penguins breed?', 'In winter.', conversation);
    const a = await client.ask('Do emperor penguins breed?', 'Yes.', conversation);
    const sentForA = client.sent();
    await save('another one');
    await service.request('DELETE', '/api/prompts/mine', { key: client.key });
    const b = await client.askB('When do emperor penguins breed?', 'In winter.');
    const sentForB = client.sent();
    const own = await client.askB('emperor penguins?', 'In winter.', {
      qa_prompt: 'Only {context}! {question}',
    });
    const sentForOwn = client.sent();
    for (const id of [a, b, own]) await client.rate(id, { stars: 5 });
    const [rowOfA, rowOfB, rowOfOwn] = await client.rows(TRL_SFT, 'sft?format=trl');
    expect(rowOfA!.prompt).toEqual(sentForA);
    expect(JSON.stringify(sentForA)).toContain('breed in winter');
    expect(rowOfB!.prompt).toEqual(sentForB);
    expect(rowOfOwn!.prompt).toEqual(sentForOwn);
    expect(JSON.stringify(sentForOwn)).toMatch(
      /Only \[1\] \(penguins\.md\)\\n> Emperor.*! emperor penguins\?/,
    );
  });

  it('have what a question brought itself: its history, and its instructions', async () => {
    const round = [user('Which bird?'), assistant('The penguin.')];
    const asked: [string, readonly object[]][] = [];
    const keep = async (id: string) => {
      asked.push([id, client.sent()]);
      await client.rate(id, { stars: 5 });
    };
    await keep(
      await client.askB('Where?', 'South.', {
        history: [['Which bird?', 'The penguin.']],
        qa_prompt: 'Be brief.',
      }),
    );
    await client.ask('not given', 'to the model', { conversation_id: 'c' });
    await keep(await client.ask('Where?', 'South.', { conversation_id: 'c', history: round }));
    await keep(await client.ask('Where?', 'South.', { conversation_id: 'c', history_len: 0 }));
    model.next(answer('South.'));
    const system = { role: 'system', content: 'Be {brief}.' };
    const messages = [system, ...round, user('Where?')];
    const completion = await service.post(
      '/v1/chat/completions',
      { model: 'test-model', messages },
      { key: client.key },
    );
    await keep(((await completion.json()) as { id: string }).id);
    expect(asked[0]![1]).toEqual([{ role: 'system', content: 'Be brief.' }, ...round, user('Where?')]);
    expect(asked[3]![1]).toEqual(messages);
    const exported = await client.rows(TRL_SFT, 'sft?format=trl');
    expect(exported.map(({ prompt }) => prompt)).toEqual(asked.map(([, prompt]) => prompt));
    const cases = await client.rows(EVAL_CASE, 'eval');
    expect(cases.map(({ history }) => history)).toEqual([round, round, [], round]);
    const short = await client.rows(EVAL_CASE, 'eval?history_len=0');
    expect(short.map(({ history }) => history)).toEqual([[], [], [], []]);
  });

  it('have cases for an evaluation, with all that is known of an answer', async () => {
    await service.post(
      '/api/documents',
      { title: 'Penguins', source: 'penguins.md', content: 'Emperor penguins breed in winter.' },
      { key: client.key },
    );
    const id = await client.askB('When do emperor penguins breed?', 'In summer.');
    await client.rate(id, { stars: 1, reason: '材料错误', better_answer: 'In winter.' });
    await client.rate(await client.ask('good?', 'good'), { stars: 5 });
    await client.rate(await client.ask('bad?', 'bad'), { stars: 1, reason: 'no better answer' });
    const [corrected, good, ...none] = await client.rows(EVAL_CASE, 'eval');
    expect(none).toEqual([]);
    expect(corrected).toEqual({
      chat_id: id,
      question: 'When do emperor penguins breed?',
      history: [],
      expected_answer: 'In winter.',
      answer: 'In summer.',
      is_corrected: true,
      stars: 1,
      reason: '材料错误',
      sources: [{ source: 'penguins.md', text: expect.stringContaining('breed in winter') as string }],
      variant: 'qa',
      status: 'completed',
      model_name: 'test-model',
      prompt_name: 'qa',
      prompt_version: null,
      feedback_at: expect.any(String) as string,
    });
    expect(good).toMatchObject({ question: 'good?', expected_answer: 'good', is_corrected: false });
  });

  it('have one row for a turn: the correction before mere stars, stars before none, the last before the first', async () => {
    const id = await client.ask('q', 'the answer');
    const expected: [object, string][] = [
      [{ uid: '1', stars: 5 }, 'the answer'],
      [{ uid: '2', reason: 'no stars' }, 'the answer'],
      [{ uid: '3', stars: 1 }, 'nothing'],
      [{ uid: '1', reason: 'again' }, 'the answer'],
      [{ uid: '4', better_answer: 'first' }, 'first'],
      [{ uid: '5', stars: 5 }, 'first'],
      [{ uid: '6', stars: 1, better_answer: 'second' }, 'second'],
      [{ uid: '4', stars: 3 }, 'first'],
      [{ uid: '4', better_answer: '' }, 'second'],
    ];
    for (const [feedback, wanted] of expected) {
      await client.rate(id, feedback);
      const learnt = (await client.rows(TRL_SFT, 'sft?format=trl')).map(
        ({ completion: [{ content }] }) => content,
      );
      expect([feedback, learnt]).toEqual([feedback, wanted === 'nothing' ? [] : [wanted]]);
    }
    // A filter is about the feedback that counts, not about any.
    expect(await client.read('sft?min_stars=5')).toBe('');
    expect((await service.request('DELETE', `/api/feedback/${id}?uid=6`, { key: client.key })).status).toBe(
      204,
    );
    expect(await client.read('sft')).toBe('');
    expect((await service.request('DELETE', `/api/feedback/${id}?uid=4`, { key: client.key })).status).toBe(
      204,
    );
    expect(await client.rows(TRL_SFT, 'sft?format=trl')).toMatchObject([
      { completion: [assistant('the answer')] },
    ]);
  });

  it('are narrowed by the filters of the list', async () => {
    const ids = [await client.ask('one', '1'), await client.ask('two', '2'), await client.ask('three', '3')];
    const database = service.app.get<DataSource>(getDataSourceToken());
    for (const [index, id] of ids.entries()) {
      await client.rate(id, { stars: 5 - index, better_answer: 'better' });
      await database.query(`UPDATE turn SET model = $1, prompt_version = $2 WHERE id = $3`, [
        `m${index}`,
        index + 1,
        id,
      ]);
      await database.query(`UPDATE feedback SET updated_at = $1 WHERE turn_id = $2`, [
        `2026-01-0${index + 1}Z`,
        id,
      ]);
    }
    const CASES: Record<string, string[]> = {
      'min_stars=4': ['one', 'two'],
      'max_stars=4': ['two', 'three'],
      'since=2026-01-02T00:00:00Z&until=2026-01-03T00:00:00Z': ['two'],
      'model_name=m1': ['two'],
      'prompt_name=default&prompt_version=3': ['three'],
      'prompt_name=qa': [],
    };
    for (const [query, expected] of Object.entries(CASES)) {
      const cases = (await client.rows(EVAL_CASE, `eval?${query}`)).map(({ question }) => question);
      const pairs = (await client.rows(TRL_DPO, `dpo?format=trl&${query}`)).map(
        ({ prompt }) => prompt.at(-1)!.content,
      );
      expect([query, cases, pairs]).toEqual([query, expected, expected]);
    }
  });

  it('have every text as it was written, and name no end user', async () => {
    const odd = 'a\u2028b\u0085c "quoted" \\ {{x}} \u0001 😀 退\r\n\t';
    const id = await client.ask(odd, `answer ${odd}`, {
      user_id: 'ann-who-asked',
      conversation_id: 'of-ann',
    });
    await client.rate(id, { uid: 'ann-who-asked', stars: 5, better_answer: `better ${odd}` });
    for (const path of ['sft', 'sft?format=trl', 'dpo', 'dpo?format=trl', 'eval']) {
      const lines = await client.read(path);
      expect(lines).not.toMatch(/ann-who-asked|of-ann|[\u0085\u2028]/);
      expect(lines.match(/\n/g)).toHaveLength(1);
    }
    expect(await client.rows(OPENAI_DPO, 'dpo?prompt=plain')).toEqual([
      {
        input: { messages: [user(odd)] },
        preferred_output: [assistant(`better ${odd}`)],
        non_preferred_output: [assistant(`answer ${odd}`)],
      },
    ]);
  });
});
