import { Enum } from './schema.js';

/** The name of a turn's wire. The OpenAPI document adds the names: it knows the wires. */
export const TurnVariant = () => Enum('TurnVariant', []);
