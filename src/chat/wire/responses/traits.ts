import type { WireTraits } from '../../domain/wire-traits.js';

/** Clients of the Responses API keep their items, or name the response that they go on from; sent text stays. */
export const RESPONSES_TRAITS: WireTraits = {
  name: 'responses',
  canVoid: false,
  cutsMessages: false,
  keepsMessages: true,
  readersReturn: false,
  callersRepeat: true,
};
