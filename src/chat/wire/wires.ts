import { CONVERSATION } from './conversation/wire.js';
import { OPENAI } from './openai/wire.js';
import { QA } from './qa/wire.js';
import { RESPONSES } from './responses/wire.js';
import type { Wire } from './wire.js';

/** All wires, in the order in which the OpenAPI document shows them. */
export const WIRES: readonly Wire[] = [CONVERSATION, QA, OPENAI, RESPONSES];
