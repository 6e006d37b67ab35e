/** A load that all targets are put under alike. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly tokens: number;
  readonly tokenMs: number;
  /** Open at once: on average when requests come by the clock, else exactly. */
  readonly streams: number;
  readonly answers: number;
  /** Requests come so many a second, however late answers are; 0: each follows the end of another. */
  readonly perSecond: number;
  readonly asks: 'streaming' | 'short' | 'history';
  readonly rounds?: number;
  /** All streams are held open, and the memory of the target is looked at. */
  readonly isHeld?: true;
}

/** At 20 ms a token some two hundred words in five seconds: a usual answer of a usual model. */
const PACED = { tokens: 256, tokenMs: 20, asks: 'streaming' } as const;
const PACED_SECONDS = 10;

const answersASecond = (streams: number) => (streams * 1_000) / (PACED.tokens * PACED.tokenMs);

function paced(streams: number, seconds = PACED_SECONDS): Scenario {
  const perSecond = answersASecond(streams);
  return {
    ...PACED,
    name: `realistic-${streams}`,
    title: `${streams} streams, ${PACED.tokens} tokens at ${PACED.tokenMs} ms`,
    streams,
    answers: Math.ceil(perSecond * seconds),
    perSecond,
  };
}

const history = (rounds: number): Scenario => ({
  name: `history-${rounds}`,
  title: `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of history, answers of 20 tokens without delay`,
  tokens: 20,
  tokenMs: 0,
  streams: 4,
  answers: rounds === 1_000 ? 128 : 384,
  perSecond: 0,
  asks: 'history',
  rounds,
});

export const SCENARIOS: readonly Scenario[] = [
  paced(100),
  paced(500),
  {
    name: 'throughput',
    title: '64 streams, 500 tokens without delay',
    tokens: 500,
    tokenMs: 0,
    streams: 64,
    answers: 384,
    perSecond: 0,
    asks: 'streaming',
  },
  {
    name: 'slow',
    title: '2,000 open streams, a token a second',
    tokens: 1_000,
    tokenMs: 1_000,
    streams: 2_000,
    answers: 2_000,
    perSecond: 200,
    asks: 'streaming',
    isHeld: true,
  },
  {
    name: 'short',
    title: 'answers in one piece, 20 tokens without delay, 16 at once',
    tokens: 20,
    tokenMs: 0,
    streams: 16,
    answers: 1_600,
    perSecond: 0,
    asks: 'short',
  },
  ...[1, 10, 100, 1_000].map(history),
];

/** The same load for another time; of a closed loop, another share of it. */
export function lasting(scenario: Scenario, seconds: number): Scenario {
  if (scenario.isHeld) return scenario;
  const { answers, streams, perSecond } = scenario;
  const count = perSecond > 0 ? perSecond * seconds : (answers * seconds) / PACED_SECONDS;
  return { ...scenario, answers: Math.max(streams, Math.ceil(count)) };
}
