import { silently } from './live-regions.js';

const ENGLISH = {
  title: 'Playground',
  key: 'Key',
  keyHint: 'The key that the first start printed. It stays in this tab, and is gone when you close it.',
  connect: 'Use this key',
  forget: 'Forget the key',
  keyMissing: 'Paste a key first.',
  keyWrong: 'The service does not know this key. Paste another one, or make one: npm run client:add -- NAME',
  notReached: 'The service could not be reached: {detail}',
  settings: 'How to ask',
  variant: 'API',
  variantQa: 'QA API: answers from documents, with sources',
  variantConversation: 'Conversation API: remembers the conversation',
  model: 'Model',
  prompt: 'Prompt',
  settingsHint: 'The QA API uses the default model and its own prompt template.',
  newConversation: 'New conversation',
  conversationBegun: 'A new conversation begins with the next question.',
  log: 'Questions and answers',
  question: 'Question',
  questionHint: 'Enter asks, Shift and Enter begins a new line, Escape stops.',
  ask: 'Ask',
  stop: 'Stop',
  connected: 'The key works. Ask something.',
  asking: 'Asking …',
  answering: 'The answer comes …',
  retrying: 'RETRYING: the model failed. The text of this message is retracted, and comes again.',
  nextMessage: 'BREAK: the message is complete.',
  reconnecting: 'The connection dropped. Back in {seconds} s …',
  refusedForNow: 'Refused for the time being ({code}). Trying again in {seconds} s …',
  reconnectingNow: 'Reconnecting …',
  stopping: 'Stopping …',
  answered: 'The answer is complete.',
  failed: 'There is no answer, or not all of it.',
  sources: 'Sources ({count})',
  noSources: 'No sources were found',
  reason_stop: 'Complete',
  reason_length: 'Cut off at the token limit',
  reason_content_filter: 'Withheld by the model server',
  reason_tool_calls: 'Ended by calls of tools',
  reason_cancelled: 'Stopped',
  requestFailed: 'The question was refused, or its answer failed ({code})',
  connectionLost: 'The connection was lost for good',
  leftEarly: 'Left early',
  requestId: 'Request {id}',
  rate: 'Rate this answer',
  stars: '{count} of 5 stars',
  betterAnswer: 'A better answer',
  sendRating: 'Send the rating',
  ratingMissing: 'Choose stars, or write a better answer.',
  ratingStored: 'Stored, revision {revision}.',
  ratingFailed: 'Not stored: {detail}',
  receipt: 'Receipt',
  receiptFailed: 'There is no receipt: {detail}',
  receiptJson: 'As it is stored (JSON)',
  receipt_chat_id: 'Answer',
  receipt_variant: 'API',
  receipt_status: 'Status',
  receipt_finish_reason: 'Ended by',
  receipt_error_code: 'Failure',
  receipt_error_detail: 'Why',
  receipt_conversation_id: 'Conversation',
  receipt_end_user: 'End user',
  receipt_model_name: 'Model',
  receipt_prompt_name: 'Prompt',
  receipt_prompt_version: 'Version of the prompt',
  receipt_usage: 'Tokens',
  receipt_attempts: 'Attempts',
  receipt_feedback: 'Feedback',
  usage: '{input_tokens} tokens in, {output_tokens} out',
};

