/** In every token of the model server, and nowhere else in any answer: tokens are counted by counting it, however they are framed. */
export const MARK = '~';
