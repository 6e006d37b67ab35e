import '../../tools/typescript.mjs';

const { makePostgresTemplate } = await import('../support/database/database.template.js');

/** Starts a PostgreSQL and makes the database in it that each test of the project gets a copy of. */
export default makePostgresTemplate;
