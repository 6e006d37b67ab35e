import { UID } from '../service/ways-to-ask.js';

/** An answer in three deltas. */
export const DELTAS = ['One. ', '二。', 'Three 🙂.'];

/** Two attempts: the first fails in the middle, the second has three messages for variant B. */
export const FAILED = ['Wrong ', 'start'];
export const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];

/** Both variants, and how many frames come before the text and before the end of an answer of three deltas. */
export const VARIANTS = [
  { variant: 'conversation', question: { query: 'q' }, framesBeforeText: 1, framesBeforeEnd: 4 },
  { variant: 'qa', question: { question: 'q', uid: UID }, framesBeforeText: 2, framesBeforeEnd: 5 },
] as const;

/** Short pauses: no test waits for a network that comes back. */
export const QUICK = { firstDelayMs: 4, maxDelayMs: 8 };

/** What a client gets to know of each answer. */
export const IDS = { chatId: expect.stringMatching(/^[\da-f-]{36}$/) as string };
