import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lieu } from '#app/domain/lieu.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createPerson, DAY, NOW, readLieu } from './revisions.factory.ts';

const TODAY = NOW.toISOString().slice(0, 10);
const DAX = { commune: 'Dax', code_postal: '40100', code_insee: '40088', latitude: 43.71, longitude: -1.05 };
const SHEET = '/territoire/a-appeler';

let app: HttpApp;
let landes: Visitor;
let landesId: string;
let gironde: Visitor;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  landesId = (await createPerson(app.db, { territoires: ['departement:40'] })).utilisateurId;
  landes = await app.visitor(landesId);
  gironde = await app.visitor((await createPerson(app.db, { territoires: ['departement:33'] })).utilisateurId);
});
afterAll(() => app?.close());

const add = (id: string, values: Partial<Lieu> = {}) =>
  insertLieu(
    app.db,
    {
      ...{ ...DAX, id, nom: `Lieu ${id}`, telephone: '+33558000000', horaires: 'Mo-Fr 09:00-12:00' },
      ...{ services: ['Aide aux démarches administratives'], date_maj: '2025-01-02', ...values },
    },
    { today: TODAY },
  );

async function read(path = SHEET, visitor = landes): Promise<string> {
  const page = await visitor.get(path);
  expect(page.status).toBe(200);
  const html = (await page.text()).replace(/<!-- -->/g, '');
  return html.slice(html.indexOf('<main'), html.indexOf('</main>')).replace(/[\u00a0\u202f]/g, ' ');
}

const namesIn = (html: string) => [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, nom]) => nom);

async function note(lieu: string, issue: string, { visitor = landes, version = 1 } = {}) {
  return visitor.post(SHEET, { lieu, issue, version: String(version), manques: 'horaires ancien' });
}

const callsOf = (lieu: string) =>
  app.db.selectFrom('appel').select(['issue', 'auteur_id', 'telephone']).where('lieu_id', '=', lieu).execute();

test('the sheet begins with who lacks most, and says whom to call, what the fiche says and what to ask', async () => {
  await add('ancien');
  await add('sans-horaires', { horaires: null });
  await add('sans-rien', { horaires: null, services: [] });
  const html = await read();
  expect(namesIn(html)).toEqual(['Lieu sans-rien', 'Lieu sans-horaires', 'Lieu ancien']);
  for (const words of ['href="tel:+33558000000"', '05 58 00 00 00', 'Quels jours et à quelles heures', '9 h – 12 h'])
    expect(html).toContain(words);
  expect(namesIn(await read(SHEET, gironde))).toEqual([]);
});

test('the sheet can be kept to what lieux miss, and to a département of several; the address and the paper say so', async () => {
  const { utilisateurId } = await createPerson(app.db, { territoires: ['departement:64', 'departement:65'] });
  const visitor = await app.visitor(utilisateurId);
  const pau = { commune: 'Pau', code_postal: '64000', code_insee: '64445' };
  const tarbes = { commune: 'Tarbes', code_postal: '65000', code_insee: '65440' };
  await add('pau-heures', { ...pau, horaires: null });
  await add('pau-services', { ...pau, services: [] });
  await add('tarbes-heures', { ...tarbes, horaires: null });
  const names = async (search: string) => namesIn(await read(`${SHEET}${search}`, visitor)).sort();
  expect(await names('')).toEqual(['Lieu pau-heures', 'Lieu pau-services', 'Lieu tarbes-heures']);
  expect(await names('?manque=horaires')).toEqual(['Lieu pau-heures', 'Lieu tarbes-heures']);
  expect(await names('?manque=horaires&departement=64')).toEqual(['Lieu pau-heures']);
  expect(await names('?manque=inconnu&departement=999')).toHaveLength(3);
  const html = await read(`${SHEET}?manque=horaires&departement=64`, visitor);
  expect(html).toContain('Sans horaires. ');
  expect(html).toContain('À appeler (1)');
  expect(html).toMatch(/Pyrénées-Atlantiques[^<]*\(1\)/);
  const noted = await visitor.post(`${SHEET}?manque=horaires&departement=64`, {
    ...{ lieu: 'pau-heures', issue: 'sans_reponse', version: '1', manques: 'horaires' },
  });
  expect(noted.headers.get('location')).toBe(
    `${SHEET}?manque=horaires&departement=64&fait=sans_reponse&lieu=pau-heures`,
  );
  expect(await read(SHEET)).not.toContain('name="departement"');
});

test('« tout est juste » confirms what was read out: dated today, kept from files, off the sheet, with who and when', async () => {
  await add('juste');
  const answer = await note('juste', 'juste');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, `${SHEET}?fait=juste&lieu=juste`]);
  const row = await readLieu(app.db, 'juste');
  expect([row.date_maj, row.confirme_le, row.version, row.modifie_le]).toEqual([TODAY, NOW, 2, NOW]);
  const confirmed = { source: 'membre', auteur: landesId, le: NOW.toISOString(), confirme_le: NOW.toISOString() };
  expect(row.provenance).toEqual(
    Object.fromEntries(
      ['adresse', 'code_postal', 'commune', 'telephone', 'horaires', 'services'].map((field) => [field, confirmed]),
    ),
  );
  expect(row.horaires).toBe('Mo-Fr 09:00-12:00');
  expect(namesIn(await read())).not.toContain('Lieu juste');
  const done = await read(`${SHEET}?fait=juste&lieu=juste`);
  expect(done).toContain('La fiche est confirmée aujourd’hui');
  for (const path of ['/territoire/appels', '/moderation/lieux/juste']) {
    const history = await read(path);
    for (const words of [`${landesId}@exemple.fr`, 'joint, tout est juste', 'lundi 1er juin 2026 à 10 h'])
      expect(history).toContain(words);
  }
  expect(await read('/territoire/appels', gironde)).not.toContain('Lieu juste');
});

