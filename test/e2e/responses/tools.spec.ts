import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import { foldOutput, toFolded } from '../../support/responses/fold-events.js';
import { getResponse, readEvents, readResponse, respond } from '../../support/responses/responses.js';
import { calling } from '../../support/responses/tool-calls.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};
const PATCH = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Changes files.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' },
};
const SHELL = { type: 'namespace', name: 'local', tools: [{ type: 'function', name: 'shell' }] };

const lastBody = () => model.requests.at(-1)!.body as unknown as Record<string, unknown>;
const read = async (id: string) => readResponse(await service.request('GET', `/v1/responses/${id}`));

describe('Tools in POST /v1/responses', () => {
  it('are offered to the model, whose call is an item; its output goes back to the model', async () => {
    model.next(calling([{ name: 'get_weather', pieces: ['{"city":', '"Paris"}'] }]), answer('Sunny.'));
    const asked = { input: 'Weather in Paris?', tools: [WEATHER], parallel_tool_calls: false };
    const first = await getResponse(service, {
      ...asked,
      tool_choice: { type: 'function', name: 'get_weather' },
    });
    const { type: _, ...definition } = WEATHER;
    expect(lastBody()).toMatchObject({
      tools: [{ type: 'function', function: definition }],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      parallel_tool_calls: false,
    });
    expect(first).toMatchObject({ status: 'completed', tools: [WEATHER] });
    expect(first.output).toEqual([
      {
        type: 'function_call',
        id: expect.stringMatching(/^fc_/) as string,
        status: 'completed',
        call_id: 'call_get_weather',
        name: 'get_weather',
        arguments: '{"city":"Paris"}',
      },
    ]);
    expect(await read(first.id)).toEqual(first);
    const output = { type: 'function_call_output', call_id: 'call_get_weather', output: '20 degrees' };
    const second = await getResponse(service, { ...asked, input: [output], previous_response_id: first.id });
    const call = { name: 'get_weather', arguments: '{"city":"Paris"}' };
    expect(lastBody()['messages']).toEqual([
      { role: 'user', content: 'Weather in Paris?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_get_weather', type: 'function', function: call }],
      },
      { role: 'tool', tool_call_id: 'call_get_weather', content: '20 degrees' },
    ]);
    expect(second.status).toBe('completed');
  });

  it('are called in a stream beside text and reasoning, several at once', async () => {
    const calls = [
      { name: 'get_weather', pieces: ['{"city":"Oslo"}'] },
      { name: 'local__shell', pieces: ['{"cmd"', ':"ls"}'] },
    ];
    model.next(calling(calls, think('Two cities.'), delta('Let me look.')));
    const body = { input: 'q', tools: [WEATHER, SHELL], stream: true };
    const events = await readEvents(await respond(service, body));
    const types = new Set(events.map(({ type }) => type));
    expect(types).toContain('response.function_call_arguments.delta');
    expect(types).toContain('response.function_call_arguments.done');
    const response = events.at(-1)!.response!;
    expect(response.output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'function_call',
    ]);
    expect(response.output[3]).toMatchObject({
      name: 'shell',
      namespace: 'local',
      arguments: '{"cmd":"ls"}',
    });
    expect(toFolded(response.output)).toEqual(foldOutput(events));
    expect(await read(response.id)).toEqual(response);
  });

  it('take free text where they are custom', async () => {
    const input = '*** Begin Patch\n"quoted"';
    model.next(calling([{ name: 'apply_patch', pieces: [JSON.stringify({ input })] }]), answer('Done.'));
    const events = await readEvents(await respond(service, { input: 'q', tools: [PATCH], stream: true }));
    const [offered] = lastBody()['tools'] as { function: { description: string; parameters: object } }[];
    expect(offered!.function.description).toContain('start: "a"');
    expect(offered!.function.parameters).toMatchObject({ required: ['input'] });
    const call = events.find(({ type }) => type === 'response.output_item.done')!.item!;
    expect(call).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input });
    const types = events.map(({ type }) => type);
    expect(types).toContain('response.custom_tool_call_input.done');
    const output = { type: 'custom_tool_call_output', call_id: call['call_id'], output: 'ok' };
    await getResponse(service, { input: [{ role: 'user', content: 'q' }, call, output], tools: [PATCH] });
    expect(lastBody()['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ function: { arguments: JSON.stringify({ input }) } }] },
      { role: 'tool', content: 'ok' },
    ]);
  });

  it('are ignored where they run at OpenAI and clients offer them unasked, and refused by name elsewhere', async () => {
    model.next(answer('ok'));
    const response = await getResponse(service, {
      input: 'q',
      tools: [{ type: 'web_search', external_web_access: false }, { type: 'image_generation' }],
      tool_choice: 'auto',
    });
    expect(response['tools']).toEqual([]);
    expect(lastBody()).not.toHaveProperty('tools');
    for (const type of ['file_search', 'code_interpreter', 'computer_use_preview', 'mcp', 'local_shell']) {
      const refused = await respond(service, { input: 'q', tools: [WEATHER, { type }] });
      expect(refused.status).toBe(400);
      const { error } = (await refused.json()) as { error: { message: string; param: string } };
      expect(error.message).toContain(type);
      expect(error.param).toBe('tools[1]');
    }
  });

  it('are narrowed by tool_choice', async () => {
    model.next(answer('ok'));
    const other = { type: 'function', name: 'other' };
    const tool_choice = { type: 'allowed_tools', mode: 'required', tools: [other] };
    await getResponse(service, { input: 'q', tools: [WEATHER, other], tool_choice });
    expect(lastBody()).toMatchObject({ tools: [{ function: { name: 'other' } }], tool_choice: 'required' });
    const unknown = { type: 'function', name: 'nowhere' };
    const refused = await respond(service, { input: 'q', tools: [WEATHER], tool_choice: unknown });
    expect(refused.status).toBe(400);
  });
});
