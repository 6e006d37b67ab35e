import { AnswerView } from './answer-view.js';
import { createChatClient, ProblemError } from './chat-client.js';
import { find, make } from './element.js';
import { forgetKey, rememberedKey, rememberKey } from './key-store.js';
import { makeRatingForm } from './rating-form.js';
import { makeReceipt } from './receipt-view.js';
import { RunningAnswer } from './running-answer.js';
import { beSilent, otherLanguage, say, switchLanguage, translatePage } from './words.js';

/** @import { ChatClient, Question } from './chat-client.js' */
/** @import { Word } from './words.js' */

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
/** How often a key was given or forgotten: what comes of an earlier one is no news. */
let connects = 0;
/**
 * Of the Conversation API: the conversation of the next question. It has an id as soon as it has begun.
 * @type {{ id?: string }}
 */
let conversation = {};
/**
 * The answer that comes at present.
 * @type {RunningAnswer | undefined}
 */
let running;

/** @param {string} key */
async function connect(key) {
  disconnect();
  const current = connects;
  if (key === '') return refuseKey('keyMissing');
  try {
    // Beside this page, wherever a proxy may have put it.
    const connected = createChatClient({ baseUrl: '.', key });
    const [models, prompts] = await Promise.all([connected.models(), connected.prompts()]);
    if (current !== connects) return;
    client = connected;
    page.model.replaceChildren(...models.map(({ name }) => make('option', { value: name }, name)));
    page.prompt.replaceChildren(...prompts.map(({ name }) => make('option', { value: name }, name)));
    page.prompt.value = 'default';
    rememberKey(key);
    say(page.status, 'connected');
    showState();
    page.question.focus();
  } catch (error) {
    if (current !== connects) return;
    // What no header takes is no key either.
    const isWrong = error instanceof TypeError || (error instanceof ProblemError && error.status === 401);
    if (isWrong) refuseKey('keyWrong');
    else refuseKey('notReached', error instanceof Error ? error.message : '');
  }
}

function disconnect() {
  connects++;
  client = undefined;
  conversation = {};
  forgetKey();
  running?.leave();
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
  for (const choice of [page.model, page.prompt, page.newConversation]) choice.disabled = isQa;
  const [going, coming] = running === undefined ? [page.stop, page.ask] : [page.ask, page.stop];
  // A button that goes takes the focus with it.
  if (document.activeElement === going) page.question.focus();
  going.disabled = true;
  coming.disabled = !isConnected;
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
    conversation_id: conversation.id,
  };
}

/** @param {string} text */
async function ask(text) {
  if (client === undefined || running !== undefined || text.trim() === '') return;
  const asked = client;
  const askedIn = conversation;
  const view = new AnswerView(text);
  const current = new RunningAnswer(asked, page.status);
  running = current;
  page.log.append(view.root);
  page.question.value = '';
  showState();
  view.root.scrollIntoView({ block: 'nearest' });
  try {
    const answer = asked.ask(toQuestion(text), { signal: current.signal });
    for await (const event of answer) {
      keepingTheEndInSight(() => view.show(event));
      current.take(event);
    }
  } catch (error) {
    keepingTheEndInSight(() => view.fail(error));
    say(page.status, 'failed');
  }
  current.end();
  running = undefined;
  // Not that of the page: a new one may have been begun while the answer came.
  askedIn.id = view.conversationId ?? askedIn.id;
  const { chatId } = view;
  if (chatId !== undefined)
    keepingTheEndInSight(() =>
      view.showMore(makeRatingForm(asked, { chatId, uid }), makeReceipt(asked, chatId)),
    );
  showState();
}

/**
 * Whether an input method has the key: with Enter it takes a word, with Escape it drops one.
 * @param {KeyboardEvent} event
 */
function isComposing(event) {
  // Safari ends the composition before it tells of the key that ended it, which is 229 then.
  return event.isComposing || event.keyCode === 229;
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
  conversation = {};
  say(page.status, 'conversationBegun');
  page.question.focus();
});
page.askForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void ask(page.question.value);
});
page.question.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
  event.preventDefault();
  page.askForm.requestSubmit();
});
page.stop.addEventListener('click', () => running?.stop());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !isComposing(event)) running?.stop();
});

translatePage();
showLanguage();
showState();
page.key.value = rememberedKey();
if (page.key.value !== '') void connect(page.key.value);
else page.key.focus();