/** @type {Record<Word, string>} */
const CHINESE = {
  title: '试用台',
  key: '密钥',
  keyHint: '首次启动时打印的密钥。只保留在这个标签页里，关闭后就没有了。',
  connect: '使用此密钥',
  forget: '忘记密钥',
  keyMissing: '请先粘贴密钥。',
  keyWrong: '服务不认识这个密钥。请换一个，或者新建：npm run client:add -- NAME',
  notReached: '无法连接服务：{detail}',
  settings: '提问方式',
  variant: 'API',
  variantQa: '问答 API：根据文档回答，给出来源',
  variantConversation: '会话 API：记住会话',
  model: '模型',
  prompt: '提示词模板',
  settingsHint: '问答 API 使用默认模型和它自己的提示词模板。',
  newConversation: '新会话',
  conversationBegun: '下一个问题开始新的会话。',
  log: '问题与回答',
  question: '问题',
  questionHint: '回车提问，Shift 加回车换行，Esc 停止。',
  ask: '提问',
  stop: '停止',
  connected: '密钥可用，请提问。',
  asking: '正在提问……',
  answering: '正在回答……',
  retrying: 'RETRYING：模型出错，这条消息的文字已撤回，正在重新生成。',
  nextMessage: 'BREAK：这条消息结束。',
  reconnecting: '连接断开，{seconds} 秒后重连……',
  refusedForNow: '暂时被拒绝（{code}），{seconds} 秒后再试……',
  reconnectingNow: '正在重连……',
  stopping: '正在停止……',
  answered: '回答完毕。',
  failed: '没有回答，或者不完整。',
  sources: '来源（{count}）',
  noSources: '没有找到来源',
  reason_stop: '完整',
  reason_length: '达到 Token 上限',
  reason_content_filter: '被模型服务屏蔽',
  reason_tool_calls: '以工具调用结束',
  reason_cancelled: '已停止',
  requestFailed: '问题被拒绝，或回答失败（{code}）',
  connectionLost: '连接彻底断开',
  leftEarly: '提前离开',
  requestId: '请求 {id}',
  rate: '评价这个回答',
  stars: '{count} 星（满分 5 星）',
  betterAnswer: '更好的回答',
  sendRating: '提交评价',
  ratingMissing: '请选择星级，或者写出更好的回答。',
  ratingStored: '已保存，第 {revision} 版。',
  ratingFailed: '没有保存：{detail}',
  receipt: '回执',
  receiptFailed: '没有回执：{detail}',
  receiptJson: '存储的内容（JSON）',
  receipt_chat_id: '回答',
  receipt_variant: 'API',
  receipt_status: '状态',
  receipt_finish_reason: '结束原因',
  receipt_error_code: '失败',
  receipt_error_detail: '原因',
  receipt_conversation_id: '会话',
  receipt_end_user: '终端用户',
  receipt_model_name: '模型',
  receipt_prompt_name: '提示词模板',
  receipt_prompt_version: '模板版本',
  receipt_usage: 'Token',
  receipt_attempts: '尝试',
  receipt_feedback: '反馈',
  usage: '输入 {input_tokens} Token，输出 {output_tokens} Token',
};

/** @typedef {keyof typeof ENGLISH} Word */
/** @typedef {Record<string, string | number>} Values */
/** @typedef {'en' | 'zh-CN'} Language */

/** @type {Language} */
let language = navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';

/**
 * Text in the language of the page.
 * @param {Word} word
 * @param {Values} [values]
 * @returns {string}
 */
export function inWords(word, values = {}) {
  const text = (language === 'en' ? ENGLISH : CHINESE)[word];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/**
 * @param {string} name
 * @returns {name is Word}
 */
export function isWord(name) {
  return Object.hasOwn(ENGLISH, name);
}

/**
 * Has an element say something, in whatever language the page is in from now on.
 * @template {HTMLElement} Kind
 * @param {Kind} element
 * @param {Word} word
 * @param {Values} [values]
 * @returns {Kind}
 */
export function say(element, word, values = {}) {
  element.dataset['word'] = word;
  element.dataset['values'] = JSON.stringify(values);
  element.textContent = inWords(word, values);
  return element;
}

/**
 * Has an element say nothing any more.
 * @param {HTMLElement} element
 */
export function beSilent(element) {
  delete element.dataset['word'];
  element.textContent = '';
}

/** Puts the complete page into its language. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-word]'))) {
    const { word = '', values = '{}' } = element.dataset;
    if (isWord(word)) say(element, word, /** @type {Values} */ (JSON.parse(values)));
  }
}

/** From English to Chinese, and back. */
export function switchLanguage() {
  language = language === 'en' ? 'zh-CN' : 'en';
  silently(translatePage);
}

/** @returns {Language} the other language */
export function otherLanguage() {
  return language === 'en' ? 'zh-CN' : 'en';
}
