import { ConnectionError, ProblemError } from './chat-client.js';
import { make } from './element.js';
import { say } from './words.js';

/** @import { AnswerEvent, SourceDoc } from './chat-client.js' */
/** @import { Word } from './words.js' */

/** How long text that was voided stays in sight, crossed out. */
const VOIDED_FOR_MS = 1_500;

/** A question, and its answer as it comes: a bubble a message. */
export class AnswerView {
  /**
   * As soon as the question is accepted.
   * @type {string | undefined}
   */
  chatId;
  /**
   * Of variant A.
   * @type {string | undefined}
   */
  conversationId;
  root = make('article', { className: 'turn' });
  /**
   * The message that is being written.
   * @type {HTMLElement | undefined}
   */
  #bubble;

  /** @param {string} question */
  constructor(question) {
    this.root.append(make('p', { className: 'asked' }, question));
  }

  /** @param {AnswerEvent} event */
  show(event) {
    switch (event.type) {
      case 'started':
        this.chatId = event.chatId;
        this.conversationId = event.conversationId;
        break;
      case 'sources':
        this.root.append(toSources(event.sources));
        break;
      case 'text':
        this.#openBubble().append(event.text);
        break;
      case 'retrying':
        this.#void();
        this.root.append(say(make('p', { className: 'note' }), 'retrying'));
        break;
      case 'break':
        this.#closeBubble();
        this.root.append(say(make('p', { className: 'note' }), 'nextMessage'));
        break;
      case 'completed':
        this.#closeBubble();
        this.#tellEnd(event.answer);
    }
  }

  /**
   * Adds the details that a developer looks for.
   * @param {...HTMLElement} more
   */
  showMore(...more) {
    // In a log, all of it would be read out behind each answer.
    this.root.append(make('div', { ariaLive: 'off' }, ...more));
  }

  /** @param {unknown} error */
  fail(error) {
    this.#closeBubble();
    this.root.append(toFault(error));
  }

  #openBubble() {
    if (this.#bubble === undefined) {
      this.#bubble = make('p', { className: 'message', ariaBusy: 'true' });
      this.root.append(this.#bubble);
    }
    return this.#bubble;
  }

  #closeBubble() {
    if (this.#bubble) {
      this.#bubble.ariaBusy = 'false';
      // The blank lines at which a message is cut belong to its text, but would be shown as a hole.
      this.#bubble.textContent = (this.#bubble.textContent ?? '').trimEnd();
    }
    this.#bubble = undefined;
  }

  /** What was said since the last BREAK goes, in sight of the reader. */
  #void() {
    if (this.#bubble === undefined) return;
    const voided = make('del', { className: 'voided', ariaHidden: 'true' }, this.#bubble.textContent ?? '');
    this.#bubble.replaceWith(voided);
    this.#bubble = undefined;
    setTimeout(() => voided.remove(), VOIDED_FOR_MS);
  }

  /** @param {import('./chat-client.js').Answer} answer */
  #tellEnd({ finishReason, usage }) {
    const reason = say(make('span'), `reason_${finishReason}`);
    const tokens = say(make('span'), 'usage', { ...usage });
    this.root.append(make('p', { className: 'outcome' }, reason, ' · ', tokens));
  }
}

/** @param {readonly SourceDoc[]} sources */
function toSources(sources) {
  if (sources.length === 0) return say(make('p', { className: 'outcome' }), 'noSources');
  const items = sources.map(({ pageContent, metadata }) =>
    make('li', {}, make('strong', {}, String(metadata.source)), make('blockquote', {}, pageContent)),
  );
  const summary = say(make('summary'), 'sources', { count: sources.length });
  return make('details', { className: 'sources' }, summary, make('ol', {}, ...items));
}

/** @param {unknown} error */
function toFault(error) {
  // No alert: the log that it is in is read out already, and would be twice.
  const fault = make('div', { className: 'fault' });
  if (error instanceof ProblemError) {
    const { code = `HTTP ${error.status}`, problem, message } = error;
    fault.append(say(make('strong'), 'requestFailed', { code }), make('p', {}, message));
    const errors = problem?.errors ?? [];
    if (errors.length > 0)
      fault.append(
        make('ul', {}, ...errors.map(({ pointer, detail }) => make('li', {}, `${pointer}: ${detail}`))),
      );
    if (problem) fault.append(say(make('small'), 'requestId', { id: problem.request_id }));
    return fault;
  }
  /** @type {Word} */
  const word = error instanceof ConnectionError ? 'connectionLost' : 'leftEarly';
  fault.append(say(make('strong'), word));
  if (error instanceof ConnectionError) fault.append(make('p', {}, describeCause(error)));
  return fault;
}

/** @param {ConnectionError} error */
function describeCause({ message, cause }) {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
