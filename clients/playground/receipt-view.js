import { make } from './element.js';
import { isWord, say } from './words.js';

/** @import { ChatClient, Receipt } from './chat-client.js' */

/** What of a receipt is shown in words, in this order; the rest is in the JSON below. */
const ROWS = /** @type {const} */ ([
  'chat_id',
  'variant',
  'status',
  'finish_reason',
  'error_code',
  'error_detail',
  'conversation_id',
  'end_user',
  'model_name',
  'prompt_name',
  'prompt_version',
]);

/**
 * The receipt of an answer, to be unfolded. It is read again each time: feedback comes later.
 * @param {ChatClient} client
 * @param {string} chatId
 */
export function makeReceipt(client, chatId) {
  const content = make('div');
  const folded = make('details', { className: 'receipt' }, say(make('summary'), 'receipt'), content);
  folded.addEventListener('toggle', () => {
    if (folded.open) void load(client, chatId, content);
  });
  return folded;
}

/**
 * @param {ChatClient} client
 * @param {string} chatId
 * @param {HTMLElement} content
 */
async function load(client, chatId, content) {
  try {
    content.replaceChildren(...toContent(await client.receipt(chatId)));
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    content.replaceChildren(say(make('p', { className: 'fault' }), 'receiptFailed', { detail }));
  }
}

/** @param {Receipt} receipt */
function toContent(receipt) {
  const { usage, attempts, feedback } = receipt;
  const list = make('dl');
  for (const name of ROWS) {
    const value = receipt[name];
    if (value !== undefined && value !== null) addRow(list, name, String(value));
  }
  if (usage) addRow(list, 'usage', say(make('span'), 'usage', { ...usage }));
  addRow(
    list,
    'attempts',
    attempts.map(({ target, outcome, duration_ms }) => `${target}: ${outcome}, ${duration_ms} ms`).join('; '),
  );
  addRow(
    list,
    'feedback',
    feedback
      .map(({ stars, better_answer }) => `${'★'.repeat(stars ?? 0)} ${better_answer ?? ''}`.trim())
      .join('; '),
  );
  const json = make(
    'details',
    {},
    say(make('summary'), 'receiptJson'),
    make('pre', {}, JSON.stringify(receipt, null, 2)),
  );
  return [list, json];
}

/**
 * @param {HTMLDListElement} list
 * @param {string} name
 * @param {string | HTMLElement} value
 */
function addRow(list, name, value) {
  const word = `receipt_${name}`;
  if (value === '' || !isWord(word)) return;
  list.append(say(make('dt'), word), make('dd', {}, value));
}
