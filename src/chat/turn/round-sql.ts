/**
 * Whether a row of `turn` is a round of its conversation, for later questions: a completed question with an answer. A turn that ended
 * by calls of tools is none: the turn that has their results ends the round.
 * @param row the name of the row in its statement
 */
export const isRound = (row: string): string => `
  ${row}.status = 'completed' AND ${row}.answer ~ '\\S' AND ${row}.question <> ''
    AND ${row}.finish_reason IS DISTINCT FROM 'tool_calls'`;
