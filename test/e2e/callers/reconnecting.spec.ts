import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource } from 'eventsource';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const STREAMS: [string, object][] = [
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
  model.always(answer('an answer'));
  // All that fetch-event-source asks of a browser.
  const document = { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { document, window: globalThis });
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'document');
  Reflect.deleteProperty(globalThis, 'window');
  await stopServiceWithModel({ model, service });
});

/** Asks, and reads to the end. */
async function readToEnd(path: string, body: object): Promise<{ id: string; turnId: string }> {
  const { id = '' } = (await readSse(await service.post(path, body)).rest()).at(-1)!;
  return { id, turnId: id.slice(0, id.indexOf(':')) };
}

/** How many frames carry the id of the end: a connection can be cut behind each. */
const endFrames = (path: string) => (path === '/api/chat' ? 2 : 1);
const endOf = (text: string) => text.match(/"finish_reason":"\w+"|\[DONE\]/g);

describe('A reader that has the end of a turn', () => {
  it.each(STREAMS)('gets the end again, then nothing: %s', async (path, body) => {
    const { id } = await readToEnd(path, body);
    const calls = model.requests.length;
    const resume = () => service.post(path, body, { headers: { 'last-event-id': id } });
    for (let repeats = 0; repeats < endFrames(path); repeats++) {
      const repeated = await resume();
      expect(repeated.status).toBe(200);
      expect(endOf(await repeated.text())).toHaveLength(endFrames(path));
    }
    for (const again of [await resume(), await resume()]) {
      expect(again.status).toBe(204);
      expect(again.headers.get('content-type')).toBeNull();
      expect(again.headers.get('x-request-id')).not.toBeNull();
      expect(await again.text()).toBe('');
    }
    expect(model.requests.length).toBe(calls);
  });

  it.each(STREAMS)('gets the same by GET, and HEAD leaves it as it is: %s', async (path, body) => {
    const { id, turnId } = await readToEnd(path, body);
    const headers = { 'last-event-id': id };
    const follow = (method: string) => service.request(method, `/api/chat/${turnId}/stream`, { headers });
    const statuses: number[] = [];
    for (const method of ['HEAD', 'HEAD', 'HEAD', 'GET', 'GET', 'GET']) {
      const response = await follow(method);
      statuses.push(response.status);
      await response.text();
    }
    expect(statuses).toEqual([200, 200, 200, 200, path === '/api/chat' ? 200 : 204, 204]);
    // A reader without a part of it gets that, as often as it asks.
    const fromStart = await service.request('GET', `/api/chat/${turnId}/stream`);
    expect(endOf(await fromStart.text())).not.toBeNull();
    const before = { 'last-event-id': `${turnId}:1` };
    expect((await service.post(path, body, { headers: before })).status).toBe(200);
  });
});

/** What one library made of an answer: the statuses that it got, and its messages. */
interface Reading {
  readonly statuses: number[];
  readonly messages: string[];
}

describe('The library eventsource', () => {
  /** Until it stops by itself. */
  function read(path: string, body: object): Promise<Reading> {
    const reading: Reading = { statuses: [], messages: [] };
    const source = new EventSource(service.url + path, {
      fetch: async (url, init) => {
        const headers = {
          ...init.headers,
          authorization: `Bearer ${service.key}`,
          'content-type': 'application/json',
        };
        const response = await fetch(url, { ...init, method: 'POST', headers, body: JSON.stringify(body) });
        reading.statuses.push(response.status);
        return response;
      },
    });
    source.onmessage = ({ data }) => reading.messages.push(data as string);
    return new Promise((resolve) => {
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) resolve(reading);
      };
    });
  }

  it('that reconnects after every end gets one answer, its end again, and stops', async () => {
    const calls = model.requests.length;
    const readings = await Promise.all(STREAMS.map(([path, body]) => read(path, body)));
    expect(readings.map(({ statuses }) => statuses)).toEqual([
      [200, 200, 204],
      [200, 200, 200, 204],
    ]);
    for (const { messages } of readings)
      expect(messages.filter((message) => message.includes('an answer'))).toHaveLength(1);
    expect(model.requests.length).toBe(calls + STREAMS.length);
  });
});

describe('The library fetch-event-source', () => {
  it.each(STREAMS)('that lost the connection at the end gets the end: %s', async (path, body) => {
    const messages: string[] = [];
    const statuses: number[] = [];
    await fetchEventSource(service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        statuses.push(response.status);
        return response;
      },
      onmessage: ({ data }) => {
        messages.push(data);
        // What comes after the frame with the finish reason is lost once.
        if (data.includes('finish_reason') && statuses.length === 1) throw new Error('The connection is cut');
      },
      onerror: () => 1,
    });
    expect(statuses).toEqual([200, 200]);
    expect(messages.filter((message) => message.includes('finish_reason'))).toHaveLength(2);
    if (path === '/api/chat') expect(messages.at(-1)).toBe('[DONE]');
  });
});
