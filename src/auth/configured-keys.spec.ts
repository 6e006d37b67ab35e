import { jest } from '@jest/globals';
import { parseEnvironment } from '../config/environment.js';
import type { CallingClient } from './calling-client.js';
import { hashKey } from './client-key.js';
import type { ClientRepository } from './client.repository.js';
import { ConfiguredKeys } from './configured-keys.js';

const BOT: CallingClient = { id: 'id-of-bot', name: 'bot' };
const [ONE, TWO] = ['1'.repeat(32), '2'.repeat(32)];
const FIRST = { keyId: 'API_KEYS[0]' };

/** Real: the keys. Stand-in: the repository. */
describe('The keys that the environment names', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  async function started(environment: Record<string, string>) {
    const ensureClient = jest.fn<ClientRepository['ensureClient']>().mockResolvedValue(BOT);
    const listClients = jest.fn<ClientRepository['listClients']>().mockResolvedValue([BOT]);
    const keys = new ConfiguredKeys(parseEnvironment(environment), {
      ensureClient,
      listClients,
    } as unknown as ClientRepository);
    await keys.onModuleInit();
    return { keys, listClients };
  }

  it('are known without a query', async () => {
    const { keys, listClients } = await started({ API_KEYS: `bot=${ONE},bot=${TWO}` });
    expect([keys.find(hashKey(ONE)), keys.find(hashKey(TWO))]).toEqual([
      { ...BOT, ...FIRST },
      { ...BOT, keyId: 'API_KEYS[1]' },
    ]);
    expect(keys.find(hashKey('three'))).toBeUndefined();
    expect(listClients).not.toHaveBeenCalled();
  });

  it('are of the client as it is, a moment later', async () => {
    const { keys, listClients } = await started({ API_KEYS: `bot=${ONE}` });
    listClients.mockResolvedValue([{ ...BOT, breakMaxBytes: 64 }]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(keys.find(hashKey(ONE))).toEqual({ ...BOT, ...FIRST, breakMaxBytes: 64 });
    listClients.mockResolvedValue([BOT]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(keys.find(hashKey(ONE))).toEqual({ ...BOT, ...FIRST });
  });

  it('hold while the clients cannot be read, and are read again afterwards', async () => {
    const { keys, listClients } = await started({ API_KEYS: `bot=${ONE}` });
    listClients.mockRejectedValueOnce(new Error('away')).mockResolvedValue([{ ...BOT, breakMaxBytes: 64 }]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(keys.find(hashKey(ONE))).toEqual({ ...BOT, ...FIRST });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(keys.find(hashKey(ONE))).toMatchObject({ breakMaxBytes: 64 });
  });

  it('are read no more after the end, and not at all where there are none', async () => {
    const { keys } = await started({ API_KEYS: `bot=${ONE}` });
    await keys.beforeApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
    await started({});
    expect(jest.getTimerCount()).toBe(0);
  });
});
