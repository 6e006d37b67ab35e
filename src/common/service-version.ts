/** As in package.json: in the OpenAPI document, and in the `User-Agent` that model servers get. */
export const SERVICE_VERSION = '1.0.0';
