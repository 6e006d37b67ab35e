import { answer, answerOf } from '../../support/model/model-server.answers.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { getResponse, readEvents, respond, textOf } from '../../support/responses/responses.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readReceipt } from '../../support/service/ways-to-ask.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const turnOf = (id: string) => id.replace(/^resp_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

describe('POST /v1/responses', () => {
  it('answers a text, under the id of a turn that can be looked up', async () => {
    model.next(answer(['机器', '学习']));
    const response = await getResponse(service, { input: 'What is it?', user: 'alice' });
    const { id, output, ...rest } = response;
    expect(rest).toMatchObject({ object: 'response', status: 'completed', model: 'test-model', store: true });
    const hex = id.slice('resp_'.length);
    expect(output).toEqual([
      {
        type: 'message',
        id: `msg_${hex}_0`,
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: '机器学习', annotations: [], logprobs: [] }],
      },
    ]);
    expect(response.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
    expect(model.requests.at(-1)!.body!.messages).toEqual([{ role: 'user', content: 'What is it?' }]);
    expect(await readReceipt(service, turnOf(id))).toMatchObject({
      variant: 'responses',
      text: '机器学习',
      end_user: 'alice',
    });
  });

  it('streams the events of text and reasoning in their order, numbered from 0, and ends with the response', async () => {
    model.next(answerOf(think('Let me '), think('see.'), delta('机器'), delta('学习')));
    const events = await readEvents(await respond(service, { input: 'q', stream: true }));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const types = events.map(({ type }) => type);
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const { response } = events.at(-1)!;
    expect(textOf(response!)).toBe('机器学习');
    expect(response!.output[0]).toMatchObject({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Let me see.' }],
      content: [{ type: 'reasoning_text', text: 'Let me see.' }],
    });
  });
});
