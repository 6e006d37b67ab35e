import { ApiParam } from '@nestjs/swagger';

const NAME = '1 to 100 letters of any script, digits, `.`, `_` and `-`';

/** The path parameter of a route that changes a template. */
export const ApiName = (example: string): MethodDecorator =>
  ApiParam({
    name: 'name',
    description: `The template's name: ${NAME}`,
    schema: { type: 'string', minLength: 1, maxLength: 100, example },
  });

/** The path parameter of a route that reads a template, in any version. */
export const ApiReference = (example: string): MethodDecorator =>
  ApiParam({
    name: 'name',
    description:
      `The template's name: ${NAME}. Alone it means the version in production; \`name@3\` is version 3, ` +
      '`name@label` the version that has the label, `name@latest` the newest.',
    schema: { type: 'string', minLength: 1, maxLength: 151, example },
  });

export const ApiLabel = (): MethodDecorator =>
  ApiParam({
    name: 'label',
    description:
      'The label 标签: 1 to 50 letters of any script, digits, `.`, `_` and `-`, but not only digits and not `latest`',
    schema: { type: 'string', minLength: 1, maxLength: 50, example: 'production' },
  });
