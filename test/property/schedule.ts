import fc from 'fast-check';
import { CONVERSATION_TRAITS } from '../../src/chat/wire/conversation/traits.js';
import { OPENAI_TRAITS } from '../../src/chat/wire/openai/traits.js';
import { QA_TRAITS } from '../../src/chat/wire/qa/traits.js';
import type { ContinuationConfig } from '../../src/config/app-config.js';
import type { ModelFailure } from '../../src/llm/model-failure.js';
import { failure } from '../support/model/scripted-attempts.js';

/** How one attempt of the model behaves. */
export interface Fate {
  /** What it has to say, as kinds of blocks, and how it cuts that into deltas. */
  readonly blocks: readonly Block[];
  readonly deltaChars: number;
  /** Between deltas; 0: all at once. */
  readonly gapMs: number;
  /** Of what it is to continue, it says so much again; less than 16 would not be recognised. */
  readonly repeatedChars: number;
  /** It reasons before its text; a fault may come between. */
  readonly thinksFirst: boolean;
  /** Where tools are offered: it begins so many calls after its text, in pieces of which the last may be missing. */
  readonly calls: readonly (readonly string[])[];
  /** So many connects find its server away before it plays. */
  readonly refusedConnects: number;
  /** null: it answers. */
  readonly fault: ModelFailure | null;
  /** It fails after so many deltas, and as much silence. */
  readonly faultAfter: number;
  readonly silenceMs: number;
}

export type Block = 'sentence' | 'paragraph' | 'chinese' | 'fence' | 'table' | 'list' | 'emoji' | 'unbroken';

/** A caller: when it connects and leaves, and whether to the owner of the turn or to another replica. */
export interface InFlightCall {
  readonly afterMs: number;
  readonly staysMs: number;
  readonly isRemote: boolean;
}

/** What somebody or something does to the turn from outside. */
export interface Blow {
  readonly kind: 'stop' | 'crash' | 'lease lost' | 'shutdown';
  readonly atMs: number;
}

export interface DatabaseFate {
  /** How long statements take, one after the other, and again from the first. */
  readonly delaysMs: readonly number[];
  /** When it is away: from, for how long. */
  readonly outages: readonly { readonly fromMs: number; readonly forMs: number }[];
  /** Of the statements that an outage breaks, whether they were carried out all the same. */
  readonly losesOnlyTheNews: boolean;
}

const anyFate: fc.Arbitrary<Fate> = fc.record({
  blocks: fc.array(
    fc.constantFrom<Block>(
      'sentence',
      'sentence',
      'paragraph',
      'chinese',
      'fence',
      'table',
      'list',
      'emoji',
      'unbroken',
    ),
    { minLength: 1, maxLength: 10, size: 'max' },
  ),
  deltaChars: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 60 })),
  gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 })),
  thinksFirst: fc.boolean(),
  calls: fc.array(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 4 }), {
    maxLength: 3,
  }),
  repeatedChars: fc.oneof(fc.constant(0), fc.integer({ min: 16, max: 120 })),
  refusedConnects: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 5 })),
  fault: fc.option(
    fc
      .record({
        isAway: fc.boolean(),
        isRetriable: fc.nat({ max: 8 }).map((die) => die > 0),
        retryAfterSeconds: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat({ max: 5 })),
      })
      .map((options) => failure(options)),
    { freq: 2 },
  ),
  faultAfter: fc.oneof(fc.constant(0), fc.nat({ max: 10 }), fc.nat({ max: 60 })),
  silenceMs: fc.oneof(fc.constant(0), fc.nat({ max: 300 }), fc.nat({ max: 20_000 })),
});

/** A server that is away before its first token has not been asked: `refusedConnects` plays that, and counts no call. */
const fate: fc.Arbitrary<Fate> = anyFate.map((drawn) => ({
  ...drawn,
  faultAfter: drawn.fault?.isAway ? Math.max(1, drawn.faultAfter) : drawn.faultAfter,
}));

const visit: fc.Arbitrary<InFlightCall> = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.nat({ max: 8_000 })),
  staysMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 8_000 })),
  isRemote: fc.boolean(),
});

const blow: fc.Arbitrary<Blow> = fc.record({
  kind: fc.constantFrom('stop', 'crash', 'lease lost', 'shutdown'),
  atMs: fc.nat({ max: 10_000 }),
});

const databaseFate: fc.Arbitrary<DatabaseFate> = fc.record({
  delaysMs: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 600 })), { minLength: 1, maxLength: 5 }),
  outages: fc.array(
    fc.record({
      fromMs: fc.nat({ max: 12_000 }),
      forMs: fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 25_000 })),
    }),
    { maxLength: 2 },
  ),
  losesOnlyTheNews: fc.boolean(),
});

/** Everything that can happen to a turn, in one draw. */
export const schedule = fc.record({
  wire: fc.constantFrom(
    QA_TRAITS,
    CONVERSATION_TRAITS,
    OPENAI_TRAITS,
    // The pairs of traits that no wire has yet.
    { ...QA_TRAITS, cutsMessages: false },
    { ...CONVERSATION_TRAITS, cutsMessages: true },
  ),
  /** Only a wire whose readers know calls offers tools. */
  offersTools: fc.boolean(),
  fates: fc.array(fate, { minLength: 4, maxLength: 4 }),
  maxRetries: fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 2, max: 3 })),
  recoveryWaitMs: fc.oneof(fc.constant(0), fc.nat({ max: 5_000 }), fc.constant(60_000)),
  totalTimeoutMs: fc.oneof(fc.integer({ min: 500, max: 30_000 }), fc.constant(300_000), fc.constant(300_000)),
  continuation: fc.constantFrom<ContinuationConfig>(
    { mode: 'instruct' },
    { mode: 'prefill', flags: 'none' },
    { mode: 'prefill', flags: 'vllm' },
  ),
  breakMinChars: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 200 })),
  breakAfterMs: fc.integer({ min: 1, max: 5_000 }),
  breakMaxBytes: fc.option(fc.integer({ min: 12, max: 300 }), { nil: undefined, freq: 2 }),
  breakFirstMs: fc.option(fc.nat({ max: 3_000 }), { nil: undefined, freq: 2 }),
  disconnectGraceMs: fc.oneof(fc.constant(60_000), fc.nat({ max: 3_000 })),
  /** One list a caller. */
  callers: fc.array(fc.array(visit, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
  /** Whether somebody reads from the first event to the last. */
  isWatched: fc.boolean(),
  blow: fc.option(blow, { freq: 2 }),
  database: databaseFate,
});

export type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;
