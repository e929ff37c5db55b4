import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '#db/connection.ts';
import { findPostmaster } from '#db/embedded/postmaster.ts';
import { openDatabase } from '#db/embedded.ts';
import * as launcher from '#tests/support/embedded.ts';
import { COMPLETE } from '#tests/support/hasard.ts';

const { open, query, serverPid, startUser } = launcher;

const folders: string[] = [];
const newDataDir = (mode?: number) => {
  const dataDir = launcher.newDataDir(mode);
  folders.push(dataDir);
  return dataDir;
};
/** Never 0, which would signal every process of ours. */
const runningPid = (dataDir: string) => {
  const pid = serverPid(dataDir);
  if (pid === undefined) throw new Error(`No server runs on ${dataDir}.`);
  return pid;
};
let program: string;
beforeAll(async () => {
  program = await launcher.bundle('database-user');
});
afterAll(async () => {
  const leftRunning = await Promise.all(folders.map((dataDir) => launcher.removeDataDir(dataDir)));
  rmSync(program);
  expect(leftRunning.filter(Boolean)).toEqual([]);
});

test('an address that is given is used as it is, and nothing is created', async () => {
  const dataDir = join(newDataDir(), 'absent');
  const databaseUrl = 'postgres://quelqu’un@ailleurs/base';
  const database = await openDatabase({ databaseUrl, dataDir, log: launcher.quiet });
  expect(database).toMatchObject({ url: databaseUrl, embedded: false });
  await database.release();
  expect(existsSync(dataDir)).toBe(false);
});

test('the embedded server listens on the loopback only, asks for its password, knows French and logs nothing personal', async () => {
  const dataDir = newDataDir();
  const database = await open(dataDir);
  expect(statSync(join(launcher.pgData(dataDir), 'lieu-a-jour.json')).mode & 0o777).toBe(0o600);
  const setting = async (name: string) => Object.values(Object(await query(database.url, `show ${name}`))[0])[0];
  expect(await setting('listen_addresses')).toBe('127.0.0.1');
  expect(await setting('unix_socket_directories')).toBe('');
  expect(await setting('server_encoding')).toBe('UTF8');
  expect(await setting('timezone')).toBe('UTC');
  expect(await setting('jit')).toBe('off');
  expect(await setting('wal_level')).toBe('replica');
  expect(await setting('log_min_error_statement')).toBe('panic');
  expect(await setting('log_error_verbosity')).toBe('terse');
  const words = await query(
    database.url,
    `select upper('été') as maj,
    (select array_agg(m order by m collate "fr-x-icu") from unnest(array['zoo', 'été', 'eau']) as m) as ordre`,
  );
  expect(words).toEqual([{ maj: 'ÉTÉ', ordre: ['eau', 'été', 'zoo'] }]);
  const wrong = new URL(database.url);
  wrong.password = 'faux';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  await database.release();
});

test('data survive a stop, the server stops with its only user, and the address stays the same', async () => {
  const dataDir = newDataDir();
  const first = await open(dataDir);
  await query(first.url, 'create table t as select 1 as un');
  await first.release();
  await first.release();
  expect(serverPid(dataDir)).toBeUndefined();
  const second = await open(dataDir);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'table t')).toEqual([{ un: 1 }]);
  await second.release();
});

test('the server of a process that was killed is taken over as it runs', async () => {
  const dataDir = newDataDir();
  const user = startUser(program, dataDir);
  const url = await user.ready;
  await query(url, 'create table t as select 1 as un');
  const orphan = serverPid(dataDir);
  await user.leave('SIGKILL');
  expect(serverPid(dataDir)).toBe(orphan);
  const database = await open(dataDir);
  expect(serverPid(dataDir)).toBe(orphan);
  expect(await query(database.url, 'table t')).toEqual([{ un: 1 }]);
  await database.release();
  expect(serverPid(dataDir)).toBeUndefined();
});

