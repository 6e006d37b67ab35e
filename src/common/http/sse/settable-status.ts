/**
 * What a handler needs of the response when only the outcome decides between 201 and 200:
 * `@Res({ passthrough: true }) response: SettableStatus`.
 */
export interface SettableStatus {
  status(code: number): unknown;
}
