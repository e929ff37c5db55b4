import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLocalDate } from '#app/domain/horaires/dates.ts';
import { readStored } from '#app/domain/horaires/stored-form.ts';
import { emptyEtape, emptyPermanence, type Permanence } from '#app/domain/permanences.ts';
import { findPublicAgenda } from '#db/rendez-vous/agenda.ts';
import { rulesOf } from '#db/rendez-vous/creneaux.ts';
import { renewOuvertures } from '#db/renouvellement.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createAgenda } from './rendez-vous.factory.ts';
import { communes, createLieu, createPerson, submit } from './revisions.factory.ts';

const PAGE = '/moderation/vendredi-saint';
const NOW = new Date('2026-03-20T09:00:00Z');
/** In 2026. */
const VENDREDI_SAINT = '2026-04-03';
const STRASBOURG = {
  commune: 'Strasbourg',
  code_postal: '67000',
  code_insee: '67482',
  latitude: 48.58,
  longitude: 7.75,
};
const COLMAR = { commune: 'Colmar', code_postal: '68000', code_insee: '68066', latitude: 48.08, longitude: 7.36 };
const HOURS = 'Mo-Fr 09:00-12:00; PH off';

let app: HttpApp;
let national: Visitor;
let bordeaux: Visitor;
let hautRhin: Visitor;
beforeAll(async () => {
  app = await startHttp({}, NOW);
  const visitor = async (departements: string[] | null) =>
    app.visitor((await createPerson(app.db, { departements })).utilisateurId);
  national = await visitor(null);
  bordeaux = await visitor(['33']);
  hautRhin = await visitor(['68']);
});
afterAll(() => app?.close());

function answer(who: Visitor, values: { commune: string; ferie?: string; source?: string }) {
  return who.post(PAGE, new URLSearchParams({ ferie: 'oui', source: 'Mairie, par téléphone', ...values }));
}

