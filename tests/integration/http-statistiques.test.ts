import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';

const NOW = new Date('2026-06-15T08:00:00Z');
let app: HttpApp;
beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());

async function page(search = ''): Promise<string> {
  const response = await (await app.visitor()).get(`/statistiques${search}`);
  expect(response.status).toBe(200);
  return (await response.text()).replace(/<!--.*?-->/g, '');
}

test('without any lieu the page says so, and draws nothing', async () => {
  const html = await page();
  expect(html).toContain('Aucun lieu n’est encore public');
  expect(html).not.toContain('stats-map"');
});

test('figures in words, a map whose départements lead to theirs, a table in the order that is asked for', async () => {
  for (const [id, place] of [
    ['a', { commune: 'Bordeaux', code_postal: '33000', code_insee: '33063' }],
    ['b', { commune: 'Bordeaux', code_postal: '33000', code_insee: '33063' }],
    ['c', { commune: 'Saint-Denis', code_postal: '97400', code_insee: '97411' }],
  ] as const)
    await insertLieu(app.db, { id, ...place, telephone: id === 'a' ? '+33556000000' : null }, { today: '2026-06-15' });
  const html = await page();
  expect(html).toContain('Chiffres du');
  expect(html).toMatch(/<dt>lieux publics<\/dt><dd>3<\/dd>/);
  expect(html).toContain('Gironde (33)\u00a0: ');
  expect(html.match(/<path d="M/g)).toHaveLength(101);
  expect(html).toContain('href="/statistiques?territoire=departement%3A974&amp;indicateur=densite"');
  const gironde = await page('?territoire=departement%3A33&indicateur=contact');
  expect(gironde).toContain('<h2 id="territoire-titre">Gironde</h2>');
  expect(gironde).toMatch(/<dt>lieux publics<\/dt><dd>2<\/dd>/);
  const table = (text: string) => text.slice(text.indexOf('id="tableau"'));
  const byCode = table(html);
  expect(byCode.indexOf('33 Gironde')).toBeLessThan(byCode.indexOf('974 La Réunion'));
  const byRegion = table(await page('?par=region&tri=lieux'));
  expect(byRegion.indexOf('Nouvelle-Aquitaine')).toBeLessThan(byRegion.indexOf('La Réunion'));
  expect(byRegion.indexOf('La Réunion')).toBeLessThan(byRegion.indexOf('Guadeloupe'));
});

test.each(['?territoire=departement:999', '?indicateur=x&par=y&tri=z', '?territoire='])(
  'what is not known is France, the first figure, départements: %s',
  async (search) => {
    expect(await page(search)).toContain('<h2 id="territoire-titre">France</h2>');
  },
);
