/** Elements that are read out when they change, by their role, and how. */
const LIVE_ROLES = { log: 'polite', status: 'polite', alert: 'assertive' };
/** After so long, screen readers have seen what changed. */
const SEEN_AFTER_MS = 1_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let speakingAgain;

/**
 * Changes the page without having it read out: what was said before is no news in another language.
 * @param {() => void} change
 */
export function silently(change) {
  clearTimeout(speakingAgain);
  setLive(() => 'off');
  change();
  speakingAgain = setTimeout(() => setLive((live) => live), SEEN_AFTER_MS);
}

/** @param {(live: string) => string} choose */
function setLive(choose) {
  for (const [role, live] of Object.entries(LIVE_ROLES))
    for (const region of document.querySelectorAll(`[role="${role}"]`)) region.ariaLive = choose(live);
}
