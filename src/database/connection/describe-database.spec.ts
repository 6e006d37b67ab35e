import { resolve } from 'node:path';
import { StartError } from '../../common/errors/start-error.js';
import { parseEnvironment } from '../../config/environment.js';
import { describeDatabase } from './describe-database.js';

const describeUrl = (url: string) => describeDatabase(parseEnvironment({ DATABASE_URL: url }).database);

describe('describeDatabase', () => {
  it.each([
    ['postgres://user:hunter2@db.example:6432/chat', 'PostgreSQL at db.example:6432/chat'],
    ['postgres://user:hun%40ter2@db.example/chat?sslmode=disable', 'PostgreSQL at db.example:5432/chat'],
    ['postgres://user:hunter2@[::1]/chat', 'PostgreSQL at [::1]:5432/chat'],
    ['postgres://user:hunter2@/chat?host=/run/pg', 'PostgreSQL on the socket in /run/pg, database chat'],
    ['postgres://db.example/chat?password=hunter2&user=u', 'PostgreSQL at db.example:5432/chat'],
  ])('of %s says where it is, and no user and no password', (url, description) => {
    expect(describeUrl(url)).toBe(description);
  });

  it('of an embedded one says the folder', () => {
    expect(describeDatabase(parseEnvironment({}).database)).toBe(`embedded, in ${resolve('data')}`);
  });

  it('says that a certificate cannot be read', () => {
    expect(() => describeUrl('postgres://u:hunter2@h/chat?sslrootcert=/nowhere.pem')).toThrow(StartError);
  });
});
