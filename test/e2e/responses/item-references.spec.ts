import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { getResponse, respond } from '../../support/responses/responses.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const BODY_LIMIT_BYTES = 100_000;
const LONG = 'x'.repeat(40_000);

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({
    LLM_MAX_RETRIES: '0',
    BODY_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
  }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const reference = (id: string) => ({ type: 'item_reference', id });

async function makeLongItem(): Promise<string> {
  model.next(answer(LONG));
  const { output } = await getResponse(service, { input: 'q' });
  return output[0]!.id;
}

async function refuse(body: object): Promise<string> {
  const asked = model.requests.length;
  const response = await respond(service, body);
  const { error } = (await response.json()) as { error: { param: string } };
  expect([response.status, model.requests.length]).toEqual([400, asked]);
  return error.param;
}

describe('References to items', () => {
  it('bring in no more than a body may be', async () => {
    const ids = [await makeLongItem(), await makeLongItem(), await makeLongItem()];
    model.next(answer('fits'));
    await getResponse(service, { input: ids.slice(0, 2).map(reference) });
    expect(await refuse({ input: ids.map(reference) })).toBe('input');
  });

  it('bring in no more together with an earlier response', async () => {
    const ids = [await makeLongItem(), await makeLongItem()];
    model.next(answer(LONG));
    const { id } = await getResponse(service, { input: 'q' });
    expect(await refuse({ previous_response_id: id, input: ids.map(reference) })).toBe('input');
  });

  it('name an item once', async () => {
    const id = await makeLongItem();
    expect(await refuse({ input: [reference(id), reference(id)] })).toBe('input[1].id');
  });

  it('are bounded in number', async () => {
    const input = Array.from({ length: 1_001 }, (_, index) => reference(`msg_${'0'.repeat(32)}_${index}`));
    expect(await refuse({ input })).toBe('input');
  });

  it('to responses that do not exist are refused at the first of them', async () => {
    const known = reference(await makeLongItem());
    const unknown = Array.from({ length: 500 }, (_, index) =>
      reference(`msg_01a22eb653c77000ba76${String(index).padStart(12, '0')}_0`),
    );
    expect(await refuse({ input: [known, ...unknown] })).toBe('input[1].id');
  });
});

describe('A chain of responses', () => {
  it('is no longer than a body may be', async () => {
    let previous_response_id: string | undefined;
    for (let asked = 0; asked < 3; asked++) {
      model.next(answer('a'));
      ({ id: previous_response_id } = await getResponse(service, { previous_response_id, input: LONG }));
    }
    expect(await refuse({ previous_response_id, input: 'q' })).toBe('previous_response_id');
  });
});
