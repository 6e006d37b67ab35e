import { answer } from '../support/model/model-server.answers.js';
import { endAfter, status } from '../support/model/model-server.faults.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import { readReceipt } from '../support/service/ways-to-ask.js';
import { runPython } from './python.js';

/** Real: the complete service, its database, HTTP, and the SDK as it comes from PyPI. Stand-in: the model behind its server. */
describe('The openai SDK for Python, unmodified', () => {
  it('lists, asks, streams, remembers, throws its own errors, and repeats what may be repeated', async () => {
    const { model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' });
    model.next(answer('机器学习'), answer(['机器', '学习']), answer('helped'), answer('async'));
    model.next(answer('one'), answer('two'));
    model.next(status(503, {}), endAfter(['half']), status(503, {}), answer('again'));
    const env = { OPENAI_BASE_URL: `${service.url}/v1`, OPENAI_API_KEY: service.key };
    const steps = await runPython<{ step: string; id?: string }>('openai_sdk.py', { env });
    expect(steps).toEqual([
      { step: 'models', ids: ['test-model'], one: 'model' },
      {
        step: 'answer',
        id: expect.any(String) as string,
        text: '机器学习',
        finish_reason: 'stop',
        total_tokens: 18,
      },
      { step: 'stream', pieces: ['机器', '学习'], finish_reason: 'stop', total_tokens: 18 },
      { step: 'helper', text: 'helped' },
      { step: 'async', text: 'async' },
      { step: 'conversation' },
      { step: 'unknown model', error: 'NotFoundError', status: 404, code: 'model_not_found', param: 'model' },
      { step: 'wrong key', error: 'AuthenticationError', status: 401, code: 'invalid_api_key', param: null },
      { step: 'bad parameter', error: 'BadRequestError', status: 400, code: 'validation_failed', param: 'n' },
      {
        step: 'failure before the first text',
        error: 'InternalServerError',
        status: 503,
        code: 'model_overloaded',
        param: null,
      },
      { step: 'failure after it', error: 'APIError', code: 'model_failed' },
      { step: 'retry', text: 'again' },
    ]);
    const inConversation = model.requests.find(({ body }) => body!.messages!.at(-1)!.content === 'second')!;
    expect(inConversation.body!.messages!.map(({ content }) => content)).toEqual(['first', 'one', 'second']);
    expect(await readReceipt(service, steps[1]!.id!)).toMatchObject({
      status: 'completed',
      end_user: 'alice',
    });
    await stopServiceWithModel({ model, service });
  });
});
