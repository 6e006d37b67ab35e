import { networkOf, WrongKeys } from './wrong-keys.js';

/** Wrong keys while the time does not pass, whose delays end on command. */
function slowed() {
  const delays: number[] = [];
  const ends: (() => void)[] = [];
  let now = 0;
  const keys = new WrongKeys(
    () => now,
    (ms) => {
      delays.push(ms);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
  );
  const end = () => ends.splice(0).forEach((resolve) => resolve());
  const send = async (count: number, address = '192.0.2.1') => {
    for (let sent = 0; sent < count; sent++) {
      const answered = keys.slowDown(address);
      end();
      await answered;
    }
  };
  return { keys, delays, end, send, pass: (ms: number) => (now += ms) };
}

describe('Wrong keys from one address', () => {
  it('are answered at once up to the twentieth, and then ever later', async () => {
    const { send, delays } = slowed();
    await send(20);
    expect(delays).toEqual([]);
    await send(8);
    expect(delays).toEqual([200, 400, 800, 1_600, 3_200, 3_200, 3_200, 3_200]);
  });

  it('are forgotten, one in six seconds', async () => {
    const { send, delays, pass } = slowed();
    await send(100);
    delays.length = 0;
    pass(36_000);
    await send(1);
    expect(delays).toEqual([]);
    await send(1);
    expect(delays).toEqual([200]);
  });

  it('do not slow down those from others', async () => {
    const { send, delays } = slowed();
    await send(20);
    await send(20, '192.0.2.2');
    expect(delays).toEqual([]);
  });

  it('wait in small numbers, and are refused at once beyond', async () => {
    const { keys, send, end, delays } = slowed();
    await send(20);
    const waiting = Array.from({ length: 8 }, () => keys.slowDown('192.0.2.1'));
    const refused = { code: 'too_many_requests', retryAfterSeconds: 4 };
    for (let count = 0; count < 100; count++)
      await expect(keys.slowDown('192.0.2.1')).rejects.toMatchObject(refused);
    expect(delays).toHaveLength(8);
    end();
    await Promise.all(waiting);
    await send(1);
    expect(delays).toHaveLength(9);
  });

  it('of many addresses wait in bounded numbers too', () => {
    const { keys, delays } = slowed();
    for (let host = 0; host < 33; host++) {
      const address = `192.0.2.${host}`;
      for (let count = 0; count < 28; count++) void keys.slowDown(address).catch(() => undefined);
    }
    expect(delays).toHaveLength(256);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('The network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
