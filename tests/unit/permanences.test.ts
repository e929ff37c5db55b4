import { expect, test } from 'vitest';
import { formatLocalDate } from '#app/domain/horaires/dates.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored } from '#app/domain/horaires/stored-form.ts';
import { timeZoneOfLieu } from '#app/domain/horaires/zones.ts';
import { sameValue } from '#app/domain/moderation.ts';
import { fuseauDeLEtape, listVenues } from '#app/domain/passages.ts';
import {
  emptyEtape,
  emptyPermanence,
  newPermanenceId,
  type Permanence,
  readStoredPermanences,
} from '#app/domain/permanences.ts';
import { claimsOfPermanences } from '#app/domain/permanences-claims.ts';
import { readPermanences } from '#app/domain/permanences-form.ts';
import { storePermanences } from '#app/domain/permanences-store.ts';
import { describePermanence } from '#app/domain/permanences-words.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const communes = loadCommunes();
const TODAY = '2026-03-15';
const BORDEAUX = { code_insee: '33063', code_postal: '33000', latitude: 44.84, longitude: -0.58 };
const REUNION = { code_insee: '97411', code_postal: '97400', latitude: null, longitude: null };
const mardi: Permanence = { ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00' };
const langon = {
  ...emptyEtape(),
  nom: 'Place du marché',
  code_postal: '33210',
  commune: 'Langon',
  code_insee: '33227',
};

function errorsOf(value: unknown): string[] {
  const reading = readPermanences(value, { communes });
  return reading.ok ? [] : reading.errors.map(({ index, field }) => `${index} ${field}`);
}

test('what a form sends is read: texts for numbers, empty texts for nothing, hours as people write them', () => {
  const reading = readPermanences(
    [
      {
        id: '0000000a',
        horaires: 'mardi de 9h à 12h',
        dispositif: '',
        services: ['Loisirs et créations numériques', 'Aide aux démarches administratives'],
        precision: '  Bureau 2,\n avec Marie ',
        etape: null,
      },
      {
        id: '0000000b',
        horaires: 'We 14:00-16:00; PH off',
        dispositif: 'Conseillers numériques',
        services: 'Aide aux démarches administratives',
        etape: {
          nom: 'Place du marché',
          commune: 'Langon',
          code_postal: '33210',
          latitude: '44,5541',
          longitude: '-0.2487',
        },
      },
    ],
    { communes },
  );
  expect(reading).toEqual({
    ok: true,
    permanences: [
      {
        ...emptyPermanence('0000000a'),
        horaires: 'Tu 09:00-12:00',
        services: ['Aide aux démarches administratives', 'Loisirs et créations numériques'],
        precision: 'Bureau 2, avec Marie',
      },
      {
        ...emptyPermanence('0000000b'),
        horaires: 'We 14:00-16:00; PH off',
        dispositif: 'Conseillers numériques',
        services: ['Aide aux démarches administratives'],
        etape: { ...langon, latitude: 44.5541, longitude: -0.2487 },
      },
    ],
  });
});

test.each<[string, unknown, string[]]>([
  ['not a list', { 0: mardi }, ['-1 id']],
  ['too many', Array.from({ length: 51 }, () => mardi), ['-1 id']],
  ['not a permanence', ['x'], ['0 id', '0 horaires']],
  ['an id of another form', [{ ...mardi, id: 'abc' }], ['0 id']],
  ['the same id twice', [mardi, mardi], ['1 id']],
  ['no hours', [{ ...mardi, horaires: ' ' }], ['0 horaires']],
  ['hours that nobody understands', [mardi, { ...mardi, id: '0000000b', horaires: '14 18 h' }], ['1 horaires']],
  ['a dispositif of nobody', [{ ...mardi, dispositif: 'Point relais' }], ['0 dispositif']],
  ['a service of nobody', [{ ...mardi, services: ['Réparer des vélos'] }], ['0 services']],
  ['a precision with HTML', [{ ...mardi, precision: '<b>ici</b>' }], ['0 precision']],
  ['a precision as long as a page', [{ ...mardi, precision: 'a'.repeat(201) }], ['0 precision']],
  ['a stop without anything', [{ ...mardi, etape: {} }], ['0 etape.nom', '0 etape.commune']],
  ['a postcode of nowhere', [{ ...mardi, etape: { ...langon, code_postal: '3321' } }], ['0 etape.code_postal']],
  ['a postcode of elsewhere', [{ ...mardi, etape: { ...langon, code_postal: '75001' } }], ['0 etape.code_postal']],
  ['half a position', [{ ...mardi, etape: { ...langon, latitude: 44.55 } }], ['0 etape.longitude']],
  [
    'a position that is no number',
    [{ ...mardi, etape: { ...langon, latitude: 'x', longitude: 0 } }],
    ['0 etape.latitude'],
  ],
  ['a position abroad', [{ ...mardi, etape: { ...langon, latitude: 40.4, longitude: -3.7 } }], ['0 etape.latitude']],
])('refused: %s', (_, value, expected) => {
  expect(errorsOf(value)).toEqual(expected);
});

test.each([
  ['Langon', '33210', '33227'],
  ['langon', null, null],
  ['Saint Denis', '97400', '97411'],
  ['St-Denis', '93200', '93066'],
  ['Marseille 11e Arrondissement', '13011', '13055'],
  ['Paris', '75012', '75056'],
  ['Saint-Nulle-Part', null, null],
])('the INSEE code of a stop follows from its commune: %s %s', (commune, code_postal, code_insee) => {
  const reading = readPermanences([{ ...mardi, etape: { nom: 'Ici', commune, code_postal } }], { communes });
  expect(reading).toMatchObject({ ok: true, permanences: [{ etape: { commune, code_postal, code_insee } }] });
});

test('every refusal says why in French, with an example where one would help', () => {
  const reading = readPermanences([{ id: '0000000a', horaires: 'Tu 09:00-', etape: {} }], { communes });
  expect(reading.ok ? [] : reading.errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/Exemple/),
    expect.stringMatching(/Place du marché/),
    expect.stringMatching(/Langon/),
  ]);
});

