import type { ModelConfig } from '../../config/app-config.js';
import { TIMEOUT } from '../failure-classes.js';
import { ModelFailure } from '../model-failure.js';
import { type CheckedTarget, isFaulty, writeCheckTable } from './check-table.js';

const target = { baseUrl: 'http://gpu1:8000/v1?key=sk-secret', model: 'm', apiKey: 'sk-secret' };
const model = { name: 'm', targets: [target] } as unknown as ModelConfig;
const probe = { pieces: 3, hasThought: true, refused: ['temperature'] };

function check(rest: Partial<CheckedTarget>): CheckedTarget {
  return { model, target, finding: { kind: 'answers' }, ...rest };
}

describe('the table of a check', () => {
  it('has a row for each target, and no secret', () => {
    const text = writeCheckTable([check({ probe })], 'file');
    const [head = '', row = '', ...rest] = text.split('\n');
    expect(head).toMatch(/^MODEL +SERVER +REACHED +KEY +NAME +ANSWERS +STREAMS +THINKS +DOES NOT TAKE$/);
    expect(row).toMatch(/^m +gpu1:8000\/v1 +yes +right +listed +yes +yes +yes +temperature$/);
    expect(rest).toEqual([]);
    expect(text).not.toContain('sk-secret');
  });

  it.each<[string, Partial<CheckedTarget>, RegExp]>([
    ['is away', { finding: { kind: 'unreachable', reason: 'ECONNREFUSED' } }, /m: .*cannot be reached/],
    ['refuses the key', { finding: { kind: 'key-refused', status: 401 } }, /m: .*refuses the key/],
    [
      'does not answer',
      { probe: { ...probe, pieces: 0, failure: new ModelFailure(TIMEOUT, 'timeout: idle') } },
      /m: no answer: model_timeout: timeout: idle/,
    ],
  ])('says what is wrong with a target that %s', (_, rest, note) => {
    const checked = check(rest);
    expect(isFaulty(checked)).toBe(true);
    const text = writeCheckTable([checked], 'file');
    expect(text).toMatch(note);
    expect(text).not.toContain('sk-secret');
  });

  it('does not hold a list against a server that answers', () => {
    expect(isFaulty(check({ probe, finding: { kind: 'unknown-model', listed: [] } }))).toBe(false);
  });
});