test('the same form sent twice is one call; one of a fiche that has changed since is none', async () => {
  await add('deux-fois');
  expect((await note('deux-fois', 'juste')).status).toBe(302);
  expect((await note('deux-fois', 'juste')).status).toBe(302);
  expect(await callsOf('deux-fois')).toHaveLength(1);
  await add('change');
  await app.db.updateTable('lieu').set({ version: 7 }).where('id', '=', 'change').execute();
  const refused = await note('change', 'juste');
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('a changé depuis l’affichage');
  expect(await callsOf('change')).toEqual([]);
  expect((await readLieu(app.db, 'change')).confirme_le).toBeNull();
});

test('who does not answer comes last until tomorrow', async () => {
  expect((await note('sans-rien', 'sans_reponse')).status).toBe(302);
  const [first, ...others] = namesIn(await read());
  expect(first).toBe('Lieu sans-horaires');
  expect(others.at(-1)).toBe('Lieu sans-rien');
  app.clock.now = new Date(NOW.getTime() + DAY);
  expect(namesIn(await read())[0]).toBe('Lieu sans-rien');
  app.clock.now = NOW;
});

test('a wrong number waits among those to be found, until the fiche has another', async () => {
  await add('faux');
  expect((await note('faux', 'numero_faux')).status).toBe(302);
  expect(namesIn(await read())).not.toContain('Lieu faux');
  const toFind = await read(`${SHEET}?numero=sans`);
  expect(namesIn(toFind)).toEqual(['Lieu faux']);
  expect(toFind).toContain('Numéro noté faux : 05 58 00 00 00');
  expect(toFind).not.toContain('tel:');
  await app.db.updateTable('lieu').set({ telephone: '+33558000001' }).where('id', '=', 'faux').execute();
  expect(namesIn(await read())).toContain('Lieu faux');
});

test('« à corriger » leads to the page of what is missing; the lieu comes back in ninety days', async () => {
  await add('corrige', { horaires: null });
  expect((await note('corrige', 'corrige')).headers.get('location')).toBe('/espace/lieux/corrige/horaires');
  expect(namesIn(await read())).not.toContain('Lieu corrige');
  expect((await readLieu(app.db, 'corrige')).confirme_le).toBeNull();
  app.clock.now = new Date(NOW.getTime() + 91 * DAY);
  expect(namesIn(await read())).toContain('Lieu corrige');
  app.clock.now = NOW;
});

test('a closure is reported for somebody to decide; nothing of the fiche changes', async () => {
  await add('ferme');
  expect((await note('ferme', 'ferme')).status).toBe(302);
  const report = app.db.selectFrom('signalement').select(['motif', 'message', 'etat']).where('lieu_id', '=', 'ferme');
  expect(await report.executeTakeFirst()).toEqual({
    ...{ motif: 'ferme', etat: 'ouvert' },
    message: 'Appel du 01/06/2026 : on a répondu que le lieu a fermé.',
  });
  expect((await readLieu(app.db, 'ferme')).statut).toBe('actif');
  expect(namesIn(await read())).not.toContain('Lieu ferme');
  await app.db.updateTable('signalement').set({ etat: 'sans_suite' }).where('lieu_id', '=', 'ferme').execute();
  expect(namesIn(await read())).toContain('Lieu ferme');
});

test('nobody notes a call of another territory, nor of a lieu that a structure has taken charge of', async () => {
  await add('ailleurs');
  expect((await note('ailleurs', 'juste', { visitor: gironde })).status).toBe(404);
  expect((await note('ailleurs', 'autre')).status).toBe(404);
  const { id } = await app.db
    .insertInto('structure')
    .values({ nom: 'Mairie de Dax' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await app.db.updateTable('lieu').set({ structure_id: id }).where('id', '=', 'ailleurs').execute();
  const refused = await note('ailleurs', 'juste');
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('vient de trouver un responsable');
  expect(await callsOf('ailleurs')).toEqual([]);
});

test('two thousand lieux are gone through page by page, each once, quickly', async () => {
  await app.db.deleteFrom('lieu').where('departement', '=', '40').execute();
  await add('modele');
  const row = await readLieu(app.db, 'modele');
  const { position, ...columns } = row;
  const rows = Array.from({ length: 1999 }, (_, index) => ({
    ...columns,
    horaires_intervalles: JSON.stringify(columns.horaires_intervalles),
    permanences: '[]',
    permanences_lues: '{}',
    provenance: '{}',
    valeurs_moderees: '{}',
    id: `copie-${index}`,
    id_origine: `copie-${index}`,
    services: index % 2 ? [] : columns.services,
  }));
  for (let start = 0; start < rows.length; start += 500)
    await app.db
      .insertInto('lieu')
      .values(rows.slice(start, start + 500))
      .execute();
  const seen = new Set<string>();
  const times: number[] = [];
  for (let path = `${SHEET}?taille=100`; path !== ''; ) {
    const began = performance.now();
    const html = await read(path);
    times.push(performance.now() - began);
    for (const [, id = ''] of html.matchAll(/name="lieu" value="([^"]*)"/g)) seen.add(id);
    const next = /href="([^"]*)"[^>]*>Suivante</.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next === '' || next.startsWith(`${SHEET}?taille=100&apres=`)).toBe(true);
    path = next;
  }
  expect([seen.size, times.length]).toEqual([2000, 20]);
  expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(1_500);
});