test('the stored form of permanences is read whatever the order of its keys, and junk is left out', () => {
  const shuffled = {
    etape: null,
    services: [],
    precision: null,
    id: '0000000a',
    dispositif: null,
    horaires: 'Tu 09:00-12:00',
  };
  expect(readStoredPermanences([shuffled, 'x', { id: 'no' }, null])).toEqual([mardi]);
  expect(readStoredPermanences({})).toEqual([]);
  expect(sameValue([shuffled], [mardi])).toBe(true);
  expect(sameValue([mardi, { ...mardi, id: '0000000b' }], [{ ...mardi, id: '0000000b' }, mardi])).toBe(false);
  expect(sameValue([], null)).toBe(true);
});

test('a new id is eight hexadecimal digits', () => {
  const ids = new Set(Array.from({ length: 200 }, () => newPermanenceId([mardi])));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(ids.size).toBe(200);
});

const at = (km: number) => ({ ...langon, latitude: 44.84 + km / 111.195, longitude: -0.58 });
test.each<[string, Permanence[], Permanence[], string[], number]>([
  ['the lieu’s own staff', [mardi], [], [], 0],
  ['a dispositif that the lieu has', [{ ...mardi, dispositif: 'Aidants Connect' }], [], [], 0],
  ['one that it has not', [{ ...mardi, dispositif: 'France Services' }], [], ['France Services'], 0],
  [
    'one that a moderator saw',
    [{ ...mardi, dispositif: 'France Services' }],
    [{ ...mardi, id: '1', dispositif: 'France Services' }],
    [],
    0,
  ],
  ['a stop at 49 km', [{ ...mardi, etape: at(49) }], [], [], 0],
  ['a stop at 51 km', [{ ...mardi, etape: at(51) }], [], [], 1],
  ['the same stop, seen before', [{ ...mardi, etape: at(51) }], [{ ...mardi, etape: at(51) }], [], 0],
  ['a stop without position, in the same département', [{ ...mardi, etape: langon }], [], [], 0],
  [
    'a stop without position, in another one',
    [{ ...mardi, etape: { ...langon, code_insee: '40192', code_postal: '40000' } }],
    [],
    [],
    1,
  ],
  [
    'a stop of which nothing tells where it is',
    [{ ...mardi, etape: { ...emptyEtape(), nom: 'Là', commune: 'X' } }],
    [],
    [],
    1,
  ],
])('what a moderator should look at first: %s', (_, after, before, dispositifs, etapes) => {
  const lieu = { ...BORDEAUX, dispositif_programmes_nationaux: ['Aidants Connect'] };
  const claims = claimsOfPermanences(after, before, lieu);
  expect(claims.dispositifs).toEqual(dispositifs);
  expect(claims.etapes).toHaveLength(etapes);
});

