import { AnswerView } from './answer-view.js';
import { createChatClient, ProblemError } from './chat-client.js';
import { find, make } from './element.js';
import { makeRatingForm } from './rating-form.js';
import { makeReceipt } from './receipt-view.js';
import { beSilent, otherLanguage, say, switchLanguage, translatePage } from './words.js';

/** @import { AnswerEvent, ChatClient, Question } from './chat-client.js' */
/** @import { Word } from './words.js' */

const KEY_ITEM = 'llm-chat-playground-key';
/** So near the end of the page, a reader wants to see what comes. */
const END_PX = 120;

const page = {
  language: find('language', HTMLButtonElement),
  keyForm: find('key-form', HTMLFormElement),
  key: find('key', HTMLInputElement),
  keyFault: find('key-fault', HTMLParagraphElement),
  forget: find('forget', HTMLButtonElement),
  settings: find('settings', HTMLFieldSetElement),
  model: find('model', HTMLSelectElement),
  prompt: find('prompt', HTMLSelectElement),
  newConversation: find('new-conversation', HTMLButtonElement),
  log: find('log', HTMLDivElement),
  status: find('status', HTMLParagraphElement),
  askForm: find('ask-form', HTMLFormElement),
  question: find('question', HTMLTextAreaElement),
  ask: find('ask', HTMLButtonElement),
  stop: find('stop', HTMLButtonElement),
};

/** The end user of this tab, in both variants. */
const uid = newUuid();

/** @type {ChatClient | undefined} */
let client;
/**
 * Of variant A, as soon as it has begun.
 * @type {string | undefined}
 */
let conversationId;
/**
 * The answer that comes at present.
 * @type {{ view: AnswerView, leaving: AbortController } | undefined}
 */
let running;

/** @param {string} key */
async function connect(key) {
  disconnect();
  if (key === '') return refuseKey('keyMissing');
  try {
    // Beside this page, wherever a proxy may have put it.
    const connected = createChatClient({ baseUrl: '.', key });
    const [models, prompts] = await Promise.all([connected.models(), connected.prompts()]);
    if (page.key.value.trim() !== key) return;
    client = connected;
    page.model.replaceChildren(...models.map(({ name }) => make('option', { value: name }, name)));
    page.prompt.replaceChildren(...prompts.map(({ name }) => make('option', { value: name }, name)));
    page.prompt.value = 'default';
    sessionStorage.setItem(KEY_ITEM, key);
    say(page.status, 'connected');
    showState();
    page.question.focus();
  } catch (error) {
    // What no header takes is no key either.
    const isWrong = error instanceof TypeError || (error instanceof ProblemError && error.status === 401);
    if (isWrong) refuseKey('keyWrong');
    else refuseKey('notReached', error instanceof Error ? error.message : '');
  }
}

function disconnect() {
  client = undefined;
  conversationId = undefined;
  sessionStorage.removeItem(KEY_ITEM);
  running?.leaving.abort();
  beSilent(page.keyFault);
  beSilent(page.status);
  page.key.ariaInvalid = null;
  showState();
}

/**
 * @param {Word} word
 * @param {string} [detail]
 */
function refuseKey(word, detail = '') {
  page.key.ariaInvalid = 'true';
  say(page.keyFault, word, { detail });
  page.key.focus();
}

function showState() {
  const isConnected = client !== undefined;
  const isQa = variant() === 'qa';
  page.forget.hidden = !isConnected;
  page.settings.disabled = !isConnected;
  page.question.disabled = !isConnected;
  page.ask.disabled = !isConnected || running !== undefined;
  for (const choice of [page.model, page.prompt, page.newConversation]) choice.disabled = isQa;
  // A button that goes takes the focus with it.
  if (running === undefined && document.activeElement === page.stop) page.question.focus();
  page.stop.disabled = running === undefined;
}

function variant() {
  return document.querySelector('input[name="variant"]:checked')?.getAttribute('value');
}

/**
 * @param {string} text
 * @returns {Question}
 */
function toQuestion(text) {
  if (variant() === 'qa') return { question: text, uid };
  return {
    query: text,
    user_id: uid,
    model_name: page.model.value,
    prompt_name: page.prompt.value,
    conversation_id: conversationId,
  };
}

/** @param {string} text */
async function ask(text) {
  if (client === undefined || running !== undefined || text.trim() === '') return;
  const asked = client;
  const view = new AnswerView(text);
  const leaving = new AbortController();
  running = { view, leaving };
  page.log.append(view.root);
  page.question.value = '';
  say(page.status, 'asking');
  showState();
  view.root.scrollIntoView({ block: 'nearest' });
  try {
    const answer = asked.ask(toQuestion(text), { signal: leaving.signal });
    for await (const event of answer) keepingTheEndInSight(() => show(view, event));
  } catch (error) {
    keepingTheEndInSight(() => view.fail(error));
    say(page.status, 'failed');
  }
  running = undefined;
  if (asked === client) conversationId = view.conversationId ?? conversationId;
  const { chatId } = view;
  if (chatId !== undefined)
    keepingTheEndInSight(() =>
      view.root.append(makeRatingForm(asked, { chatId, uid }), makeReceipt(asked, chatId)),
    );
  showState();
}

/**
 * @param {AnswerView} view
 * @param {AnswerEvent} event
 */
function show(view, event) {
  view.show(event);
  if (event.type === 'reconnecting') {
    say(page.status, 'reconnecting', { seconds: (event.delayMs / 1_000).toFixed(1) });
    return;
  }
  const word = event.type === 'completed' ? 'answered' : 'answering';
  // Said again with each token, it would never be read out to its end.
  if (page.status.dataset['word'] !== word) say(page.status, word);
}

async function stop() {
  if (client === undefined || running === undefined) return;
  const { view, leaving } = running;
  say(page.status, 'stopping');
  // Without an id it was not accepted yet: nothing but the connection is there to be ended.
  if (view.chatId === undefined) return leaving.abort();
  try {
    await client.stop(view.chatId);
  } catch {
    leaving.abort();
  }
}

/** @param {() => void} change */
function keepingTheEndInSight(change) {
  const { scrollHeight } = document.documentElement;
  const isAtEnd = window.scrollY + window.innerHeight >= scrollHeight - END_PX;
  change();
  if (isAtEnd) window.scrollTo({ top: document.documentElement.scrollHeight });
}

/** Not `randomUUID`, which browsers have on secure pages only. */
function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function showLanguage() {
  const other = otherLanguage();
  page.language.lang = other;
  page.language.textContent = other === 'en' ? 'English' : '中文';
}

page.language.addEventListener('click', () => {
  switchLanguage();
  showLanguage();
});
page.keyForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void connect(page.key.value.trim());
});
page.forget.addEventListener('click', () => {
  page.key.value = '';
  disconnect();
  page.key.focus();
});
page.settings.addEventListener('change', showState);
page.newConversation.addEventListener('click', () => {
  conversationId = undefined;
  say(page.status, 'conversationBegun');
  page.question.focus();
});
page.askForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void ask(page.question.value);
});
page.question.addEventListener('keydown', (event) => {
  // While an input method composes Chinese, Enter chooses a candidate.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.askForm.requestSubmit();
});
page.stop.addEventListener('click', () => void stop());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing) void stop();
});

translatePage();
showLanguage();
showState();
page.key.value = sessionStorage.getItem(KEY_ITEM) ?? '';
if (page.key.value !== '') void connect(page.key.value);
else page.key.focus();