async function rowOf(id: string) {
  return app.db.selectFrom('lieu').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function territoireOf(id: string): Promise<string | undefined> {
  const stored = readStored((await rowOf(id)).horaires_intervalles);
  return stored?.etat === 'lu' ? stored.territoire : undefined;
}

/** What the fiche says of that Friday among the days to come. */
async function saidOnGoodFriday(id: string): Promise<string | undefined> {
  const found = await national.get(`/lieux/${encodeURIComponent(id)}`);
  const page = await (await national.get(found.headers.get('location') ?? '')).text();
  const text = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  return text.match(/Ces prochaines semaines.{120}/)?.[0];
}

test('once a commune is known, its lieux are closed or open on Good Friday, with or without an INSEE code, and the others stay unknown', async () => {
  const withCode = await createLieu(app.db, { ...STRASBOURG, horaires: HOURS, date_maj: '2026-03-01' });
  const withoutCode = await createLieu(app.db, {
    ...STRASBOURG,
    code_insee: null,
    horaires: HOURS,
    date_maj: '2026-03-01',
  });
  const elsewhere = await createLieu(app.db, { ...COLMAR, horaires: HOURS, date_maj: '2026-03-01' });
  expect(await territoireOf(withCode.lieuId)).toBe('67');
  expect(await saidOnGoodFriday(withCode.lieuId)).toContain(
    'Vendredi 3 avril (Vendredi saint) : à vérifier auprès du lieu',
  );

  const before = await (await national.get(PAGE)).text();
  expect(before).toContain('Strasbourg');
  expect(before).toContain('Pas encore dit');
  const version = (await rowOf(withCode.lieuId)).version;
  const saved = await answer(national, { commune: '67482' });
  expect([saved.status, saved.headers.get('location')]).toEqual([302, `${PAGE}?fait=67482&lieux=2`]);
  expect(await territoireOf(withCode.lieuId)).toBe('67+');
  expect(await territoireOf(withoutCode.lieuId)).toBe('67+');
  expect(await saidOnGoodFriday(withCode.lieuId)).toContain('Fermé du 3 au 6 avril');
  expect(await territoireOf(elsewhere.lieuId)).toBe('68');
  // Nothing that people wrote has changed.
  expect((await rowOf(withCode.lieuId)).version).toBe(version);
  const told = await (await national.get(`${PAGE}?fait=67482&lieux=2`)).text();
  expect(told).toContain('C’est noté pour Strasbourg');
  expect(told).toContain('Mairie, par téléphone');

  await answer(national, { commune: '67482', ferie: 'non' });
  expect(await territoireOf(withCode.lieuId)).toBe('67-');
  expect(await saidOnGoodFriday(withCode.lieuId)).toContain('semaines Fermé lundi 6 avril');
  await answer(national, { commune: '67482', ferie: 'inconnu', source: '' });
  expect(await territoireOf(withCode.lieuId)).toBe('67');
  expect((await rowOf(withCode.lieuId)).vendredi_saint).toBeNull();
});

test('a lieu written after it was said, and a stop in that commune of a lieu that is elsewhere, have it too', async () => {
  await answer(national, { commune: '68066', ferie: 'non' });
  const arret: Permanence = {
    ...emptyPermanence('0000000c'),
    horaires: 'Fr 09:30-12:00; PH off',
    etape: { ...emptyEtape(), nom: 'Place du marché', commune: 'Colmar', code_postal: '68000', code_insee: '68066' },
  };
  const colmar = await createLieu(app.db, { ...COLMAR, horaires: HOURS, date_maj: '2026-03-01' });
  await submit(app.db, colmar, { permanences: [arret] }, { moderator: true });
  await submit(app.db, colmar, { horaires: 'Mo-Fr 10:00-12:00; PH off' }, { moderator: true });
  expect(await territoireOf(colmar.lieuId)).toBe('68-');
  const bus = await createLieu(app.db, { ...STRASBOURG, horaires: HOURS, date_maj: '2026-03-01' });
  await submit(app.db, bus, { permanences: [arret] }, { moderator: true });
  const stop = async () => (await rowOf(bus.lieuId)).permanences_lues;
  expect(await stop()).toMatchObject({ '0000000c': { territoire: '68-' } });
  await answer(national, { commune: '68066', ferie: 'oui' });
  expect(await stop()).toMatchObject({ '0000000c': { territoire: '68+' } });
  expect(await territoireOf(bus.lieuId)).toBe('67');
});

test('appointments are closed on Good Friday where it is a holiday, and offered where it is known not to be one', async () => {
  const agenda = await createAgenda(app.db);
  await app.db
    .updateTable('lieu')
    .set({ ...STRASBOURG, departement: '67', region: '44' })
    .where('id', '=', agenda.lieuId)
    .execute();
  const closed = async () => {
    const found = await findPublicAgenda(app.db, agenda.lieuId);
    return found && rulesOf(found).isFerie(parseLocalDate(VENDREDI_SAINT) ?? 0);
  };
  expect(await closed()).toBe(false);
  await answer(national, { commune: '67482', ferie: 'oui' });
  expect(await closed()).toBe(true);
  await answer(national, { commune: '67482', ferie: 'non' });
  expect(await closed()).toBe(false);
});

test('the night mends a lieu that was written while it was being said', async () => {
  await answer(national, { commune: '67482', ferie: 'oui' });
  const late = await createLieu(app.db, { ...STRASBOURG, horaires: HOURS, date_maj: '2026-03-01' });
  expect(await territoireOf(late.lieuId)).toBe('67');
  await renewOuvertures(app.db, { jour: '2026-03-21', now: NOW, communes });
  expect(await territoireOf(late.lieuId)).toBe('67+');
});

test('only who reviews lieux there says it; an answer without its source is refused and kept', async () => {
  expect((await bordeaux.get(PAGE)).status).toBe(404);
  expect((await answer(bordeaux, { commune: '67482' })).status).toBe(404);
  expect((await answer(hautRhin, { commune: '67482' })).status).toBe(404);
  expect((await answer(national, { commune: '33063' })).status).toBe(404);
  expect(await (await hautRhin.get(PAGE)).text()).not.toContain('Strasbourg');
  const refused = await answer(hautRhin, { commune: '68066', source: ' ' });
  expect(refused.status).toBe(422);
  const page = await refused.text();
  expect(page).toContain('Dites d’où vous le tenez');
  expect(page).toMatch(/name="ferie"[^>]*checked[^>]*value="oui"|value="oui"[^>]*checked/);
  expect((await answer(hautRhin, { commune: '68066', ferie: 'peut-être' })).status).toBe(422);
  expect((await answer(hautRhin, { commune: '68066', ferie: 'non' })).status).toBe(302);
});

test('a commune without lieux is found by its name, postcode or INSEE code', async () => {
  for (const q of ['wissembourg', '67160', '67544']) {
    expect(await (await national.get(`${PAGE}?q=${q}`)).text()).toContain('Wissembourg (67)');
  }
  expect(await (await national.get(`${PAGE}?q=Bordeaux`)).text()).toContain('Aucune commune d’Alsace-Moselle');
});
