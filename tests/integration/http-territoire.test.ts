import { afterAll, beforeAll, expect, test } from 'vitest';
import { MANQUES } from '#app/domain/manques.ts';
import { LIEUX_PAGE } from '#db/territoire-lieux.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createLieu, createPerson, NOW } from './revisions.factory.ts';

const TODAY = NOW.toISOString().slice(0, 10);
const DAX = { commune: 'Dax', code_postal: '40100', code_insee: '40088', latitude: 43.71, longitude: -1.05 };
const COMPLET = {
  telephone: '+33558000000',
  courriels: ['lieu@exemple.fr'],
  horaires: 'Mo-Fr 09:00-12:00',
  services: ['Aide aux démarches administratives'],
  modalites_acces: ['Se présenter'],
  date_maj: '2026-05-01',
};

let app: HttpApp;
let landes: Visitor;
let national: Visitor;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  const animateur = await createPerson(app.db, { territoires: ['departement:40'] });
  landes = await app.visitor(animateur.utilisateurId);
  national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
  const lieu = (id: string, values: object) =>
    insertLieu(app.db, { ...DAX, ...COMPLET, id, nom: id, ...values }, { today: TODAY });
  await lieu('Complet', {});
  await lieu('Muet', { telephone: null, courriels: [] });
  await lieu('Confus', { horaires: 'demandez au gardien' });
  await lieu('Sans heures', { horaires: null });
  await lieu('Sans aide', { services: [] });
  await lieu('Perdu', { latitude: null, longitude: null });
  await lieu('Vieux', { date_maj: '2025-05-31' });
  await lieu('Juste assez', { date_maj: '2025-06-01' });
  await lieu('Anonyme', { nom: null });
  await insertLieu(app.db, { ...COMPLET, id: 'Ailleurs', nom: 'Ailleurs' }, { today: TODAY });
  const tenu = await createLieu(app.db, { ...DAX, ...COMPLET, nom: 'Tenu', modalites_acces: ['Se présenter'] });
  await app.db.updateTable('lieu').set({ date_maj: '2026-05-01' }).where('id', '=', tenu.lieuId).execute();
  for (const statut of ['ferme', 'masque'] as const) {
    await lieu(`Disparu ${statut}`, {});
    await app.db.updateTable('lieu').set({ statut }).where('id', '=', `Disparu ${statut}`).execute();
  }
});
afterAll(() => app?.close());

async function read(visitor: Visitor, path: string): Promise<string> {
  const page = await visitor.get(path);
  expect(page.status).toBe(200);
  const html = (await page.text()).replace(/<!-- -->/g, '');
  return html.slice(html.indexOf('<main'), html.indexOf('</main>')).replace(/[\u00a0\u202f]/g, ' ');
}

const namesIn = (html: string) => [...html.matchAll(/<h2><a [^>]*>([^<]*)<\/a>/g)].map(([, nom]) => nom);
const names = async (query: string, visitor = landes) => namesIn(await read(visitor, `/territoire/lieux${query}`));

test.each<[string, string[]]>([
  ['?manque=contact', ['Muet']],
  ['?manque=telephone', ['Muet']],
  ['?manque=courriel', ['Muet']],
  ['?manque=horaires', ['Sans heures']],
  ['?manque=horaires_a_preciser', ['Confus']],
  ['?manque=services', ['Sans aide']],
  ['?manque=position', ['Perdu']],
  ['?manque=non_public', ['Lieu sans nom']],
  ['?manque=ancien', ['Vieux']],
  ['?mois=12', ['Vieux']],
  ['?mois=6', ['Juste assez', 'Vieux']],
  ['?responsable=avec', ['Tenu']],
  ['?q=vieux+DAX', ['Vieux']],
  ['?q=100%25', []],
  ['?q=ailleurs', []],
  ['?q=disparu', []],
])('the list of the territory, filtered by %s', async (query, expected) => {
  expect(await names(query)).toEqual(expected);
});

test('the desk names the territory, counts what the lists show and leads to each', async () => {
  const home = await read(landes, '/territoire');
  expect(home).toContain('Landes (40)');
  expect(home).toMatch(/>10 lieux<\/a> en tout/);
  expect(home).toMatch(/figure-number">9<\/span> <span>lieux sans responsable/);
  for (const { name } of MANQUES) {
    const [, shown] = new RegExp(`manque=${name}">[^<]*</a><span class="share-number">(\\d+)`).exec(home) ?? [];
    expect([name, Number(shown)]).toEqual([name, (await names(`?manque=${name}`)).length]);
  }
  expect(await read(national, '/territoire')).toContain('Toute la France');
});

test('an unclaimed lieu leads to its correction, a claimed one to who keeps it', async () => {
  expect(await read(landes, '/territoire/lieux?q=vieux')).toContain('href="/espace/lieux/Vieux"');
  const claimed = await read(landes, '/territoire/lieux?q=tenu');
  expect(claimed).toContain('Responsable : Réseau d’essai');
  expect(claimed).not.toContain('/espace/lieux/');
});

test('pages follow one another by place, there and back, whatever comes between them', async () => {
  for (let n = 10; n < 10 + 2 * LIEUX_PAGE; n++) {
    await insertLieu(
      app.db,
      {
        ...COMPLET,
        id: `mont-${n}`,
        nom: `Salle ${n}`,
        commune: 'Mont-de-Marsan',
        code_postal: '40000',
        code_insee: '40192',
      },
      { today: TODAY },
    );
  }
  const link = (html: string, rel: string) =>
    new RegExp(`href="([^"]*)"[^>]*>${rel}<`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const all = Array.from({ length: 2 * LIEUX_PAGE }, (_, index) => `Salle ${10 + index}`);
  const first = await read(landes, '/territoire/lieux?q=marsan');
  expect(namesIn(first)).toEqual(all.slice(0, LIEUX_PAGE));
  expect(first).not.toContain('Précédente');
  const second = await read(landes, link(first, 'Suivante'));
  expect(namesIn(second)).toEqual(all.slice(LIEUX_PAGE));
  expect(second).not.toContain('Suivante');
  await app.db.deleteFrom('lieu').where('id', '=', 'mont-34').execute();
  const back = await read(landes, link(second, 'Précédente'));
  expect(namesIn(back)).toEqual(all.slice(0, LIEUX_PAGE - 1));
  expect(await names('?q=marsan&apres=rien')).toHaveLength(LIEUX_PAGE);
  expect(await names(`?q=marsan&apres=${Buffer.from('["\\u0000","a"]').toString('base64url')}`)).toHaveLength(
    LIEUX_PAGE,
  );
});
