/** What the segmenter costs a delta of 5 characters, in time and in calls of functions: see docs/performance.md. */
import { Session } from 'node:inspector/promises';
import { Segmenter, type SegmenterOptions } from '../../../src/segmenter/segmenter.js';
import { answerOf, KINDS, LANGUAGES } from '../../../test/support/service/answer-kinds.js';
import { markdownTable } from '../report/table.js';

const DELTA_CHARS = 5;
/** A model that says 50 deltas a second. */
const DELTA_EVERY_MS = 20;
const ROUNDS = 600;
const NAMES = ['prose', 'numbered steps', 'code and text', 'mixed'];
const SETTINGS: readonly (SegmenterOptions & { readonly title: string })[] = [
  { title: 'by default', minChars: 600, afterMs: 15_000 },
  { title: '2,048 bytes', minChars: 600, afterMs: 15_000, maxBytes: 2_048 },
];

/** Cuts an answer as it comes; returns how many deltas it was. */
function run(chunks: readonly string[], options: SegmenterOptions): void {
  const segmenter = new Segmenter(options, 0);
  for (const [index, chunk] of chunks.entries()) {
    segmenter.push(chunk, index * DELTA_EVERY_MS);
    // As AnswerText does after every delta.
    void segmenter.wakeAt;
  }
  segmenter.flush();
}

function chunksOf(text: string): string[] {
  return text.match(new RegExp(`.{1,${DELTA_CHARS}}`, 'gsu')) ?? [];
}

/** Calls of the segmenter's functions, counted by V8. */
async function callsIn(session: Session, work: () => void): Promise<number> {
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  await session.post('Profiler.stopPreciseCoverage');
  return result
    .filter(({ url }) => url.includes('/segmenter/'))
    .flatMap(({ functions }) => functions)
    .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
const rows: string[][] = [];
for (const name of NAMES) {
  for (const language of LANGUAGES) {
    const kind = KINDS.find((one) => one.name === name);
    if (!kind) continue;
    const chunks = chunksOf(answerOf(kind, language, { bytes: 5_000, seed: 3 }));
    const cells: string[] = [];
    for (const options of SETTINGS) {
      const work = () => run(chunks, options);
      for (let round = 0; round < ROUNDS; round++) work();
      const startedAt = process.cpuUsage();
      for (let round = 0; round < ROUNDS; round++) work();
      const microseconds = process.cpuUsage(startedAt).user / (ROUNDS * chunks.length);
      const calls = (await callsIn(session, work)) / chunks.length;
      cells.push(microseconds.toFixed(2), calls.toFixed(0));
    }
    rows.push([name, language, String(chunks.length), ...cells]);
  }
}
const head = SETTINGS.flatMap(({ title }) => [`${title}: µs a delta`, 'calls a delta']);
process.stdout.write(`${markdownTable(['answer', 'language', 'deltas', ...head], rows)}\n`);
