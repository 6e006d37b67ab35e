import '../../tools/typescript.mjs';

const { removeTemplates } = await import('../support/database.template.js');

/** Removes what the setup of the projects made. */
export default removeTemplates;
