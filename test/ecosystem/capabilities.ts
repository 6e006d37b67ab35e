import { ANSWER, MODEL } from './model/conversation.js';

/** What a program of a client reports for one capability. */
export interface Report {
  readonly capability: string;
  /** What the client gave to its caller. */
  readonly got?: unknown;
  /** What the client raised. */
  readonly error?: { readonly type: string; readonly status?: number; readonly message: string };
}

/** One column of the table. */
export interface Capability {
  readonly name: string;
  /** Of the column. */
  readonly title: string;
  /** What the program asks; empty where it asks nothing. */
  readonly question: string;
  /** @returns true, or why the report is not right */
  readonly judge: (report: Report) => true | string;
}

/** What the tool of every program returns; its arguments are `{ "city": "Paris" }`. */
export const TOOL_RESULT = '21 degrees in Paris';

/** A client may put words of its own before the result. */
const TOOL_SAYS = new RegExp(`The tool says: .*${TOOL_RESULT}`, 's');

const WANTED_OBJECT = '{"name":"Ada","age":36}';

/** A caller that got an answer in fewer pieces has waited for its end. */
const FEWEST_PIECES = 3;

/** How programs report a task that they had to end. */
const NO_END = 'no end after';

export const CAPABILITIES: readonly Capability[] = [
  {
    name: 'list',
    title: 'list',
    question: '',
    judge: whenGot((got) => Array.isArray(got) && got.includes(MODEL)),
  },
  { name: 'ask', title: 'ask', question: 'How long can goods be returned?', judge: whenGot(isAnswer) },
  {
    name: 'stream',
    title: 'stream',
    question: 'How long can goods be returned?',
    judge: whenGot((got) => Array.isArray(got) && got.length >= FEWEST_PIECES && isAnswer(got.join(''))),
  },
  {
    name: 'stop',
    title: 'stop',
    question: 'Speak slowly.',
    judge: whenGot((got) => String(got).includes('word 0')),
  },
  {
    name: 'tools',
    title: 'tools',
    question: 'Use the tool get_weather with {"city":"Paris"}.',
    judge: whenGot((got) => TOOL_SAYS.test(String(got))),
  },
  {
    name: 'structured',
    title: 'structured output',
    question: 'Who wrote the first program?',
    judge: whenGot((got) => JSON.stringify(got) === WANTED_OBJECT),
  },
  {
    name: 'image',
    title: 'image',
    question: 'What do you see?',
    judge: whenGot((got) => String(got).includes('The image has 3 by 2 pixels.')),
  },
  { name: 'error', title: '429', question: 'Fail with 429.', judge: isRateLimit },
  {
    name: 'cut',
    title: 'broken stream',
    question: 'Break off.',
    judge: isFailure,
  },
];

function whenGot(isRight: (got: unknown) => boolean): Capability['judge'] {
  return ({ error, got }) => {
    if (error) return `${error.type}: ${error.message}`;
    return isRight(got) || `it got ${JSON.stringify(got)}`;
  };
}

/** Commands print more around the answer, but nothing in it, and not twice. */
function isAnswer(got: unknown): boolean {
  return typeof got === 'string' && got.split(ANSWER).length === 2;
}

function isRateLimit({ error, got }: Report): true | string {
  if (!error) return `it took ${JSON.stringify(got)} for an answer`;
  const isNamed = error.status === 429 || /rate.?limit|429/i.test(`${error.type} ${error.message}`);
  return isNamed || `it raised ${error.type} (${error.status}): ${error.message}`;
}

/** A refusal of the question is no failure of its answer. */
function isFailure({ error, got }: Report): true | string {
  if (!error) return `it took ${JSON.stringify(got)} for the complete answer`;
  const isRefused = (error.status ?? 0) >= 400 && error.status! < 500;
  return !(isRefused || error.message.startsWith(NO_END)) || `${error.type}: ${error.message}`;
}
