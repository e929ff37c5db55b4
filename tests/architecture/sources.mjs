/** What no import can tell: routes hold no SQL, and a file that passes 400 lines is two ideas. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAX_LINES = 400;
const SQL =
  /\bsql`|\bsql\.raw\(|\.(selectFrom|insertInto|updateTable|deleteFrom|executeTakeFirst|executeTakeFirstOrThrow)\(/;

const problems = ['app', 'db', 'scripts', 'tests']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name).replaceAll('\\', '/')))
  .filter((path) => /\.(tsx?|mjs|cjs)$/.test(path) && path !== 'db/types.ts')
  .flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n').length - 1;
    return [
      ...(lines > MAX_LINES && !path.startsWith('tests/') ? [`${path}: ${lines} lines, more than ${MAX_LINES}`] : []),
      ...(path.startsWith('app/routes/') && SQL.test(text) ? [`${path}: a route holds a query`] : []),
    ];
  });

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
