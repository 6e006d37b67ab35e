const CHAT = 'use /v1/chat/completions';
const ELSEWHERE = 'send such requests to a server that does';

/** Routes of the OpenAI API, and of servers like it, that this service does not offer, and what to do in their place. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  completions: `There are no text completions here: ${CHAT} (is_chat_model=True).`,
  engines: `There are no engines here: ${CHAT}, and name the model in the body.`,
  edits: `There are no edits here: ${CHAT}.`,
  audio: `This service makes no speech and no transcripts: ${ELSEWHERE}. Audio for a model goes into the messages of /v1/chat/completions, as a part of the type input_audio.`,
  images: `This service makes no images: ${ELSEWHERE}. An image for a model goes into the messages of /v1/chat/completions, as a part of the type image_url.`,
  videos: `This service makes no videos: ${ELSEWHERE}.`,
  moderations: `This service moderates nothing: ${ELSEWHERE}.`,
  files:
    'This service keeps no files: send a file inside the messages of /v1/chat/completions, as a part of the type file or image_url with its data. Documents to search in go to POST /api/documents.',
  uploads: 'This service keeps no files: send a file inside the messages of /v1/chat/completions.',
  batches: 'There are no batches here: send each request to /v1/chat/completions.',
  fine_tuning: 'This service trains no models: GET /api/exports/sft gives the data to train one with.',
  'fine-tunes': 'This service trains no models: GET /api/exports/sft gives the data to train one with.',
  assistants: `There are no assistants here: use /v1/responses or /v1/chat/completions, with the tools in each request.`,
  threads:
    'There are no threads here: use /v1/responses with previous_response_id, or /v1/chat/completions with metadata.conversation_id.',
  conversations:
    'There are no conversation objects here: use /v1/responses with previous_response_id, or /v1/chat/completions with metadata.conversation_id.',
  vector_stores:
    'There are no vector stores here: send documents to POST /api/documents, and search with POST /api/knowledge/search.',
  realtime: 'There are no realtime sessions here: use /v1/chat/completions with stream.',
  containers:
    'There are no containers here: run code on the side of the caller, as a tool of /v1/chat/completions.',
  evals: `There are no evaluations here: ${CHAT}, and rate its answers with POST /api/feedback.`,
  messages: `This service does not speak the Messages API: ${CHAT}.`,
  rerank: `This service ranks nothing: ${ELSEWHERE}.`,
  score: `This service scores nothing: ${ELSEWHERE}.`,
};

/** Stored completions, but for the service's own route of streams. */
const STORED_COMPLETION = /^\/v1\/chat\/completions\/(?!stream$)[^/]+(?:\/messages)?$/;
const STORED_COMPLETIONS =
  'There is no list of stored completions here: GET /api/chat/{id} shows an answer and what is known of it.';

const OWN_PATHS = '(?:chat/completions|completions|responses|embeddings|models)';
/** Without `/v1`, with something before it, or with the path of a request as the base URL. */
const WRONG_BASES = [
  new RegExp(`^/${OWN_PATHS}(?:/|$)`),
  new RegExp(`^/.+/v1/${OWN_PATHS}(?:/|$)`),
  /^\/(?:api|openai)\/(?:.*\/)?chat\/completions$/,
  new RegExp(`^/openai/${OWN_PATHS}(?:/|$)`),
  new RegExp(`^/v1/${OWN_PATHS}/${OWN_PATHS}$`),
];

/** The URL that a client means whose base URL ends, or begins its path, with a slash too many. */
export function joinV1(url: string): string {
  return url.replace(/^\/+v1\/+/i, '/v1/');
}

/** Whether a path is one of the OpenAI API, right or wrong. */
export function isV1(path: string): boolean {
  const plain = toPlain(path);
  return /^\/v1(?:\/|$)/.test(plain) || isWrongBase(plain);
}

/** What a caller of a route that is not offered does in its place; undefined: it is no such route. */
export function wayOutOf(path: string): string | undefined {
  const plain = toPlain(path);
  if (isWrongBase(plain)) return undefined;
  if (STORED_COMPLETION.test(plain)) return STORED_COMPLETIONS;
  const [, name = ''] = /^\/v1\/([\w-]+)(?:\/|$)/.exec(plain) ?? [];
  return Object.hasOwn(NOT_OFFERED, name) ? NOT_OFFERED[name] : undefined;
}

/**
 * What is right where a path shows that the base URL is wrong; undefined: it does not.
 * @param origin of the service, such as `http://127.0.0.1:3000`; `''`: not known
 */
export function rightBaseUrl(path: string, origin: string): string | undefined {
  const plain = toPlain(path);
  const example = origin === '' ? '' : `, such as ${origin}/v1`;
  if (plain === '/v1')
    return `This is the base URL: a client adds /chat/completions, /responses, /embeddings or /models to it.`;
  return isWrongBase(plain)
    ? `The base URL is wrong: it is the address of this service and /v1${example}. A client adds /chat/completions to it.`
    : undefined;
}

function isWrongBase(plain: string): boolean {
  return WRONG_BASES.some((base) => base.test(plain));
}

/** As the router compares: without case, and without a slash at the end. */
function toPlain(path: string): string {
  return joinV1(path.toLowerCase()).replace(/(?<=.)\/+$/, '');
}
