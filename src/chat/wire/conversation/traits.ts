import type { WireTraits } from '../../domain/wire-traits.js';

/** The Conversation API (variant A) can take back no text. */
export const CONVERSATION_TRAITS: WireTraits = {
  name: 'conversation',
  canVoid: false,
  cutsMessages: false,
  keepsMessages: false,
};
