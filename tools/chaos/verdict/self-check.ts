import type { Exchange, Frame, HistoryRecord, Question } from '../history.js';
import { answerTo } from '../known-answer.js';
import type { ModelCall } from '../model/model-call.js';
import type { Receipt } from '../receipts.js';
import { gatherEvidence } from './evidence.js';
import type { Category } from './finding.js';
import { judge } from './verdict.js';

/** A run of one question, B, that was dropped once and resumed: nothing is wrong with it. */
interface Story {
  question: Question;
  exchanges: Exchange[];
  calls: ModelCall[];
  receipts: Map<string, Receipt | null>;
  conclusion: 'ended' | 'stopped' | 'refused';
  badExit: boolean;
}

const ID = 'self-check-1';
const TURN = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const OTHER = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b12';
const TEXT = answerTo(ID, 1);
const [COMMITTED, OPEN] = [TEXT.slice(0, 60), TEXT.slice(60)];
const END = { data: '', finish_reason: 'stop' };

/** What may have gone wrong, and how it is called then. */
const FAULTS: readonly (readonly [category: Category, spoil: (story: Story) => void])[] = [
  ['lost', (story) => changeReceipt(story, { status: 'failed', error_code: 'turn_interrupted' })],
  ['lost', (story) => story.receipts.set(TURN, null)],
  ['lost', (story) => changeReceipt(story, { text: TEXT.slice(1) })],
  ['duplicated', (story) => changeFrames(story, 1, (frames) => [frame(3, { data: COMMITTED }), ...frames])],
  ['duplicated', (story) => changeFrames(story, 1, (frames) => [...frames, frame(9, { data: '' })])],
  ['unterminated', (story) => changeReceipt(story, { status: 'running' })],
  ['unterminated', (story) => (story.conclusion = 'stopped')],
  ['double-generated', (story) => story.calls.push({ ...story.calls[0]!, call: 2 })],
  ['double-generated', (story) => repeatAsAnotherTurn(story)],
  ['differing', (story) => changeFrames(story, 1, (frames) => frames.toSpliced(1, 1))],
  [
    'differing',
    (story) => changeFrames(story, 0, (frames) => [...frames.slice(0, -1), frame(3, { data: 'x' })]),
  ],
  ['garbled', (story) => changeReceipt(story, { text: `${COMMITTED}${TEXT}` })],
  ['refused', (story) => refuse(story)],
  ['bad exits', (story) => (story.badExit = true)],
];

/**
 * Makes the checker judge small runs of which it is known what is wrong with them.
 * @throws Error when it finds fault with a good one, or none with a bad one
 */
export function checkTheChecker(): void {
  const found = categoriesIn(tell());
  if (found.length > 0) throw new Error(`The checker finds ${found.join(', ')} where nothing is wrong`);
  for (const [index, [category, spoil]] of FAULTS.entries()) {
    const story = tell();
    spoil(story);
    const missed = !categoriesIn(story).includes(category);
    if (missed) throw new Error(`The checker does not find "${category}" in case ${index}`);
  }
}

function tell(): Story {
  const question: Question = {
    id: ID,
    caller: 'self-check',
    kind: 'b-stream',
    path: '/api/chat',
    body: {},
    key: 'key',
  };
  const first = [
    frame(1, { data: '', chat_id: TURN }),
    frame(2, { sourceDocs: [] }),
    frame(3, { data: COMMITTED }),
  ];
  const second = [frame(4, { action: 'BREAK' }), frame(5, { data: OPEN }), frame(6, END), done(6)];
  return {
    question,
    exchanges: [
      exchange({ frames: first, end: 'broken' }),
      exchange({ frames: second, lastEventId: `${TURN}:3` }),
    ],
    calls: [call()],
    receipts: new Map([[TURN, receipt()]]),
    conclusion: 'ended',
    badExit: false,
  };
}

function categoriesIn({ question, exchanges, calls, receipts, conclusion, badExit }: Story): Category[] {
  const history: HistoryRecord[] = [
    { type: 'question', at: 0, ...question },
    ...exchanges.map((made) => ({ type: 'exchange' as const, ...made })),
    { type: 'conclusion', at: 100, questionId: ID, conclusion },
  ];
  if (badExit) history.push({ type: 'bad exit', at: 50, target: 'replica-1', detail: 'code 1' });
  return judge(gatherEvidence(history, calls, receipts)).findings.map(({ category }) => category);
}

function frame(seq: number, body: object): Frame {
  return { id: `${TURN}:${seq}`, data: JSON.stringify(body) };
}

function done(seq: number): Frame {
  return { id: `${TURN}:${seq}`, data: '[DONE]' };
}

function exchange(given: Partial<Exchange>): Exchange {
  const sent = {
    questionId: ID,
    isEcho: false,
    method: 'POST',
    path: '/api/chat',
    key: 'key',
    lastEventId: null,
  } as const;
  const times = { startedAt: 1, endedAt: 2 };
  return { ...sent, ...times, upstream: null, status: 200, answer: null, frames: [], end: 'clean', ...given };
}

function call(): ModelCall {
  const times = { startedAt: 1, endedAt: 2 };
  return { questionId: ID, call: 1, target: 'first', keptChars: 0, fault: '', ...times, end: 'answered' };
}

function receipt(given: Partial<Receipt> = {}): Receipt {
  const times = { created_at: '2026-01-01T00:00:00.000Z', ended_at: '2026-01-01T00:00:09.000Z' };
  const attempts = [{ target: 'first', outcome: 'answered' }];
  return {
    chat_id: TURN,
    status: 'completed',
    text: TEXT,
    finish_reason: 'stop',
    attempts,
    ...times,
    ...given,
  };
}

function changeReceipt(story: Story, change: Partial<Receipt>): void {
  story.receipts.set(TURN, receipt(change));
}

function changeFrames(story: Story, index: number, change: (frames: readonly Frame[]) => Frame[]): void {
  const { frames, ...rest } = story.exchanges[index]!;
  story.exchanges[index] = { ...rest, frames: change(frames) };
}

/** The key brings another turn, while the first has not failed. */
function repeatAsAnotherTurn(story: Story): void {
  const frames = [{ id: `${OTHER}:1`, data: JSON.stringify({ data: '', chat_id: OTHER }) }];
  story.exchanges.push(exchange({ frames }));
  story.receipts.set(OTHER, receipt({ chat_id: OTHER, created_at: '2026-01-01T00:00:05.000Z' }));
}

function refuse(story: Story): void {
  story.exchanges.push(exchange({ status: 404, answer: '{}', lastEventId: `${TURN}:6` }));
  story.conclusion = 'refused';
}
