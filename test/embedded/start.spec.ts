import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../support/programs/child-service.js';
import { Scratch } from '../support/programs/scratch.js';
import { readFrames } from '../support/service/sse.js';

const KEY = /\bllmchat_[\w-]{43}\b/g;

const scratch = new Scratch();
afterEach(() => scratch.clear());

describe('On the embedded database', () => {
  it('the first start prints a key, once, with requests that work, and the second does not', async () => {
    const DATA_DIR = scratch.newFolder();
    const first = await scratch.serve({ DATA_DIR, API_KEYS: '' });
    const said = first.output();
    expect(said).toMatch(/Database: embedded, in \//);
    const keys = [...new Set(said.match(KEY))];
    expect(keys).toHaveLength(1);
    const [key] = keys as [string];
    expect(said).toContain('it expires in 30 days');
    for (const path of ['/docs', '/playground']) expect(said).toContain(`${first.url}${path}`);
    const commands = [...said.matchAll(/curl -N (\S+) -H '(.*?): (.*?)' -H '(.*?): (.*?)' \\\n +-d '(.*)'/g)];
    expect(commands).toHaveLength(2);
    for (const [, url = '', ...rest] of commands) {
      const [name1 = '', value1 = '', name2 = '', value2 = '', body = ''] = rest;
      const answered = await fetch(url, {
        method: 'POST',
        headers: { [name1]: value1, [name2]: value2 },
        body,
      });
      expect(answered.status).toBe(200);
      const frames = await readFrames(answered);
      expect(frames[1]!.sourceDocs![0]!.metadata.source).toMatch(/feedback/);
      expect(frames.at(-2)).toMatchObject({ finish_reason: 'stop' });
    }
    expect(said.trimEnd().split('\n').at(-1)).toBe(`ready ${first.url}`);
    await first.stop();

    const second = await scratch.serve({ DATA_DIR, API_KEYS: '' });
    expect(second.output()).not.toMatch(KEY);
    expect((await second.request('GET', '/api/models', { key })).status).toBe(200);
    // Two starts, one of them on a new database, beside other tests.
  }, 90_000);

  it('no key is made or printed with NODE_ENV=production, and the start says how to make one', async () => {
    const { DATA_DIR } = await scratch.newDatabase();
    const service = await scratch.serve({
      DATA_DIR,
      API_KEYS: '',
      DATABASE: 'embedded',
      NODE_ENV: 'production',
    });
    expect(service.output()).not.toMatch(KEY);
    expect(service.output()).toMatch(/There is no key yet.+client:add/);
  });

  it('a second process on the same folder is refused, and the first serves on', async () => {
    const { DATA_DIR } = await scratch.newDatabase();
    const first = await scratch.serve({ DATA_DIR });
    const { code, stdout, stderr } = await runChild(['dist/main.js'], { DATA_DIR, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toContain(`${DATA_DIR} is in use by process ${first.pid}`);
    expect(stderr).toContain('DATA_DIR');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).not.toMatch(/^ready/m);
    expect((await first.post('/chat', { query: 'How do I send feedback?' })).status).toBe(200);
  });

  it('a folder that cannot be used is reported', async () => {
    const file = join(scratch.newFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await runChild(['dist/main.js'], { DATA_DIR: file, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATA_DIR/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
