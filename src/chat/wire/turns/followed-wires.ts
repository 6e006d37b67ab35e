import type { Follow, Wire } from '../wire.js';
import { WIRES } from '../wires.js';

/** The wires whose frames have ids, so that a reader can say where it left off. */
export const FOLLOWED_WIRES = WIRES.filter(
  (wire): wire is Wire & { follow: Follow } => wire.follow !== undefined,
);
