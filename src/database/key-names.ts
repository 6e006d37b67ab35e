import { DefaultNamingStrategy, type Table } from 'typeorm';

/** Names primary keys as PostgreSQL does (`turn_pkey`); every other name is in its entity. */
export class KeyNames extends DefaultNamingStrategy {
  override primaryKeyName(table: Table | string): string {
    return `${typeof table === 'string' ? table : table.name}_pkey`.replace(/^.*\./, '');
  }
}
