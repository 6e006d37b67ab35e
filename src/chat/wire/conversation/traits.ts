import type { WireTraits } from '../../domain/wire-traits.js';

/** The Conversation API cannot take text back. */
export const CONVERSATION_TRAITS: WireTraits = {
  name: 'conversation',
  canVoid: false,
  cutsMessages: false,
  keepsMessages: false,
  readersReturn: true,
  callersRepeat: false,
};
