import { newId } from '../../../src/common/uuid.js';
import { ALICE, CANARY, CONVERSATION, readJson, textWithoutCanary, type TwoClients } from './two-clients.js';

type Try = () => Promise<void>;
type Method = 'GET' | 'POST' | 'DELETE';

/**
 * What each route of responses and of embeddings must do for a stranger.
 * @param expectNothing asks as the stranger what would get the owner's words if anything did
 */
export function v1ForAStranger(
  clients: () => TwoClients,
  expectNothing: (path: string, body: object) => Promise<void>,
): Readonly<Record<string, Try>> {
  const ownResponse = async () =>
    readJson<{ id: string }>(await clients().own('POST', '/v1/responses', { input: CANARY }));

  const ask = (path: string) => async (): Promise<void> => {
    const { id } = await ownResponse();
    const body = { input: 'What did I say?', user: ALICE };
    await expectNothing(path, { ...body, conversation: CONVERSATION });
    const refused = await clients().strange('POST', path, { ...body, previous_response_id: id });
    if (refused.status !== 400) throw new Error(`${path} answered ${refused.status}`);
    await textWithoutCanary(refused);
  };

  const of = (method: Method, rest: string) => async (): Promise<void> => {
    const { id } = await ownResponse();
    const tryOn = async (one: string) => {
      const response = await clients().strange(method, `/v1/responses/${one}${rest}`);
      return `${response.status} ${await textWithoutCanary(response)}`;
    };
    const [foreign, unknown] = [await tryOn(id), await tryOn(`resp_${newId().replaceAll('-', '')}`)];
    if (foreign !== unknown || !foreign.startsWith('404')) throw new Error(`${foreign}, not ${unknown}`);
    const { status } = await clients().own('GET', `/v1/responses/${id}`);
    if (status !== 200) throw new Error(`Its owner got ${status}`);
  };

  return {
    // Nothing of it is stored.
    'POST /v1/embeddings': async () => {
      await textWithoutCanary(await clients().strange('POST', '/v1/embeddings', { input: 'q' }));
    },
    'POST /v1/responses': ask('/v1/responses'),
    'POST /v1/responses/stream': ask('/v1/responses/stream'),
    'GET /v1/responses/{response_id}': of('GET', ''),
    'DELETE /v1/responses/{response_id}': of('DELETE', ''),
    'POST /v1/responses/{response_id}/cancel': of('POST', '/cancel'),
    'GET /v1/responses/{response_id}/input_items': of('GET', '/input_items'),
  };
}
