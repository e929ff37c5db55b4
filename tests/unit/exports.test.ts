import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { firstExportDay, joursToForget, nightlyExportDue, parisDay } from '#app/domain/exports.ts';
import { CSV_HEADER, lieuToCsv, lieuToFeature, lieuToJson, lieuToJsonTexts } from '#app/domain/formats.ts';
import { lieuFrom } from '#app/domain/lieu.ts';
import { emptyEtape, emptyPermanence } from '#app/domain/permanences.ts';
import { FIELDS } from '#app/domain/standard.ts';
import { isLocalDemonstration } from '#app/http/demonstration.server.ts';

const due = (now: string, madeAt: string | null = null) =>
  nightlyExportDue(new Date(now), madeAt === null ? null : new Date(madeAt));

test('the nightly export is due from 04:30 in Paris, winter and summer', () => {
  expect(due('2026-01-15T03:29:59Z')).toBeNull();
  expect(due('2026-01-15T03:30:00Z')).toBe('2026-01-15');
  expect(due('2026-07-15T02:29:59Z')).toBeNull();
  expect(due('2026-07-15T02:30:00Z')).toBe('2026-07-15');
});

test('it is made once a local day: late rather than never, and again after one made by hand before 04:30', () => {
  expect(due('2026-01-15T22:59:00Z')).toBe('2026-01-15');
  expect(due('2026-01-15T12:00:00Z', '2026-01-15T03:30:00Z')).toBeNull();
  expect(due('2026-01-15T12:00:00Z', '2026-01-15T11:00:00Z')).toBeNull();
  expect(due('2026-01-15T03:31:00Z', '2026-01-15T00:10:00Z')).toBe('2026-01-15');
});

test('the first export of an installation bears the last day whose night has passed', () => {
  expect(firstExportDay(new Date('2026-01-15T03:29:59Z'))).toBe('2026-01-14');
  expect(firstExportDay(new Date('2026-01-15T03:30:00Z'))).toBe('2026-01-15');
});

test('asked every five minutes around both clock changes, it is due exactly once for each local day', () => {
  const made = new Map<string, Date[]>();
  for (const [from, to] of [
    ['2026-03-22', '2026-04-05'],
    ['2026-10-18', '2026-11-01'],
  ]) {
    const end = Date.parse(`${to}T12:00:00Z`);
    for (let time = Date.parse(`${from}T12:00:00Z`); time <= end; time += 5 * 60_000) {
      const now = new Date(time);
      const jour = nightlyExportDue(now, made.get(parisDay(now))?.at(-1) ?? null);
      if (jour !== null) made.set(jour, [...(made.get(jour) ?? []), now]);
    }
  }
  expect(made.size).toBe(30);
  expect([...made.values()].every((instants) => instants.length === 1)).toBe(true);
  expect(made.get('2026-03-28')?.[0]?.toISOString()).toBe('2026-03-28T03:30:00.000Z');
  expect(made.get('2026-03-29')?.[0]?.toISOString()).toBe('2026-03-29T02:30:00.000Z');
  expect(made.get('2026-10-24')?.[0]?.toISOString()).toBe('2026-10-24T02:30:00.000Z');
  expect(made.get('2026-10-25')?.[0]?.toISOString()).toBe('2026-10-25T03:30:00.000Z');
});

test('a day is a day in Paris', () => {
  expect(parisDay(new Date('2026-06-30T22:30:00Z'))).toBe('2026-07-01');
  expect(parisDay(new Date('2026-12-31T22:59:00Z'))).toBe('2026-12-31');
});

test('thirty days are kept, then the first export of each month', () => {
  const jours = [
    '2026-01-01',
    '2026-01-02',
    '2026-02-03',
    '2026-02-04',
    '2026-03-30',
    '2026-03-31',
    '2026-04-01',
    '2026-04-30',
  ];
  expect(joursToForget(jours, '2026-04-30')).toEqual(['2026-01-02', '2026-02-04']);
  expect(joursToForget([], '2026-04-30')).toEqual([]);
});

const base = lieuFrom({ id: 'a/b c', nom: 'Le "Clic", l’été', commune: 'Saint-Étienne', date_maj: '2026-01-02' });

