import '../../tools/typescript.mjs';

const { removeTemplates } = await import('../support/database/database.template.js');

/** Removes what the setup of the projects made. */
export default removeTemplates;
