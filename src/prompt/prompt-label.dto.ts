import { IsInteger } from '../common/api/fields.js';
import { MAX_VERSION } from './template/template-reference.js';

/** Where a label is to point. */
export class MovePromptLabelRequestDto {
  /** The version that gets the label 版本号 @example 1 */
  @IsInteger({ min: 1, max: MAX_VERSION }) version!: number;
}
