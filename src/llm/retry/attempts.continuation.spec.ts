import {
  ASKED,
  failure,
  finish,
  retry,
  says,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';
import { toContinuationRequest } from './continuation.js';

/** The attempts are scripted, as are clock and chance; all else is real. */
describe('answerInAttempts, of an answer that has begun', () => {
  let run: ScriptedAttempts;
  beforeEach(() => (run = new ScriptedAttempts()));

  describe('an answer of which a part is kept', () => {
    const KEPT = 'The quick brown fox jumps over';

    it('is continued, and the part is counted', () => {
      let kept = '';
      run.answer([says([KEPT], failure()), says([' the lazy', ' dog'])], { keptText: () => kept });
      expect(run.asked).toHaveLength(1);
      kept = KEPT;
      run.timing.passAll();
      expect(run.heard.slice(2)).toEqual([
        ' the lazy',
        ' dog',
        { ...finish(), usage: { inputTokens: 5, outputTokens: 3 + 8 } },
        'complete',
      ]);
      expect(run.asked[1]?.request).toEqual(toContinuationRequest(ASKED, KEPT, { mode: 'instruct' }));
    });

    it('is asked about before each further attempt, never before the first', () => {
      const kept = ['A', '', 'B'];
      const fails = () => says([], failure());
      run.answer([fails(), fails(), fails(), says([])], {
        keptText: () => kept.shift() ?? 'none',
        maxRetries: 3,
      });
      run.timing.passAll();
      const asks = run.asked.map(({ request }) => request.messages.at(1)?.content);
      expect(asks).toEqual([undefined, 'A', undefined, 'B']);
    });

    it('is not repeated after an instruction', () => {
      const rest = says(['brown', ' fox jumps', ' over', ' the lazy dog']);
      run.answer([says([KEPT], failure()), rest], {
        keptText: () => KEPT,
        continuation: { mode: 'instruct' },
      });
      run.timing.passAll();
      expect(run.heard.slice(2, -2)).toEqual([' the lazy dog']);
    });

    it('may be repeated in a prefilled answer, which means it: the rule of a table goes on', () => {
      const rule = '-'.repeat(30);
      const continuation = { mode: 'prefill', flags: 'none' } as const;
      const rest = says(['-'.repeat(20), '|']);
      run.answer([says([rule], failure()), rest], { keptText: () => rule, continuation });
      run.timing.passAll();
      expect(run.heard.slice(2, -2)).toEqual(['-'.repeat(20), '|']);
    });

    it('may be all of it', () => {
      run.answer([says([KEPT], failure()), says([KEPT])], { keptText: () => KEPT });
      run.timing.passAll();
      expect(run.heard.slice(2)).toEqual([
        { ...finish(), usage: { inputTokens: 5, outputTokens: 11 } },
        'complete',
      ]);
    });

    it('gets the text that was held back and turned out to be new', () => {
      run.answer([says([KEPT], failure()), says(['brown', ' fox'])], { keptText: () => KEPT });
      run.timing.passAll();
      expect(run.heard.slice(2, -2)).toEqual(['brown fox']);
    });

    it('loses what was held back when the continuation fails too', () => {
      run.answer([says([KEPT], failure()), says(['brown'], failure()), says([' the end'])], {
        keptText: () => KEPT,
      });
      run.timing.passAll();
      expect(run.heard.slice(2, -2)).toEqual([retry(), ' the end']);
    });
  });
});
