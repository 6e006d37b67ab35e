import { types } from 'node:util';

/**
 * An error whose message was made for the log. Every other message may quote what callers, models or the configuration
 * said: `Unexpected token 'W', "What is …" is not valid JSON`, `invalid input syntax for type uuid: "…"`.
 */
export interface LoggableError extends Error {
  readonly isLoggable: true;
}

const MAX_DEPTH = 4;
const MAX_FRAMES = 12;
/** The longest message that is quoted, in characters; at `debug` only. */
const MAX_QUOTE_CHARS = 300;

/**
 * What a log may hold of anything that was thrown: names, codes and stack frames of it and its causes, and the messages
 * of {@link LoggableError}s. Several lines.
 */
export function describeError(thrown: unknown): string {
  return causesOf(thrown)
    .map((error) => [headOf(error), ...framesOf(error)].join('\n'))
    .join('\ncaused by ');
}

/** The same in one line, without frames. */
export function summarizeError(thrown: unknown): string {
  return causesOf(thrown).map(headOf).join(', caused by ');
}

/** The messages that {@link describeError} leaves out, cut to 300 characters: for `debug`. */
export function quoteError(thrown: unknown): string {
  const messages = causesOf(thrown).map((error) => (isError(error) ? error.message : String(error)));
  return messages.join(' < ').slice(0, MAX_QUOTE_CHARS);
}

/** Only stack frames: the message before them may have lines that look like a frame. */
export function framesOf(thrown: unknown): string[] {
  if (!isError(thrown)) return [];
  const { stack = '', message } = thrown;
  const at = stack.indexOf(message);
  const lines = at < 0 ? [] : stack.slice(at + message.length).split('\n');
  return lines.filter((line) => /^ {4}at /.test(line)).slice(0, MAX_FRAMES);
}

/** Also an error of another realm, such as Node's own in a test. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

function causesOf(thrown: unknown): unknown[] {
  const causes = [thrown];
  for (let error = thrown; isError(error) && error.cause !== undefined; error = error.cause) {
    if (causes.length === MAX_DEPTH) break;
    causes.push(error.cause);
  }
  return causes;
}

function headOf(error: unknown): string {
  if (!isError(error)) return `a thrown ${typeof error}`;
  const { code } = error as { code?: unknown };
  const name = /^\w{1,64}$/.test(error.name) ? error.name : 'Error';
  const codeText = typeof code === 'string' && /^\w{1,64}$/.test(code) ? ` ${code}` : '';
  return name + codeText + ('isLoggable' in error ? `: ${error.message}` : '');
}
