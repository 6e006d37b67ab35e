import { findDatabaseUrlFault } from './database-url.js';

describe('findDatabaseUrlFault', () => {
  it.each([
    'postgres://db/chat',
    'postgresql://u:p@db:5432/chat',
    'postgres://u:p%40ss%23w%2Fx%3Fy%25z%20@db/chat',
    'postgres://u:密码@db/chat',
    "postgres://u:a:b!$&'()*+,;=^|{}~-._@db/chat",
    'postgres://u:p@[::1]:5432/chat',
    'postgres://u@/chat?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun%2Fpostgresql/chat',
    'postgres:///chat?host=/tmp&user=u',
    'postgres://u:p@db/chat?sslmode=verify-full&options=-c%20search_path%3Dchat',
  ])('takes %s', (url) => {
    expect(findDatabaseUrlFault(url)).toBeNull();
  });

  const SECRET = 'hunter2';

  it.each([
    `postgres://u:p@ss#${SECRET}@h/db`,
    `postgres://u:#${SECRET}@h/db`,
    `postgres://u:12#${SECRET}@h/db`,
    `postgres://u:p@${SECRET}@h/db`,
    `postgres://u:12/${SECRET}@h/db`,
    `postgres://u:p/${SECRET}@h/db`,
    `postgres://u:12?${SECRET}@h/db`,
    `postgres://u:p?${SECRET}@h/db`,
    `postgres://u:p@s/${SECRET}@h/db`,
    `postgres://u:p@s?${SECRET}@h/db`,
    `postgres://u:%${SECRET}@h/db`,
    `postgres://u:${SECRET}%@h/db`,
    `postgres://u:${SECRET}%4@h/db`,
    `postgres://u:${SECRET}%ff@h/db`,
    `postgres://u:a ${SECRET}@h/db`,
    `postgres://u:a\n${SECRET}@h/db`,
    `postgres://u:p:${SECRET}`,
  ])('says that the password of %j has to be encoded, and repeats none of it', (url) => {
    const fault = findDatabaseUrlFault(url);
    expect(fault).toContain('the user name and the password have to be percent-encoded');
    expect(fault).not.toContain(SECRET);
  });

  it.each(['mysql://u:p@h/db', 'h:5432/db', 'postgres:h/db', ''])('takes no other URL: %j', (url) => {
    expect(findDatabaseUrlFault(url)).toMatch(/starts with postgres:\/\//);
  });
});
