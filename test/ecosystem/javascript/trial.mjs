/** What the programs of all JavaScript clients share: the questions, and the form of a report. */
/* global AbortController */
import { clearTimeout, setTimeout } from 'node:timers';

const { env } = process;

export const BASE_URL = env['BASE_URL'];
export const API_KEY = env['API_KEY'];
export const MODEL = env['MODEL'];
export const VARIANT = env['VARIANT'];
/** A `data:` URL of a PNG. */
export const IMAGE = env['IMAGE'];
/** What the tool of a program returns. */
export const TOOL_RESULT = env['TOOL_RESULT'];

const TASK_MS = Number(env['TASK_SECONDS'] ?? 60) * 1_000;

/**
 * Runs the task of each capability that is asked for.
 * @param {Record<string, (question: string) => Promise<unknown>>} tasks each returns what the client gave
 */
export async function play(tasks) {
  for (const [capability, question] of Object.entries(JSON.parse(env['QUESTIONS']))) {
    const task = tasks[capability] ?? notTried;
    try {
      report({ capability, got: await inTime(task(question)) });
    } catch (error) {
      console.error(capability, error);
      const { name: type, message } = error;
      report({
        capability,
        error: { type, status: statusOf(error), message: String(message).slice(0, 2_000) },
      });
    }
  }
  process.exit(0);
}

/** All pieces of a stream. */
export async function allOf(pieces) {
  const texts = [];
  for await (const piece of pieces) texts.push(piece);
  return texts;
}

/**
 * The first piece of a stream, whose reader then stops it.
 * @param {(signal: AbortSignal) => AsyncIterable<string>} begin
 */
export async function firstOf(begin) {
  const stopping = new AbortController();
  for await (const piece of begin(stopping.signal)) {
    stopping.abort();
    return piece;
  }
  return '';
}

function report(line) {
  console.log(`@@ ${JSON.stringify(line)}`);
}

function notTried() {
  return Promise.reject(new Error('the program does not try it'));
}

function inTime(promise) {
  const late = Promise.withResolvers();
  const timer = setTimeout(() => late.reject(new Error(`no end after ${TASK_MS} ms`)), TASK_MS);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/** The HTTP status of an error, or of the error that caused it. */
function statusOf(error) {
  for (let cause = error; cause; cause = cause.cause ?? cause.lastError) {
    const status = cause.status ?? cause.statusCode;
    if (typeof status === 'number') return status;
  }
  return undefined;
}
