import { Random } from './random.js';

/** How a question identifies itself, wherever it is in a prompt. */
export function markOf(questionId: string): string {
  return `[q:${questionId}]`;
}

/** The question that a prompt asks: the last one in it, for earlier ones are history. */
export function findQuestionId(prompt: string): string | undefined {
  return Array.from(prompt.matchAll(/\[q:([\w-]+)\]/g), ([, id]) => id).at(-1);
}

/**
 * The answer that the model gives to a question. Every word names its question, the model call that said
 * it, and its number: `k7f1-0007`. Calls differ in that one digit alone, so that text of two calls that was
 * put together wrongly shows, and text that was continued at a known place is as long as the complete answer.
 */
export function answerTo(questionId: string, call: number): string {
  const random = new Random(`answer/${questionId}`);
  const tag = tagOf(questionId);
  const wordCount = random.whole(18, 120);
  let next = 0;
  const word = () => `${tag}${call % 10}-${String(next++).padStart(4, '0')}`;
  const paragraphs: string[] = [];
  while (next < wordCount) paragraphs.push(paragraph(random, word));
  return paragraphs.join('\n\n');
}

/** Whether `text` is the complete answer, whichever calls said its parts. */
export function isWholeAnswer(questionId: string, text: string): boolean {
  return withoutCalls(questionId, text) === withoutCalls(questionId, answerTo(questionId, 0));
}

/** Whether `text` is how the answer begins. */
export function isBeginning(questionId: string, text: string): boolean {
  const whole = answerTo(questionId, 0);
  // Cut inside a word, its digit may stand at the end without what follows it.
  const begun = whole.slice(0, text.length);
  const digit = new RegExp(`(?<=${tagOf(questionId)})\\d(?=-|$)`, 'g');
  return begun.replace(digit, '#') === text.replace(digit, '#');
}

function withoutCalls(questionId: string, text: string): string {
  return text.replace(new RegExp(`(?<=${tagOf(questionId)})\\d(?=-\\d{4})`, 'g'), '#');
}

function tagOf(questionId: string): string {
  const random = new Random(`tag/${questionId}`);
  const letters = 'abcdefghjkmnpqrstuvwxyz';
  return Array.from({ length: 3 }, () => letters[random.whole(0, letters.length - 1)]).join('');
}

type Writer = (random: Random, word: () => string) => string;

const prose: Writer = (random, word) =>
  Array.from({ length: random.whole(1, 4) }, () => `${words(random.whole(3, 9), word).join(' ')}.`).join(' ');

const chinese: Writer = (random, word) =>
  Array.from(
    { length: random.whole(1, 4) },
    () => `机器${words(random.whole(2, 6), word).join('，学习')}。`,
  ).join('');

const code: Writer = (random, word) =>
  ['```python', ...words(random.whole(2, 6), word).map((name) => `print("${name}")`), '```'].join('\n');

const table: Writer = (random, word) => {
  const row = () => `| ${word()} | ${word()} |`;
  return [row(), '| --- | --- |', ...Array.from({ length: random.whole(1, 4) }, row)].join('\n');
};

const list: Writer = (random, word) =>
  words(random.whole(2, 5), word)
    .map((item, index) => `${index + 1}. ${item} 👩‍👩‍👧 [link](https://example.org/${item})`)
    .join('\n');

function paragraph(random: Random, word: () => string): string {
  return random.pick<Writer>([
    [6, prose],
    [3, chinese],
    [1, code],
    [1, table],
    [1, list],
  ])(random, word);
}

function words(count: number, word: () => string): string[] {
  return Array.from({ length: count }, word);
}
