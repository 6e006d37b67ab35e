/** In UTF-16 code units, as a caller counts them. Kept by every way into the knowledge base. */
export const MAX_CONTENT_CHARACTERS = 1_000_000;
export const MAX_TITLE_CHARACTERS = 500;
export const MAX_SOURCE_CHARACTERS = 2_000;
export const MAX_EXTERNAL_ID_CHARACTERS = 255;
export const MAX_METADATA_BYTES = 16_384;
export const MAX_QUERY_CHARACTERS = 32_000;