test('a CSV line gives back exactly what it was made from: quotes, commas, line breaks, emoji, pipes, formulas', () => {
  const lieu = {
    ...base,
    adresse: '=1+1, "rue" | place\u00a0🐙',
    presentation_detail: 'a\r\nb\nc\rd "e", ; \t',
    services: ['Aide aux démarches administratives', 'Utilisation sécurisée du numérique'],
    latitude: -12.5,
    longitude: 0.0000001,
    pivot: '00000000000000',
  };
  const rows: string[][] = parse(CSV_HEADER + lieuToCsv(lieu) + lieuToCsv(base), { record_delimiter: '\r\n' });
  expect(rows[0]).toEqual(FIELDS.map(({ name }) => name));
  const row = Object.fromEntries(FIELDS.map(({ name }, index) => [name, rows[1]?.[index]]));
  expect(row).toMatchObject({
    id: lieu.id,
    nom: lieu.nom,
    adresse: lieu.adresse,
    presentation_detail: lieu.presentation_detail,
    services: lieu.services.join('|'),
    latitude: '-12.5',
    longitude: '0.0000001',
    telephone: '',
  });
  expect(rows[2]?.[1]).toBe('00000000000000');
});

test('JSON leaves out what is empty and keeps numbers and lists', () => {
  expect(
    lieuToJson({
      ...base,
      latitude: 0,
      longitude: 1.5,
      services: ['Loisirs et créations numériques'],
      permanences: [],
    }),
  ).toEqual({
    id: 'a/b c',
    pivot: '00000000000000',
    nom: base.nom,
    commune: 'Saint-Étienne',
    date_maj: '2026-01-02',
    latitude: 0,
    longitude: 1.5,
    services: ['Loisirs et créations numériques'],
  });
});

test('JSON carries the permanences besides, without what is empty; CSV and GeoJSON keep the standard’s columns', () => {
  const etape = { ...emptyEtape(), nom: 'Place du marché', commune: 'Langon', latitude: 44.55, longitude: -0.25 };
  const permanences = [
    { ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00', dispositif: 'Conseillers numériques' },
    {
      ...emptyPermanence('0000000b'),
      horaires: 'We 14:00-16:00',
      services: ['Loisirs et créations numériques'],
      etape,
    },
  ];
  expect(lieuToJson({ ...base, permanences }).permanences).toEqual([
    { id: '0000000a', horaires: 'Tu 09:00-12:00', dispositif: 'Conseillers numériques' },
    {
      id: '0000000b',
      horaires: 'We 14:00-16:00',
      services: ['Loisirs et créations numériques'],
      etape: { nom: 'Place du marché', commune: 'Langon', latitude: 44.55, longitude: -0.25 },
    },
  ]);
  expect(lieuToJson({ ...base, permanences: [] })).not.toHaveProperty('permanences');
  const lieu = { ...base, permanences };
  expect(lieuToFeature(lieu).properties).not.toHaveProperty('permanences');
  expect(lieuToCsv(lieu)).toBe(lieuToCsv(base));
});

test('the texts of an export are what JSON makes of a lieu, whatever it holds', () => {
  const awkward = '"a\\b"\u2028\ud800 é\n🐙';
  const full = lieuFrom({
    ...base,
    latitude: -21.1e-9,
    longitude: 55,
    presentation_detail: awkward,
    courriels: ['a@b.fr'],
  });
  const permanences = [{ ...emptyPermanence('0000000a'), precision: awkward }];
  for (const lieu of [base, full, { ...full, id: awkward, latitude: null }].map((one) => ({
    ...one,
    permanences: [],
  }))) {
    for (const one of [lieu, { ...lieu, permanences }]) {
      expect(lieuToJsonTexts(one)).toEqual({
        json: JSON.stringify(lieuToJson(one)),
        feature: JSON.stringify(lieuToFeature(one)),
      });
    }
  }
});

test('GeoJSON has longitude first, and a null geometry where coordinates are not known', () => {
  expect(lieuToFeature({ ...base, latitude: 48.8, longitude: 2.3 }).geometry).toEqual({
    type: 'Point',
    coordinates: [2.3, 48.8],
  });
  expect(lieuToFeature(base).geometry).toBeNull();
  expect(lieuToFeature(base).properties).not.toHaveProperty('latitude');
});

test('only an instance that this machine alone can see is a local demonstration', () => {
  const local = { databaseUrl: undefined, host: '127.0.0.1', publicUrl: 'http://localhost:3000', trustProxy: 0 };
  expect(isLocalDemonstration(local)).toBe(true);
  expect(isLocalDemonstration({ ...local, host: '0.0.0.0' })).toBe(false);
  expect(isLocalDemonstration({ ...local, publicUrl: 'https://lieux.exemple.fr' })).toBe(false);
  expect(isLocalDemonstration({ ...local, trustProxy: 1 })).toBe(false);
  expect(isLocalDemonstration({ ...local, databaseUrl: 'postgres://localhost/x' })).toBe(false);
});
