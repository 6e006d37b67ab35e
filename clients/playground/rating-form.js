import { make } from './element.js';
import { beSilent, say } from './words.js';

/** @import { ChatClient, FeedbackRequest } from './chat-client.js' */

const STARS = [1, 2, 3, 4, 5];

/**
 * A form to rate an answer with: stars, and a better answer.
 * @param {ChatClient} client
 * @param {{ chatId: string, uid: string }} rated
 */
export function makeRatingForm(client, { chatId, uid }) {
  const result = make('p', { className: 'hint' });
  result.setAttribute('role', 'status');
  const better = make('textarea', { rows: 2, maxLength: 32_000, name: 'better_answer' });
  const label = say(make('span'), 'betterAnswer');
  const form = make(
    'form',
    { className: 'rating' },
    make('fieldset', { className: 'stars' }, say(make('legend'), 'rate'), ...STARS.map(toStar)),
    make('label', { className: 'field' }, label, better),
    say(make('button', { type: 'submit' }), 'sendRating'),
    result,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const stars = new FormData(form).get('stars');
    void send(client, result, {
      chat_id: chatId,
      uid,
      ...(stars !== null && { stars: Number(stars) }),
      ...(better.value !== '' && { better_answer: better.value }),
    });
  });
  return form;
}

/** @param {number} count */
function toStar(count) {
  const input = make('input', { type: 'radio', name: 'stars', value: String(count) });
  const glyph = make('span', { ariaHidden: 'true' });
  const words = say(make('span', { className: 'visually-hidden' }), 'stars', { count });
  return make('label', {}, input, glyph, words);
}

/**
 * @param {ChatClient} client
 * @param {HTMLElement} result
 * @param {FeedbackRequest} feedback
 */
async function send(client, result, feedback) {
  if (feedback.stars === undefined && feedback.better_answer === undefined) {
    say(result, 'ratingMissing');
    return;
  }
  beSilent(result);
  try {
    const { revision } = await client.feedback(feedback);
    say(result, 'ratingStored', { revision });
  } catch (error) {
    say(result, 'ratingFailed', { detail: error instanceof Error ? error.message : '' });
  }
}
