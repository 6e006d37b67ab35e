import { ApiParam } from '@nestjs/swagger';

const NAME = "The template's name: 1 to 100 letters of any script, digits, `.`, `_` and `-`";
const REFERENCE = `${NAME}. Alone it means the version in production; \`name@3\` is version 3, \`name@label\` the version that has
the label, \`name@latest\` the newest.`;
const LABEL =
  'The label 标签: 1 to 50 letters of any script, digits, `.`, `_` and `-`, but not only digits and not `latest`';

const pathText = (name: string, maxLength: number, description: string) => (example: string) =>
  ApiParam({ name, description, schema: { type: 'string', minLength: 1, maxLength, example } });

/** The path parameter of a route that changes a template. */
export const ApiName = pathText('name', 100, NAME);

/** The path parameter of a route that reads a template, in any version. */
export const ApiReference = pathText('name', 151, REFERENCE);

export const ApiLabel = pathText('label', 50, LABEL);
