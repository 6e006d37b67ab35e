import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answer } from '../support/model/model-server.answers.js';
import type { ModelServer } from '../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import type { TestService } from '../support/service/service.js';

let model: ModelServer;
let service: TestService;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel());
});
afterAll(() => stopServiceWithModel({ model, service }));

describe('PHP', () => {
  it.each(['file_get_contents', 'curl'])(
    'has the end of a stream as soon as it is there: %s',
    async (way) => {
      model.next(answer('an answer'));
      const program = join(import.meta.dirname, 'stream.php');
      const startedAt = performance.now();
      const { stdout } = await promisify(execFile)('php', [
        program,
        way,
        `${service.url}/chat/stream`,
        service.key,
      ]);
      expect(stdout).toContain('"text":"an answer"');
      expect(stdout).toContain('"finish_reason":"stop"');
      // The idle timeout of a connection is 75 s.
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    },
  );
});
