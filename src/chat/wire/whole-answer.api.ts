/** What callers of an answer in one piece must know, for its description. */
export const WAIT =
  'The answer comes when the model is done, after 5 minutes at most unless the service is set up otherwise: do not time out earlier.';
