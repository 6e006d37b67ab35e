import { ClientService } from '../../../src/auth/client.service.js';
import { readCommand } from '../../../src/app/cli/commands.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { type Frame, readSse } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

const TEXT = 'A sentence of the answer that is not long. '.repeat(150);

/**
 * BREAK as it is set for one client. Real: the complete service, the command's reading and work, its database, HTTP both ways.
 * Stand-in: the model behind its server.
 */
describe('What client:set sets', () => {
  let running: ServiceWithModel;
  let model: ModelServer;
  let service: TestService;
  let keys: Record<string, string>;

  beforeAll(async () => {
    running = await startServiceWithModel();
    ({ model, service } = running);
    const names = ['page', 'bot', 'plain'];
    const added = await Promise.all(names.map((name) => service.app.get(ClientService).addKey(name)));
    keys = Object.fromEntries(added.map(({ clientName, key }) => [clientName, key]));
    model.always(answer(TEXT.match(/.{1,7}/gsu)!));
  });
  afterAll(() => stopServiceWithModel(running));

  const set = (...args: string[]) => readCommand(['client:set', ...args])(service.app);

  async function framesFor(client: string): Promise<Frame[]> {
    const response = await service.post('/api/chat', { question: 'how?', uid: UID }, { key: keys[client]! });
    const events = await readSse(response).rest();
    return events.slice(0, -1).map(({ data }) => JSON.parse(data) as Frame);
  }
  const breaksIn = (frames: readonly Frame[]) => frames.filter(({ action }) => action === 'BREAK').length;

  it('is shown, and goes back to its default', async () => {
    await set('plain', '--channel', 'wechat', '--break-min-chars', '80', '--whole-answer', 'sse');
    expect(await set('plain', '--break-first-ms', 'default')).toBe(
      [
        'Settings of client plain:',
        '  --break            on',
        '  --break-min-chars  80',
        '  --break-after-ms   default',
        '  --break-max-bytes  2048',
        '  --break-first-ms   default',
        '  --whole-answer     sse',
      ].join('\n'),
    );
    const options = ['break', 'break-min-chars', 'break-max-bytes', 'whole-answer'];
    const shown = await set('plain', ...options.flatMap((option) => [`--${option}`, 'default']));
    expect(shown.match(/ default$/gm)).toHaveLength(6);
    expect(await set('plain')).toBe(shown);
  });

  it('is refused for a client that is not there', async () => {
    await expect(set('nobody', '--break', 'off')).rejects.toThrow('There is no client of that name.');
  });

  it('is no BREAK for a page that appends data.data, and messages of at most 2,048 bytes for a bot', async () => {
    await set('page', '--channel', 'web');
    await set('bot', '--channel', 'wechat');
    const [page, bot, plain] = await Promise.all(['page', 'bot', 'plain'].map(framesFor));
    // As the base client of the seed does it.
    const shown = page!.filter((frame) => !('sourceDocs' in frame)).map((frame) => `${frame.data}`);
    expect(shown.join('')).toBe(TEXT);
    expect(breaksIn(bot!)).toBeGreaterThan(2);
    expect(breaksIn(plain!)).toBeGreaterThan(2);
  });
});