test('of three processes that begin at once on an empty folder one creates the database, and the last to leave stops it', async () => {
  const dataDir = newDataDir();
  const users = [1, 2, 3].map(() => startUser(program, dataDir));
  const urls = await Promise.all(users.map(({ ready }) => ready));
  expect(new Set(urls).size).toBe(1);
  const pid = serverPid(dataDir);
  expect(pid).toBeDefined();
  const ends = [];
  for (const [index, user] of users.entries()) {
    expect(serverPid(dataDir)).toBe(pid);
    ends.push(await user.leave(index === 1 ? 'SIGTERM' : undefined));
  }
  expect(ends).toEqual([0, 143, 0]);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('three processes that leave at once stop the server, once', async () => {
  const dataDir = newDataDir();
  const users = [1, 2, 3].map(() => startUser(program, dataDir));
  await Promise.all(users.map(({ ready }) => ready));
  expect(await Promise.all(users.map((user) => user.leave('SIGINT')))).toEqual([130, 130, 130]);
  expect(serverPid(dataDir)).toBeUndefined();
});

test('a process killed while it created the database leaves nothing that hinders the next', async () => {
  for (const pause of [150, 600, 1_500]) {
    const dataDir = newDataDir();
    const user = startUser(program, dataDir);
    await sleep(pause);
    await user.leave('SIGKILL');
    const database = await open(dataDir);
    expect(await query(database.url, 'select 1 as un')).toEqual([{ un: 1 }]);
    await database.release();
  }
});

test.each([
  [
    'a process that has ended',
    (data: string) => `2147483000\n${data}\n1700000000\n5432\n\n127.0.0.1\n  123456    654321\nready   \n`,
  ],
  [
    'another program that runs',
    (data: string) => `${process.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n  123456    654321\nready   \n`,
  ],
  ['a write that was cut short', () => `${process.pid}\n`],
  ['something else altogether', () => 'bonjour'],
  ['nothing', () => ''],
])('a postmaster.pid that holds the trace of %s does not stop the start', async (_, content) => {
  const dataDir = newDataDir();
  await (await open(dataDir)).release();
  writeFileSync(join(launcher.pgData(dataDir), 'postmaster.pid'), content(launcher.pgData(dataDir)));
  const database = await open(dataDir);
  expect(await query(database.url, 'select 1 as un')).toEqual([{ un: 1 }]);
  await database.release();
});

test('two data folders have two servers at once', async () => {
  const [a, b] = await Promise.all([open(newDataDir()), open(newDataDir())]);
  expect(new URL(a.url).port).not.toBe(new URL(b.url).port);
  await query(a.url, 'create table t ()');
  await expect(query(b.url, 'table t')).rejects.toThrow(/does not exist/);
  await Promise.all([a.release(), b.release()]);
});

test('a port that another program took meanwhile is replaced by a free one', async () => {
  const dataDir = newDataDir();
  const first = await open(dataDir);
  await first.release();
  const port = Number(new URL(first.url).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const second = await open(dataDir);
  expect(new URL(second.url).port).not.toBe(String(port));
  await second.release();
  squatter.close();
});

test('a server that dies under us is started again at the same address, with what was committed', async () => {
  const dataDir = newDataDir();
  const database = await open(dataDir);
  const pool = createPool(database.url, { applicationName: 'chute', max: 2 });
  await pool.query('create table t as select 1 as un');
  process.kill(runningPid(dataDir), 'SIGKILL');
  await expect
    .poll(
      () =>
        pool.query('table t').then(
          ({ rows }) => rows,
          () => 'down',
        ),
      { timeout: 30_000 },
    )
    .toEqual([{ un: 1 }]);
  await pool.end();
  await database.release();
  expect(serverPid(dataDir)).toBeUndefined();
});

test('a lost password is replaced', async () => {
  const dataDir = newDataDir();
  const first = await open(dataDir);
  await query(first.url, 'create table t as select 1 as un');
  await first.release();
  rmSync(join(launcher.pgData(dataDir), 'lieu-a-jour.json'));
  const second = await open(dataDir);
  expect(await query(second.url, 'table t')).toEqual([{ un: 1 }]);
  await second.release();
});

test('data of another version of PostgreSQL are refused with a sentence, untouched', async () => {
  const dataDir = newDataDir();
  await (await open(dataDir)).release();
  writeFileSync(join(launcher.pgData(dataDir), 'PG_VERSION'), '12\n');
  await expect(open(dataDir)).rejects.toThrow(/créées par PostgreSQL 12/);
});

test('a folder where nothing can be created gets a sentence that says what to do', async () => {
  const dataDir = join(newDataDir(), 'fichier');
  writeFileSync(dataDir, '');
  await expect(open(dataDir)).rejects.toThrow(/n’a pas pu être créé.*DATABASE_URL/s);
});

test.runIf(process.getuid?.() === 0)(
  'root, in a folder that nobody else can enter: the data go elsewhere, are found again, and missed when lost',
  async () => {
    const parent = newDataDir(0o700);
    const dataDir = join(parent, 'donnees');
    mkdirSync(dataDir);
    const first = await open(dataDir);
    const [row] = await query(
      first.url,
      'create table t as select 1 as un',
      "select current_setting('data_directory') as data",
    );
    const data = String(Object(row).data);
    try {
      expect(data.startsWith(parent)).toBe(false);
      await first.release();
      expect(findPostmaster(data)).toBeUndefined();
      const second = await open(dataDir);
      expect(await query(second.url, 'table t')).toEqual([{ un: 1 }]);
      await second.release();
    } finally {
      rmSync(join(data, '..'), { recursive: true, force: true });
    }
    await expect(open(dataDir)).rejects.toThrow(/n’y sont plus/);
  },
);

test.runIf(COMPLETE)('a server that runs and answers nobody is stopped and started again', async () => {
  const dataDir = newDataDir();
  const user = startUser(program, dataDir);
  await user.ready;
  const frozen = runningPid(dataDir);
  await user.leave('SIGKILL');
  process.kill(frozen, 'SIGSTOP');
  const database = await open(dataDir);
  expect(serverPid(dataDir)).not.toBe(frozen);
  await database.release();
});
