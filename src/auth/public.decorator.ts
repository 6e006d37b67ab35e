import { applyDecorators, SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'auth:is-public';

/** Where `@nestjs/swagger` keeps a route's security requirements. */
const API_SECURITY = 'swagger/apiSecurity';

/** Opens a route, or a controller's routes, to callers without a key. Everything else is closed. */
export function Public(): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(IS_PUBLIC, true), SetMetadata(API_SECURITY, []));
}