/** The next two comings of the stops of some permanences, from what is stored of them. */
function venuesOf(permanences: readonly Permanence[], lieu: typeof BORDEAUX | typeof REUNION) {
  const { lues, datees } = storePermanences(permanences, lieu, TODAY);
  const stops = permanences.flatMap(({ id, etape }) => {
    if (etape === null) return [];
    const days = datees.filter(({ permanence_id }) => permanence_id === id);
    return [
      {
        etape,
        fuseau: fuseauDeLEtape(etape, timeZoneOfLieu(lieu)),
        horaires: joinStored(lues[id] ?? null, null, days),
      },
    ];
  });
  return listVenues(stops, new Date(`${TODAY}T12:00:00Z`), { count: 2 }).map(
    ({ passage, day, debut, fin, incertain }) => ({
      ...{ nom: passage.etape.nom, jour: formatLocalDate(day), debut, fin, incertain, fuseau: passage.fuseau },
    }),
  );
}

test('permanences elsewhere are stops on the clock and with the holidays of their place, and those in the lieu are none', () => {
  const kourou = { ...emptyEtape(), nom: 'Mairie', code_postal: '97310', commune: 'Kourou', code_insee: '97304' };
  // The 10th of June is a holiday in Guyane.
  const etape = {
    ...emptyPermanence('0000000b'),
    horaires: '2026 Apr 14 09:30-12:00; Jun 10 08:00-10:00; PH off',
    etape: kourou,
  };
  const stored = storePermanences([mardi, etape], BORDEAUX, TODAY);
  expect(stored.lues).toMatchObject({ '0000000a': { semaine: { 1: [[540, 720]] } } });
  expect(venuesOf([mardi, etape], BORDEAUX)).toEqual([
    { nom: 'Mairie', jour: '2026-04-14', debut: 570, fin: 720, incertain: false, fuseau: 'America/Cayenne' },
  ]);
  const only = storePermanences([etape], BORDEAUX, TODAY);
  expect(Object.keys(only.lues)).toEqual(['0000000b']);
});

test('a stop that does not say where it is has the clock of its lieu', () => {
  const etape = { ...mardi, etape: { ...emptyEtape(), nom: 'Ici' } };
  expect(venuesOf([etape], REUNION)[0]).toMatchObject({ fuseau: 'Indian/Reunion', jour: '2026-03-17' });
});

test('permanences without hours say nothing of when help is there', () => {
  const stored = storePermanences([{ ...mardi, horaires: null }], BORDEAUX, TODAY);
  expect(stored).toEqual({ lues: {}, datees: [] });
});

test('a permanence is told in sentences', () => {
  const told = (permanence: Permanence) =>
    describePermanence(permanence, storeHoraires(permanence.horaires, BORDEAUX, TODAY).horaires_intervalles).replaceAll(
      '\u00a0',
      ' ',
    );
  expect(
    told({
      ...mardi,
      horaires: 'Tu 09:00-12:00; Th 14:00-17:00 "sur rendez-vous"; PH off',
      dispositif: 'France Services',
      services: ['Aide aux démarches administratives'],
      precision: 'Bureau 2',
    }),
  ).toBe(
    'Mardi : 9 h – 12 h ; jeudi : 14 h – 17 h (sur rendez-vous). Fermé les jours fériés. Dispositif : France services. Pour : Aide aux démarches administratives. Précision : Bureau 2.',
  );
  expect(told({ ...mardi, etape: { ...langon, adresse: '2 Rue de la Gare' } })).toBe(
    'Mardi : 9 h – 12 h. Où : Place du marché, 2 Rue de la Gare, 33210 Langon.',
  );
  expect(told({ ...mardi, horaires: 'on verra' })).toBe('« on verra ».');
  expect(told({ ...mardi, horaires: null })).toBe('Sans horaires.');
});
