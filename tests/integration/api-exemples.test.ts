import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';

const NOW = new Date();

let app: HttpApp;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  await insertLieu(app.db, { id: "l'id/é ?" }, { today: NOW.toISOString().slice(0, 10) });
  app.services.snapshots.refresh();
  for (;;) {
    if ((await app.services.snapshots.current()).index.size === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
afterAll(() => app?.close());

/** The commands of the page, as one would copy them. */
async function commands(): Promise<string[]> {
  const page = await (await fetch(`${app.origin}/api`)).text();
  return [...page.matchAll(/<pre><code>(.*?)<\/code><\/pre>/gs)].map(([, text = '']) =>
    text.replaceAll('&#x27;', "'").replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
  );
}

/** What a shell makes of a command: nothing but words in single quotes and without any is used. */
function wordsOf(command: string): string[] {
  expect(command).toMatch(/^(?:[\w-]+|'[^']*')(?: (?:[\w-]+|'[^']*'))*$/);
  return [...command.matchAll(/'([^']*)'|([\w-]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test('every example of the page runs as it is written', async () => {
  const all = await commands();
  expect(all.length).toBeGreaterThanOrEqual(8);
  for (const command of all) {
    const [curl, ...words] = wordsOf(command);
    expect(curl).toBe('curl');
    const [name = '', value = ''] = words[0] === '-H' ? (words[1] ?? '').split(': ') : [];
    const answer = await fetch(words.at(-1) ?? '', { headers: name === '' ? {} : { [name]: value } });
    expect(answer.status, `${command} ${await answer.clone().text()}`).toBe(200);
    expect(answer.headers.get('content-type')).toContain(value === '' ? 'application/json' : value);
  }
  expect(all.some((command) => command.includes('/lieux/l%27id%2F%C3%A9%20%3F/creneaux'))).toBe(true);
});

test('the page names every parameter of the API and explains every refusal', async () => {
  const page = await (await fetch(`${app.origin}/api`)).text();
  const document = await (await fetch(`${app.origin}/api/v1/openapi.json`)).json();
  for (const { get } of Object.values<{ get: { parameters: { name: string }[] } }>(document.paths)) {
    for (const { name } of get.parameters) expect(page).toContain(`<code>${name}</code>`);
  }
  const refusal = await (await fetch(`${app.origin}/api/v1/lieux?inconnu=1`)).json();
  expect(refusal.type).toBe(`${app.services.settings.publicUrl}/api#erreur-400`);
  expect(page).toContain('id="erreur-400"');
});
