const KEY_ITEM = 'llm-chat-playground-key';

/** The key that this tab was last used with; '': none, as far as the browser tells. */
export function rememberedKey() {
  try {
    return sessionStorage.getItem(KEY_ITEM) ?? '';
  } catch {
    // Where the data of sites is blocked, even to look throws: the key is to be given again after a reload.
    return '';
  }
}

/**
 * Keeps the key for a reload of this tab, where the browser allows that.
 * @param {string} key
 */
export function rememberKey(key) {
  try {
    sessionStorage.setItem(KEY_ITEM, key);
  } catch {
    // The page has it, and asks with it until it is left.
  }
}

/** Keeps no key any more. */
export function forgetKey() {
  try {
    sessionStorage.removeItem(KEY_ITEM);
  } catch {
    // What was never kept is forgotten.
  }
}
