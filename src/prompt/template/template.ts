/** What a prompt template can ask for. */
export const PROMPT_VARIABLES = ['question', 'context', 'history'] as const;
export type PromptVariable = (typeof PROMPT_VARIABLES)[number];

/** One text for each variable. A template is filled in with all three, whichever it uses. */
export type PromptValues = Readonly<Record<PromptVariable, string>>;

/** What the instructions of one request (`qa_prompt`) can ask for. */
export type InlineVariable = Extract<PromptVariable, 'context' | 'question'>;
export type InlineValues = Readonly<Record<InlineVariable, string>>;

/** The names that callers may write, and the meaning of each. A Map: `{{constructor}}` finds nothing in it. */
const VARIABLES: ReadonlyMap<string, PromptVariable> = new Map([
  ...PROMPT_VARIABLES.map((variable) => [variable, variable] as const),
  ['input', 'question'] as const,
]);

/**
 * `{{ identifier }}`. All other braces are text, so that a template can hold JSON. No part of the
 * pattern can match what comes after it, so a scan never goes back far: the time is linear.
 */
const PLACEHOLDER = /\{\{\s*([\p{L}_][\p{L}\p{M}\p{N}_]*)\s*\}\}/gu;
const INLINE_PLACEHOLDER = /\{(context|question)\}/g;

const MAX_NAMES_TOLD = 5;
const MAX_NAME_TOLD_LENGTH = 40;

/** The fault of a template and how to correct it, for the caller who saves it; null: none. */
export function describeTemplateFault(template: string): string | null {
  const unknown = namesIn(template).filter((name) => !VARIABLES.has(name));
  if (unknown.length === 0) return null;
  const told = unknown.slice(0, MAX_NAMES_TOLD).map(shorten).join(', ');
  const known = [...VARIABLES.keys()].map((name) => `{{${name}}}`).join(', ');
  return `uses unknown variables: ${told}; the known ones are ${known}`;
}

/** The variables that a template uses, an alias under the name it means. */
export function variablesOf(template: string): Set<PromptVariable> {
  return new Set(namesIn(template).flatMap((name) => VARIABLES.get(name) ?? []));
}

/**
 * Fills a template in, in one pass: a value is put in as it is and never read as a template, whatever
 * braces or `$&` it holds. A name that is no variable stays as it is written.
 */
export function renderTemplate(template: string, values: PromptValues): string {
  return template.replace(PLACEHOLDER, (placeholder: string, name: string) => {
    const variable = VARIABLES.get(name);
    return variable ? values[variable] : placeholder;
  });
}

/** What a template is made of: the text beside its placeholders, and how often each variable is used. */
export interface TemplateParts {
  readonly text: string;
  readonly uses: Readonly<Record<PromptVariable, number>>;
}

/** The parts of a template, an alias counted under the name it means. Linear in its length. */
export function partsOfTemplate(template: string): TemplateParts {
  return takeApart(template, PLACEHOLDER, (name) => VARIABLES.get(name));
}

/** The same of the instructions of one request, whose placeholders have single braces. */
export function partsOfInline(text: string): TemplateParts {
  return takeApart(text, INLINE_PLACEHOLDER, (name) => name as InlineVariable);
}

/** Fills the instructions of one request in, in one pass. All but `{context}` and `{question}` is text. */
export function renderInline(text: string, values: InlineValues): string {
  return text.replace(INLINE_PLACEHOLDER, (_, variable: InlineVariable) => values[variable]);
}

function takeApart(
  template: string,
  placeholders: RegExp,
  variableOf: (name: string) => PromptVariable | undefined,
): TemplateParts {
  const uses = { question: 0, context: 0, history: 0 };
  const text = template.replace(placeholders, (placeholder: string, name: string) => {
    const variable = variableOf(name);
    if (variable === undefined) return placeholder;
    uses[variable]++;
    return '';
  });
  return { text, uses };
}

/** The names in a template's placeholders, each once, in the order of their first use. */
function namesIn(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(PLACEHOLDER), (match) => match[1] ?? ''))];
}

function shorten(name: string): string {
  const characters = [...name];
  const isLong = characters.length > MAX_NAME_TOLD_LENGTH;
  return `{{${isLong ? `${characters.slice(0, MAX_NAME_TOLD_LENGTH).join('')}…` : name}}}`;
}
