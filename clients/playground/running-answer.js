import { ProblemError } from './chat-client.js';
import { say } from './words.js';

/** @import { AnswerEvent, ChatClient, ReconnectingEvent } from './chat-client.js' */
/** @import { Values, Word } from './words.js' */

/** So long an answer may go on that is to be stopped; then nothing more of it is read. */
const STOP_TIMEOUT_MS = 5_000;

/** The answer that comes at present: it says how far it is, and can be stopped. */
export class RunningAnswer {
  #client;
  #status;
  #leaving = new AbortController();
  /**
   * As soon as the question is accepted.
   * @type {string | undefined}
   */
  #chatId;
  #isToStop = false;
  /**
   * What was said last.
   * @type {Word}
   */
  #word = 'asking';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leavingLater;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {ChatClient} client
   * @param {HTMLElement} status
   */
  constructor(client, status) {
    this.#client = client;
    this.#status = status;
    say(status, this.#word);
  }

  /** Ends the reading. */
  get signal() {
    return this.#leaving.signal;
  }

  /** @param {AnswerEvent} event */
  take(event) {
    clearTimeout(this.#pause);
    switch (event.type) {
      case 'reconnecting':
        this.#tellPause(event);
        return;
      case 'completed':
        this.#tellEnd(event.answer.finishReason);
        return;
      case 'started':
        this.#chatId = event.chatId;
        if (this.#isToStop) void this.#stop(event.chatId);
    }
    // Said again with each token, it would never be read out to its end.
    if (this.#word !== 'answering') this.#tell('answering');
  }

  /** Has the service stop it, as soon as it is known by what id. */
  stop() {
    if (this.#isToStop) return;
    this.#tell('stopping');
    this.#isToStop = true;
    if (this.#chatId !== undefined) void this.#stop(this.#chatId);
    else this.#leaveLater();
  }

  /** Nothing more of it is read. Whether it goes on is up to the service. */
  leave() {
    this.#leaving.abort();
  }

  /** To be called when it is over, however it ended. */
  end() {
    clearTimeout(this.#leavingLater);
    clearTimeout(this.#pause);
  }

  /** @param {string} chatId */
  async #stop(chatId) {
    this.#leaveLater();
    try {
      await this.#client.stop(chatId, { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    } catch {
      this.leave();
    }
  }

  /** Without it, a service that does not answer would keep the page from asking anything else. */
  #leaveLater() {
    clearTimeout(this.#leavingLater);
    this.#leavingLater = setTimeout(() => this.leave(), STOP_TIMEOUT_MS);
  }

  /** @param {ReconnectingEvent} event */
  #tellPause({ delayMs, cause }) {
    const seconds = (delayMs / 1_000).toFixed(1);
    if (cause instanceof ProblemError)
      this.#tell('refusedForNow', { seconds, code: cause.code ?? `HTTP ${cause.status}` });
    else this.#tell('reconnecting', { seconds });
    this.#pause = setTimeout(() => this.#tell('reconnectingNow'), delayMs);
  }

  /** @param {import('./chat-client.js').FinishReason} finishReason */
  #tellEnd(finishReason) {
    say(this.#status, finishReason === 'stop' ? 'answered' : `reason_${finishReason}`);
  }

  /**
   * @param {Word} word
   * @param {Values} [values]
   */
  #tell(word, values) {
    // The next token is no reason to take back that it is being stopped.
    if (this.#isToStop) return;
    this.#word = word;
    say(this.#status, word, values);
  }
}
