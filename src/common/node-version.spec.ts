import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { refuseOldNode } from './node-version.js';

const ROOT = join(import.meta.dirname, '..', '..');

describe('refuseOldNode', () => {
  const exit = jest.spyOn(process, 'exit');
  const write = jest.spyOn(process.stderr, 'write');
  beforeEach(() => {
    exit.mockReset().mockImplementation(() => undefined as never);
    write.mockReset().mockReturnValue(true);
  });
  afterAll(() => jest.restoreAllMocks());

  it.each(['22.19.0', '22.20.1', '23.0.0', '24.1.0', '26.0.0'])('lets %s run the service', (version) => {
    refuseOldNode(version);
    expect(exit).not.toHaveBeenCalled();
  });

  it.each(['14.8.0', '18.20.8', '20.20.2', '22.9.0', '22.18.9'])(
    'ends %s with a sentence that names both',
    (version) => {
      refuseOldNode(version);
      expect(exit).toHaveBeenCalledWith(1);
      expect(write.mock.calls[0]?.[0]).toMatch(
        new RegExp(`needs Node\\.js 22\\.19 or later.* ${version}\\.`),
      );
    },
  );

  it('asks for what package.json says', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=22.19');
  });

  it.each(['src/main.ts', 'src/cli.ts', 'src/database/migration-run.ts'])(
    'is called by %s before anything is loaded',
    (file) => {
      const statements = readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => /^(?:import|export|void|\w+\()/.test(line));
      expect(statements).toEqual([
        expect.stringMatching(/^import \{ refuseOldNode \} from '[./]+\/common\/node-version\.js';$/),
        'refuseOldNode();',
        expect.stringMatching(/^void import\('\.\/[\w/-]+\.js'\);$/),
      ]);
    },
  );
});
