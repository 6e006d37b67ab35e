import type { OpenAPIObject } from '@nestjs/swagger';
import { DOCUMENT } from './document-schemas.js';

const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const;

type PathItem = OpenAPIObject['paths'][string];
type OperationObject = NonNullable<PathItem['get']>;

/** A schema of the document, as far as the tests read it. */
export interface ApiSchema {
  readonly $ref?: string;
  /** A nullable one has two. */
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly ApiSchema[];
  readonly allOf?: readonly ApiSchema[];
  readonly items?: ApiSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A documented route. */
export interface Operation {
  /** Such as `POST /api/chat`. */
  readonly route: string;
  readonly method: string;
  /** With its parameters as `{name}`. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly statuses: readonly number[];
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly string[];
  /** Absent: the route takes no body. References are resolved. */
  readonly body?: ApiSchema;
}

/** All routes of the committed document. A service from sources has no schemas: the Swagger plugin runs in the build. */
export function readOperations(): Operation[] {
  return Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) =>
      item[method] ? [toOperation(DOCUMENT, { path, method }, item[method])] : [],
    ),
  );
}

function toOperation(
  document: OpenAPIObject,
  { path, method }: { path: string; method: string },
  operation: OperationObject,
): Operation {
  const parametersIn = (place: string) =>
    (operation.parameters ?? []).flatMap((parameter) =>
      'in' in parameter && parameter.in === place ? [parameter.name] : [],
    );
  const { requestBody } = operation;
  const schema =
    requestBody && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined;
  return {
    route: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    isPublic: operation.security?.length === 0,
    statuses: Object.keys(operation.responses).map(Number),
    pathParameters: parametersIn('path'),
    queryParameters: parametersIn('query'),
    ...(schema && { body: resolve(document, schema) }),
  };
}

/** The schema without references. Bodies do not contain themselves. */
function resolve(document: OpenAPIObject, schema: ApiSchema): ApiSchema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return resolve(document, document.components!.schemas![name] as ApiSchema);
  }
  const { items, oneOf, allOf, properties } = schema;
  const entries = Object.entries(properties ?? {}).map(
    ([name, of]) => [name, resolve(document, of)] as const,
  );
  return {
    ...schema,
    ...(Object.assign({}, ...(allOf ?? []).map((one) => resolve(document, one))) as ApiSchema),
    ...(items && { items: resolve(document, items) }),
    ...(oneOf && { oneOf: oneOf.map((one) => resolve(document, one)) }),
    ...(properties && { properties: Object.fromEntries(entries) }),
  };
}
