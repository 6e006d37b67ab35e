import { newId } from '../../../src/common/uuid.js';
import { CANARY } from '../../support/requests/bad-values.js';
import { readProblem } from '../../support/requests/problem.js';
import { startService, type TestService } from '../../support/service/service.js';

const stars = (name: string) =>
  ['0', '6', '2.5', 'x', '', '1e400', `3&${name}=4`].map((value) => `${name}=${value}`);

const moment = (name: string) =>
  ['', CANARY, '2026-11-20', '2026-02-30T00:00:00Z', '2026-11-20T08:30:00+08:00', '1795220000', '%00'].map(
    (value) => `${name}=${value}`,
  );

const text = (name: string, max: number) =>
  ['', '%00', 'x'.repeat(max + 1), `a&${name}=b`].map((value) => `${name}=${value}`);

const FILTERS = [
  ...stars('min_stars'),
  ...stars('max_stars'),
  'min_stars=4&max_stars=3',
  ...moment('since'),
  ...moment('until'),
  'since=2026-11-20T00:00:00Z&until=2026-11-20T00:00:00Z',
  ...text('model_name', 200),
  ...text('prompt_name', 100),
  ...['0', '-1', '2147483648', 'x', ''].map((value) => `prompt_version=${value}`),
];
/** A filter that does not exist, or is another route's, would give everything. */
const UNKNOWN = ['stars=5', 'limits=2', 'min_stars[]=1'];
const HISTORIES = ['-1', '51', 'x', '', '1.5'].map((value) => `history_len=${value}`);
const TRAINING = [`format=${CANARY}`, 'format=', 'format=trl&format=openai', `prompt=${CANARY}`, 'prompt='];

/** What each route refuses, the parameter at fault first. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'GET /api/feedback': [...FILTERS, ...UNKNOWN, ...text('uid', 128)],
  'GET /api/conversations': [...UNKNOWN, 'user_id[]=u'],
  [`DELETE /api/feedback/${newId()}`]: ['uid', ...text('uid', 128)],
  'GET /api/exports/sft': [
    ...FILTERS,
    ...UNKNOWN,
    'uid=u',
    ...HISTORIES,
    ...TRAINING,
    ...stars('good_stars'),
  ],
  'GET /api/exports/dpo': [...FILTERS, ...HISTORIES, ...TRAINING],
  'GET /api/exports/eval': [...FILTERS, ...HISTORIES, ...stars('good_stars')],
};

/** Real: the complete service, its database, HTTP. */
describe('A filter', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  const cases = Object.entries(REFUSED).flatMap(([route, queries]) =>
    queries.map((query) => [route, query] as const),
  );

  it.each(cases)('is refused by its name, and not repeated: %s?%s', async (route, query) => {
    const [method = '', path = ''] = route.split(' ');
    const problem = await readProblem(await service.request(method, `${path}?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(problem.errors!.map(({ pointer }) => pointer)).toEqual([`?${query.split('=')[0]}`]);
    expect(JSON.stringify(problem)).not.toContain(CANARY);
  });

  it('of an end user is asked for where a feedback is withdrawn', async () => {
    const refused = await service.request('DELETE', `/api/feedback/${newId()}`);
    expect((await readProblem(refused)).errors!.map(({ pointer }) => pointer)).toEqual(['?uid']);
  });
});
