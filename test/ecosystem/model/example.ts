/** The part of JSON Schema that clients send for tools and for structured output. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly minItems?: number;
}

const EXAMPLES: Readonly<Record<string, unknown>> = {
  string: 'Ada',
  integer: 36,
  number: 36,
  boolean: true,
  null: null,
};

/** @returns a value that the schema allows: every string is "Ada", every number 36 */
export function exampleOf(schema: Schema, root: Schema = schema): unknown {
  const other = otherSchema(schema, root);
  if (other) return exampleOf(other, root);
  if (schema.enum) return schema.enum[0];
  const [type = 'object'] = [schema.type ?? []].flat();
  if (type === 'array') return [exampleOf(schema.items ?? { type: 'string' }, root)];
  if (type in EXAMPLES) return EXAMPLES[type];
  const members = Object.entries(schema.properties ?? {});
  return Object.fromEntries(members.map(([name, value]) => [name, exampleOf(value, root)]));
}

/** The schema that this one means. */
function otherSchema({ $ref, anyOf, ...rest }: Schema, root: Schema): Schema | undefined {
  if ($ref !== undefined) return root.$defs?.[$ref.split('/').at(-1)!];
  if ('const' in rest) return { enum: [rest.const] };
  return anyOf?.[0];
}
