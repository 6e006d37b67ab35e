import '../../tools/typescript.mjs';

const { makeEmbeddedTemplate } = await import('../support/database/database.template.js');

/** Makes the embedded database that each test of the project gets a copy of. */
export default makeEmbeddedTemplate;
