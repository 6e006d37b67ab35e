import type { WireTraits } from '../../domain/wire-traits.js';

/** Clients of the OpenAI API keep their messages, and know neither RETRYING nor BREAK. */
export const OPENAI_TRAITS: WireTraits = {
  name: 'openai',
  canVoid: false,
  cutsMessages: false,
  keepsMessages: true,
  readersReturn: false,
  callersRepeat: true,
};
