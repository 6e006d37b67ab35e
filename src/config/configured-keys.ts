import type { ConfiguredKey } from './app-config.js';
import { list } from './list-of-values.js';

const CLIENT_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@/-]{0,99}$/u;

/** What separates entries by mistake, and what a shell or an editor leaves around a value. */
const NO_KEY_CHARACTER = /[\s\p{Cc}"';]/u;

/** Keys are stored as plain SHA-256: a short one could be guessed. */
const MIN_KEY_CHARACTERS = 32;

/** `name=key` of each client. A fault names an entry by its place, never by its value. */
export const apiKeys = list.transform((entries, context): ConfiguredKey[] => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  const keys = entries.flatMap((entry, index) => {
    const cut = entry.indexOf('=');
    const clientName = entry.slice(0, cut).trim();
    const key = entry.slice(cut + 1).trim();
    if (cut < 0 || !CLIENT_NAME.test(clientName) || key === '') {
      refuse(
        `entry ${index + 1} must be name=key, the name of letters, digits and . _ @ / -, without quotes`,
      );
      return [];
    }
    if (NO_KEY_CHARACTER.test(key)) {
      refuse(
        `entry ${index + 1} has a key with white space, quotes, a semicolon or a control character: separate entries by ` +
          'commas, without quotes',
      );
    } else if (key.length < MIN_KEY_CHARACTERS) {
      refuse(
        `entry ${index + 1} has a key of fewer than ${MIN_KEY_CHARACTERS} characters: make one with "openssl rand -hex 32"`,
      );
    }
    return [{ clientName, key }];
  });
  if (new Set(keys.map(({ key }) => key)).size < keys.length) refuse('gives the same key twice');
  return keys;
});
