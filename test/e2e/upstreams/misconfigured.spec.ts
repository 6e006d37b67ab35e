import { type Play, playing } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  openAiError,
  refusal,
  ROLE,
} from '../../support/model/server-play.frames.js';
import { expectRefused, RefusedQuestions } from '../../support/service/refused-questions.js';
import { type ServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import { ALL_WAYS, ask } from '../../support/service/ways-to-ask.js';

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

const MISCONFIGURED: readonly (readonly [report: string, play: Play, log: string])[] = [
  [
    'langchain-ai/langchainjs#1929 (OpenAI)',
    () =>
      refusal(429, openAiError('quota used up', { type: 'insufficient_quota', code: 'insufficient_quota' })),
    'the account is out of quota',
  ],
  [
    'DeepSeek: the status 402',
    () => refusal(402, openAiError('Insufficient Balance', { type: 'unknown_error' })),
    'the account is out of quota',
  ],
  [
    'infiniflow/ragflow#1552 (DashScope): Arrearage',
    () => refusal(400, { code: 'Arrearage', message: 'Access denied', request_id: 'r' }),
    'the account is out of quota',
  ],
  [
    'langgenius/dify#5850 (Zhipu): 1113',
    () => refusal(429, { error: { code: '1113', message: '余额不足' } }),
    'the account is out of quota',
  ],
  [
    'MiniMax-AI/MiniMax-M2#62: the status 500',
    () =>
      refusal(500, { type: 'error', error: { type: 'api_error', message: 'insufficient balance (1008)' } }),
    'the account is out of quota',
  ],
  [
    'MoonshotAI/Kimi-K2#5: the status 403',
    () => refusal(403, { error: { message: 'not active', type: 'exceeded_current_quota_error' } }),
    'the account is out of quota',
  ],
  [
    'router-for-me/CLIProxyAPI#3859 (Anthropic): the status 400',
    () => refusal(400, openAiError('Your credit balance is too low')),
    'the account is out of quota',
  ],
  [
    'langgenius/dify#19838 (Gemini): for the day',
    () =>
      refusal(429, [
        {
          error: {
            code: 429,
            message: 'exceeded',
            status: 'RESOURCE_EXHAUSTED',
            details: [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }] }],
          },
        },
      ]),
    'the account is out of quota for today',
  ],
  [
    'OpenRouter: in the stream',
    () => [ROLE, data({ choices: [], error: { code: 402, message: 'more credits' } }), DONE],
    'the account is out of quota',
  ],
  [
    'OpenAI: a wrong key',
    () => refusal(401, openAiError('wrong key', { code: 'invalid_api_key' })),
    'the key is refused',
  ],
  [
    'Gemini: a wrong key with the status 400',
    () => refusal(400, [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }]),
    'the key is refused',
  ],
  [
    'netease-youdao/QAnything#555 (Ollama): the model',
    () => refusal(404, { error: { message: 'model "x" not found, pull it first', type: 'api_error' } }),
    'the model is not known',
  ],
  [
    'ErlichLiu/DeepClaude#111 (SiliconFlow): the model',
    () => refusal(400, { code: 20012, message: 'Model does not exist.', data: null }),
    'the model is not known',
  ],
];

/**
 * Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field, in
 * words of our own.
 */
describe('A model server that refuses the service', () => {
  let refusing: RefusedQuestions;

  beforeAll(async () => (refusing = await RefusedQuestions.start()));
  afterAll(() => refusing.stop());

  describe.each(ALL_WAYS)('to a caller of %s', (way) => {
    it.each(MISCONFIGURED)('%s: model_misconfigured, and the log says why', async (_, play, log) => {
      expectRefused(await refusing.ask(way, play), way, ['model_misconfigured', 502]);
      expect(refusing.log()).toContain(`model_misconfigured: ${log}: `);
    });
  });

  it.each([
    ['content_filtered', () => refusal(400, openAiError('canary', { code: 'content_filter' })), 400],
    ['context_too_long', () => refusal(413, openAiError('canary')), 400],
    ['model_misconfigured', () => refusal(401, openAiError('canary')), 502],
  ] as const)('%s is not worth a repetition, and says nothing of the server', async (code, play, status) => {
    const { error } = await refusing.ask('json', play);
    expect(error).toMatchObject({ code, status, retryable: false });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(refusing.log()).not.toContain('canary');
  });
});

describe('A model with two targets', () => {
  let two: ServiceWithModel;

  beforeAll(async () => {
    two = await startServiceWithTargets();
  });
  afterAll(() => stopServiceWithModel(two));

  const first = (refused: ReturnType<typeof refusal>): Play => {
    return ({ json }) => (json.model === 'first' ? refused : [ROLE, ...HELLO, deltaEvent({}, 'stop'), DONE]);
  };

  it.each([401, 402, 403, 404])('a status %s of the first is answered by the second', async (status) => {
    two.model.always(playing(first(refusal(status, {}))));
    const told = await ask(two.service, 'json');
    expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
    const outcomes = told.receipt!.attempts.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['model_misconfigured', 'answered']);
  });

  it.each([
    ['a filter', openAiError('no', { code: 'content_filter' })],
    ['a length', openAiError('no', { code: 'context_length_exceeded' })],
  ])('%s of the first is not asked of the second', async (_, error) => {
    two.model.always(playing(first(refusal(400, error))));
    const asked = two.model.requests.length;
    expect(await ask(two.service, 'json')).toMatchObject({ status: 400 });
    expect(two.model.requests.length).toBe(asked + 1);
  });
});
