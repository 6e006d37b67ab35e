import { type Play, type PlayRequest, playing } from '../../support/model/server-play.js';
import { openAiError, refusal, RIGHT } from '../../support/model/server-play.frames.js';
import { startServiceWithSettings } from '../../support/service/service-with-settings.js';
import { type ServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, WAYS, type Way } from '../../support/service/ways-to-ask.js';

type Json = PlayRequest['json'];

const rolesOf = ({ messages = [] }: Json) => messages.map(({ role }) => role);

/** As the templates of Gemma, Mistral and Llama 2 check it. */
const alternates: Play = ({ json }) => {
  const roles = rolesOf(json).filter((role, index) => index > 0 || role !== 'system');
  return roles.every((role, index) => role === (index % 2 === 0 ? 'user' : 'assistant'))
    ? RIGHT
    : refusal(400, { object: 'error', message: 'roles must alternate', type: 'BadRequestError', code: 400 });
};

const hasNo =
  (role: string): Play =>
  ({ json }) =>
    rolesOf(json).includes(role) ? refusal(400, openAiError(`${role} role not supported`)) : RIGHT;

/** Instructions, by the member of each way. */
function instructed(way: Way, question = 'How?'): object {
  if (way === 'qa') return { qa_prompt: 'Be brief.' };
  if (way === 'stream' || way === 'json') return { history: [{ role: 'system', content: 'Be brief.' }] };
  return {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: question },
    ],
  };
}

const turns = (text: string) =>
  text.split(' ').map((word) => ({
    role: word.startsWith('s') ? 'system' : word.startsWith('a') ? 'assistant' : 'user',
    content: word,
  }));

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe.each([
  ['huggingface/chat-ui#1386 (Gemma, Mistral): no system role', 'user', hasNo('system'), ['user']],
  ['newer models of OpenAI: a developer role', 'developer', hasNo('system'), ['developer', 'user']],
  ['a server that does not know the developer role', 'system', hasNo('developer'), ['system', 'user']],
] as const)('A model server with roles of its own (%s)', (_, systemRole, play, roles) => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithSettings({ system_role: systemRole });
    running.model.always(playing(play));
  });
  afterAll(() => stopServiceWithModel(running));

  it.each(ALL_WAYS)('answers a caller of %s with system_role, and gets the instructions', async (way) => {
    const told = await ask(running.service, way, instructed(way));
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    const { messages = [] } = running.model.requests.at(-1)!.body!;
    expect(messages.map(({ role }) => role)).toEqual(roles);
    expect(messages[0]!.content).toContain('Be brief.');
  });
});

describe('A model server whose template is strict (suitenumerique/conversations#197)', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithSettings({});
  });
  afterAll(() => stopServiceWithModel(running));

  async function sentFor(way: Way, more: object): Promise<string> {
    running.model.always(playing(alternates));
    const told = await ask(running.service, way, more);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    const { messages = [] } = running.model.requests.at(-1)!.body!;
    const said = messages.filter(({ role }, index) => index > 0 || role !== 'system').slice(0, -1);
    return said.map(({ content }) => content.replaceAll('\n\n', '+')).join('|');
  }

  it.each([
    ['two questions in a row', 'u1 u2 a1 u3 a2', 'u1+u2|a1|u3|a2'],
    ['two answers in a row', 'u1 a1 a2', 'u1|a1+a2'],
    ['an answer first', 'a1 u1 a2', 'u1|a2'],
    ['a system message in the middle', 'u1 a1 s1 u2 a2', 'u1|a1|u2|a2'],
  ])('gets a history with %s as it takes it', async (_, given, sent) => {
    for (const way of ['stream', 'json'] as const)
      expect(await sentFor(way, { history: turns(given) })).toBe(sent);
  });

  it('gets a question that the caller has asked before, without an answer, as part of the new one', async () => {
    expect(await sentFor('json', { history: turns('u1 a1 u2') })).toBe('u1|a1');
    expect(running.model.requests.at(-1)!.body!.messages!.at(-1)!.content).toMatch(/^u2\n\nquestion \d+$/);
  });

  it('gets the pairs of a QA caller in turn, also when an answer is missing', async () => {
    const history = [
      ['u1', 'a1'],
      ['u2', ''],
      ['u3', 'a3'],
    ];
    expect(await sentFor('qa', { history })).toBe('u1|a1|u3|a3');
  });

  it.each(WAYS)('gets the system messages of %s at the start', async (way) => {
    await sentFor(way, instructed(way));
    const roles = rolesOf(running.model.requests.at(-1)!.body as Json);
    expect(roles.filter((role) => role === 'system')).toHaveLength(1);
    expect(roles[0]).toBe('system');
  });

  it.each<Way>(['openai', 'openai-json'])('gets the messages of %s as they are', async (way) => {
    running.model.always(playing(() => RIGHT));
    const messages = turns('s1 u1 u2 a1 s2 u3');
    await ask(running.service, way, { messages });
    expect(running.model.requests.at(-1)!.body!.messages).toEqual(messages);
  });
});
