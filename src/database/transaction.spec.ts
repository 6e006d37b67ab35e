import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from './transaction.js';

const contention = Object.assign(new Error('deadlock detected'), { code: '40P01', severity: 'ERROR' });

/** A database whose transactions fail with `failures`, in turn, and succeed from then on. */
function databaseThatFailsWith(failures: Error[]) {
  const state = { attempts: 0 };
  const transaction = (work: (manager: EntityManager) => Promise<unknown>) => {
    const failure = failures[state.attempts++];
    return failure ? Promise.reject(failure) : work({} as EntityManager);
  };
  return { state, database: { transaction } as unknown as Pick<DataSource, 'transaction'> };
}

const answer = () => Promise.resolve('done');

describe('a transaction', () => {
  it('is run again when a concurrent one was in the way', async () => {
    const { state, database } = databaseThatFailsWith([contention, contention]);
    await expect(inTransaction(database, answer)).resolves.toBe('done');
    expect(state.attempts).toBe(3);
  });

  it('fails after three attempts', async () => {
    const { state, database } = databaseThatFailsWith([contention, contention, contention]);
    await expect(inTransaction(database, answer)).rejects.toBe(contention);
    expect(state.attempts).toBe(3);
  });

  it('is not run again after any other error', async () => {
    const other = new Error('boom');
    const { state, database } = databaseThatFailsWith([other]);
    await expect(inTransaction(database, answer)).rejects.toBe(other);
    expect(state.attempts).toBe(1);
  });
});
