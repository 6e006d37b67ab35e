import { z } from 'zod';

/** Values that are separated by commas or line ends; what is empty does not count. */
export const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(/[,\n]/)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
