import type { WireTraits } from '../../domain/wire-traits.js';

/** The QA API has words for dropping text and for a further message. */
export const QA_TRAITS: WireTraits = {
  name: 'qa',
  canVoid: true,
  cutsMessages: true,
  keepsMessages: false,
  readersReturn: true,
  callersRepeat: false,
};
