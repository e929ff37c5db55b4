import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { buildClusters } from '#app/carte/clusters.ts';
import { type Filtres, NO_FILTRES, parseFiltres } from '#app/carte/filters.ts';
import { ouvertureOfRow } from '#app/carte/ouverture.ts';
import { isElsewhere, pointOfRow } from '#app/carte/rows.ts';
import {
  centreOf,
  centreOfTerritoires,
  distanceBetween,
  isInjoignableRow,
  listPage,
  nearestJoignable,
  type Place,
  selectRows,
} from '#app/carte/search.ts';
import { decodeSnapshot, type SnapshotRow } from '#app/carte/snapshot.ts';
import { encodeSnapshot } from '#app/carte/snapshot-encode.ts';
import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { normalizeText, territoireContains } from '#app/domain/territoire.ts';
import { anyRows, anyRowsWithHelp, makeHoraires, makeRow } from './rows.ts';

/** Monday 24 March 2025, 09:30 in Paris. */
const INSTANT = new Date('2025-03-24T08:30:00Z');
const WORLD = { west: -180, south: -90, east: 180, north: 90 };

function search(rows: readonly SnapshotRow[], query: string, place: Place | null = null): string[] {
  const index = decodeSnapshot(encodeSnapshot(rows));
  const { filtres } = parseFiltres(new URLSearchParams(query));
  return [...selectRows(index, { filtres, place, instant: INSTANT })].map((row) => index.ids.at(row)).sort();
}

/** The same answer, lieu by lieu from the rows themselves. */
function bruteForce(
  rows: readonly SnapshotRow[],
  { champs, bbox, territoires, point, rayon, q, rdv }: Filtres,
): string[] {
  const kept = rows.filter((row) => {
    const placed = row.latitude !== null && row.longitude !== null;
    const latitude = (Math.round(((row.latitude ?? 0) + 90) * 1e5) - 90e5) / 1e5;
    const longitude = (Math.round(((row.longitude ?? 0) + 180) * 1e5) - 180e5) / 1e5;
    for (const field of FILTER_FIELDS) {
      const asked = champs[field];
      if (asked && !asked.some((value) => row[field].includes(value))) return false;
    }
    if (bbox) {
      if (!placed || latitude < bbox.south || latitude > bbox.north) return false;
      const inside =
        bbox.west <= bbox.east
          ? longitude >= bbox.west && longitude <= bbox.east
          : longitude >= bbox.west || longitude <= bbox.east;
      if (!inside) return false;
    }
    if (point && rayon !== null && (!placed || distanceBetween(point, { latitude, longitude }) > rayon)) return false;
    if (territoires.length > 0 && !territoires.some((territoire) => territoireContains(territoire, row))) return false;
    if (rdv && (row.prochain_creneau ?? 0) * 60_000 <= INSTANT.getTime()) return false;
    const words = normalizeText(`${row.nom} ${row.commune ?? ''} ${row.code_postal ?? ''}`)
      .replace(/\bst\b/g, 'saint')
      .split(' ');
    const asked = normalizeText(q ?? '')
      .replace(/\bst\b/g, 'saint')
      .split(' ');
    return asked.every((word) => words.some((candidate) => candidate.startsWith(word)));
  });
  return kept.map(({ id }) => id).sort();
}

const anyQuery = fc
  .record(
    {
      services: fc.constantFrom('Aide aux démarches administratives', 'Loisirs et créations numériques'),
      frais_a_charge: fc.constantFrom('Gratuit', 'Payant'),
      autres_formations_labels: fc.constantFrom('Fab Lab', 'Inconnu'),
      bbox: fc.constantFrom('-1,44.8,-0.5,44.9', '170,-90,-170,90', '-180,-90,180,90', '-0.55,44.85,-0.55,44.85'),
      territoire: fc.constantFrom('departement:33', 'commune:75056', 'commune:75112', 'region:84', 'epci:243300316'),
      q: fc.constantFrom('st', 'medi jean', 'PARIS', '330', 'saint-etienne', 'zzz', '…'),
      rdv: fc.constant('1'),
      rayon: fc.constantFrom('2', '500', '19000'),
    },
    { requiredKeys: [] },
  )
  .map((query) => new URLSearchParams({ lat: '44.85', lon: '-0.55', ...query }).toString());

test('filters keep exactly what reading lieu by lieu keeps', () => {
  fc.assert(
    fc.property(anyRows, anyQuery, (rows, query) => {
      const { filtres } = parseFiltres(new URLSearchParams(query));
      expect(search(rows, query)).toEqual(bruteForce(rows, filtres));
    }),
    { numRuns: 300 },
  );
});

test('at every zoom, clusters count each lieu and stop on the map once', () => {
  fc.assert(
    fc.property(anyRowsWithHelp(), anyQuery, (rows, query) => {
      const index = decodeSnapshot(encodeSnapshot(rows));
      const { filtres } = parseFiltres(new URLSearchParams(query));
      const kept = selectRows(index, { filtres, place: null, instant: INSTANT });
      const clusters = buildClusters(index, kept);
      for (const zoom of [0, 4, 9, 14, 18]) {
        const total = clusters.list(WORLD, zoom).reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(kept.filter((row) => pointOfRow(index, row) !== null).length);
      }
    }),
    { numRuns: 60 },
  );
});

test('pages hold every lieu and stop once, the nearest first, then those without coordinates, then those out of reach', () => {
  fc.assert(
    fc.property(anyRowsWithHelp(), fc.integer({ min: 1, max: 9 }), (rows, perPage) => {
      const index = decodeSnapshot(encodeSnapshot(rows));
      const all = selectRows(index, { filtres: NO_FILTRES, place: null, instant: INSTANT });
      const centre = { latitude: 44.85, longitude: -0.55 };
      const { pages } = listPage(index, all, { centre, page: 1, perPage });
      const hits = Array.from(
        { length: pages },
        (_, i) => listPage(index, all, { centre, page: i + 1, perPage }).hits,
      ).flat();
      expect(hits.map(({ row }) => row).sort((a, b) => a - b)).toEqual([...all]);
      const out = hits.map(({ row }) => isInjoignableRow(index, row));
      expect(out).toEqual([...out].sort((a, b) => Number(a) - Number(b)));
      for (const group of [false, true]) {
        const distances = hits
          .filter((_, hit) => out[hit] === group)
          .map(({ distance }) => distance ?? Number.POSITIVE_INFINITY);
        expect(distances).toEqual([...distances].sort((a, b) => a - b));
      }
    }),
    { numRuns: 60 },
  );
});

test('a page past the last one is the last one; without a centre names are in order', () => {
  const index = decodeSnapshot(encodeSnapshot(['Écluse', 'abri', 'Zénith'].map((nom) => makeRow({ id: nom, nom }))));
  const all = selectRows(index, { filtres: NO_FILTRES, place: null, instant: INSTANT });
  const found = listPage(index, all, { centre: null, page: 99, perPage: 2 });
  expect([found.page, found.pages, found.total]).toEqual([2, 2, 3]);
  const first = listPage(index, all, { centre: null, page: 1, perPage: 9 });
  expect(first.hits.map(({ row }) => index.noms.at(row))).toEqual(['abri', 'Écluse', 'Zénith']);
});

describe('a text finds', () => {
  const lieux = [
    makeRow({ id: 'a', nom: 'Médiathèque Œuvre', commune: 'Saint-Étienne', code_postal: '42000' }),
    makeRow({ id: 'b', nom: "L'Atelier", commune: 'Sainte-Foy-lès-Lyon', code_postal: '69110' }),
  ];
  it.each([
    ['mediatheque', ['a']],
    ['OEUVRE', ['a']],
    ['st etienne', ['a']],
    ['saint', ['a', 'b']],
    ['ste foy', ['b']],
    ['42000', ['a']],
    ['atelier lyon', ['b']],
    ['l’atel', ['b']],
    ['theque', []],
    ['?!', ['a', 'b']],
  ])('"%s"', (q, ids) => expect(search(lieux, new URLSearchParams({ q }).toString())).toEqual(ids));
});

describe('a place keeps', () => {
  const place: Place = {
    libelle: 'Bordeaux (33)',
    centre: { latitude: 44.84, longitude: -0.58 },
    approximatif: false,
    rayon: 10,
    territoires: [{ type: 'commune', code: '33063' }],
  };
  const lieux = [
    makeRow({ id: 'near' }),
    makeRow({ id: 'far', latitude: 45.5, longitude: -0.58 }),
    makeRow({ id: 'unplaced inside', latitude: null, longitude: null }),
    makeRow({ id: 'unplaced elsewhere', latitude: null, longitude: null, code_insee: '33003' }),
  ];
  it.each([
    ['what is around, and what is in it without coordinates', 'q=bordeaux', ['near', 'unplaced inside']],
    ['more with a larger radius', 'q=bordeaux&rayon=100', ['far', 'near', 'unplaced inside']],
    ['what the map shows, once it has been moved', 'q=bordeaux&bbox=-1,45,0,46', ['far']],
  ])('%s', (_, query, ids) => expect(search(lieux, query, place)).toEqual(ids));
});

describe('open, on the clock of each lieu', () => {
  const nouvelleCaledonie = { code_insee: '98818', code_postal: '98800', fuseau: 'Pacific/Noumea' };
  const lieux = [
    makeRow({ id: 'paris', horaires: makeHoraires('Mo 09:00-11:40') }),
    makeRow({ id: 'noumea', horaires: makeHoraires('Mo 09:00-11:40', nouvelleCaledonie), ...nouvelleCaledonie }),
    makeRow({ id: 'evening', horaires: makeHoraires('Mo 19:00-20:00', nouvelleCaledonie), ...nouvelleCaledonie }),
    makeRow({ id: 'weekend', horaires: makeHoraires('Sa 10:00-12:00; Su 23:45-24:00') }),
    makeRow({ id: 'third saturday', horaires: makeHoraires('Sa[3] 10:00-12:00') }),
    makeRow({ id: 'closed on holidays', horaires: makeHoraires('Mo 13:00-14:00; PH off') }),
    makeRow({ id: 'by appointment', horaires: makeHoraires('Mo 09:00-18:00 "sur rendez-vous"') }),
    makeRow({ id: 'not understood', horaires: makeHoraires('demandez au gardien') }),
    makeRow({ id: 'not given' }),
  ];
  it.each([
    // In Nouméa it is 19:30 on the same Monday.
    ['maintenant', ['evening', 'paris']],
    ['soir', ['evening']],
    ['samedi', ['weekend']],
    ['dimanche', ['weekend']],
    ['2025-03-24T11:39', ['noumea', 'paris']],
    ['2025-03-24T11:40', []],
    ['2025-03-30T23:50', ['weekend']],
    ['2025-03-31T13:30', ['closed on holidays']],
    // Easter Monday
    ['2025-04-21T13:30', []],
  ])('%s', (ouvert, ids) => expect(search(lieux, `ouvert=${ouvert}`)).toEqual(ids));

  test('what is left of a day is what counts on that day', () => {
    const index = decodeSnapshot(encodeSnapshot(lieux));
    const { filtres } = parseFiltres(new URLSearchParams('ouvert=samedi'));
    const at = (instant: string) =>
      [...selectRows(index, { filtres, place: null, instant: new Date(instant) })]
        .map((row) => index.ids.at(row))
        .sort();
    expect(at('2025-03-29T10:30:00Z')).toEqual(['weekend']);
    expect(at('2025-03-29T11:30:00Z')).toEqual([]);
    // The third Saturday of April lies within the days that the snapshot knows, that of May does not.
    expect(at('2025-04-13T10:00:00Z')).toEqual(['weekend']);
  });

  test('is said of the moment that is asked, not of now', () => {
    const index = decodeSnapshot(encodeSnapshot(lieux));
    const { filtres } = parseFiltres(new URLSearchParams('ouvert=2025-03-29T10:30'));
    const said = ouvertureOfRow(index, index.ids.toArray().indexOf('weekend'), {
      ouvert: filtres.ouvert,
      services: [],
      instant: INSTANT,
    });
    expect(said.state).toBe('ouvert');
    expect(said.sentence).toMatch(/^Samedi 29 mars à 10.h.30.: ouvert jusqu’à /);
  });

  test('is said in a sentence', () => {
    const index = decodeSnapshot(encodeSnapshot(lieux));
    const sentences = Object.fromEntries(
      Array.from({ length: index.size }, (_, row) => [
        index.ids.at(row),
        ouvertureOfRow(index, row, { ouvert: null, services: [], instant: INSTANT }).sentence,
      ]),
    );
    expect(sentences).toMatchObject({
      paris: expect.stringMatching(/^Ouvert jusqu’à 11\sh\s40$/),
      'not given': 'Horaires non renseignés',
      'by appointment': 'Sur rendez-vous',
    });
    expect(sentences['not understood']).toContain('fiche');
  });
});

test.each([
  ['telephone', 'Horaires à vérifier, appelez avant de venir'],
  ['courriel', 'Horaires à vérifier, écrivez avant de venir'],
  [null, 'Horaires à vérifier, renseignez-vous avant de venir'],
] as const)('whom one may ask by %s: « %s »', (contact, expected) => {
  const horaires = makeHoraires('Mo-Su 00:00-24:00 unknown');
  const index = decodeSnapshot(encodeSnapshot([makeRow({ id: 'a', horaires, contact })]));
  for (const ouvert of [null, { jour: '2025-03-27', minutes: 600 }] as const) {
    const { sentence } = ouvertureOfRow(index, 0, { ouvert, services: [], instant: INSTANT });
    expect(sentence.toLowerCase()).toContain(expected.toLowerCase());
  }
});

test('who cannot be reached is sent to the nearest lieu that receives people and can be', () => {
  fc.assert(
    fc.property(
      anyRowsWithHelp(),
      fc.double({ min: -80, max: 80, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      (rows, latitude, longitude) => {
        const index = decodeSnapshot(encodeSnapshot(rows));
        const centre = { latitude, longitude };
        const distances = Array.from({ length: index.placed }, (_, row) => row)
          .filter((row) => !isInjoignableRow(index, row) && !isElsewhere(index, row))
          .filter((row) => {
            const { values, combinations, rows: of } = index.fields.modalites_acces;
            const said = (combinations[of[row] ?? -1] ?? []).map((value) => values[value]);
            return !said.includes("Ce lieu n'accueille pas de public");
          })
          .map((row) => distanceBetween(centre, pointOfRow(index, row) ?? centre));
        const found = nearestJoignable(index, centre);
        if (distances.length === 0) {
          expect(found).toBeNull();
          return;
        }
        // Chosen as if the earth were flat: exact among neighbours.
        const nearest = Math.min(...distances);
        if (nearest < 50) expect(found?.distance).toBeLessThan(nearest * 1.02 + 0.01);
        expect(distances).toContain(found?.distance);
      },
    ),
    { numRuns: 200 },
  );
});

test('help that a stop gives is found by its services and its dispositif, not by those of its lieu', () => {
  const passage = {
    ...{ id: 'p', nom: 'Halle', adresse: null, commune: 'Bazas', code_postal: '33430', code_insee: '33036' },
    ...{ latitude: 44.43, longitude: -0.21, fuseau: 'Europe/Paris', horaires: makeHoraires('Mo 09:00-12:00') },
    ...{ services: ['Loisirs et créations numériques'], dispositif: 'France Services' },
  };
  const bus = makeRow({
    ...{ id: 'bus', passages: [passage, { ...passage, id: 'q', services: [], dispositif: null }] },
    services: ['Aide aux démarches administratives'],
    dispositif_programmes_nationaux: ['Conseillers numériques'],
  });
  const index = decodeSnapshot(encodeSnapshot([bus]));
  const found = (name: string, value: string) => [
    ...selectRows(index, {
      filtres: parseFiltres(new URLSearchParams({ [name]: value })).filtres,
      place: null,
      instant: INSTANT,
    }),
  ];
  expect(found('services', 'Loisirs et créations numériques')).toEqual([1]);
  expect(found('services', 'Aide aux démarches administratives')).toEqual([0, 2]);
  expect(found('dispositif_programmes_nationaux', 'France Services')).toEqual([1]);
  expect(found('dispositif_programmes_nationaux', 'Conseillers numériques')).toEqual([0, 2]);
});

test('a free slot that has begun is no longer one', () => {
  const now = INSTANT.getTime() / 60_000;
  const lieux = [
    makeRow({ id: 'past', prochain_creneau: now }),
    makeRow({ id: 'next', prochain_creneau: now + 1 }),
    makeRow({ id: 'none' }),
  ];
  expect(search(lieux, 'rdv=1')).toEqual(['next']);
});

test('distances are those of a sphere', () => {
  const paris = { latitude: 48.8566, longitude: 2.3522 };
  const marseille = { latitude: 43.2965, longitude: 5.3698 };
  expect(distanceBetween(paris, marseille)).toBeCloseTo(660.5, 0);
  expect(distanceBetween(paris, paris)).toBe(0);
  expect(distanceBetween({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 })).toBeCloseTo(22.24, 1);
});

test('the middle of a box is on its side of the world', () => {
  expect(centreOf({ west: -1, south: 44, east: 0, north: 45 })).toEqual({ latitude: 44.5, longitude: -0.5 });
  expect(centreOf({ west: 170, south: -20, east: -170, north: -10 })).toEqual({ latitude: -15, longitude: 180 });
  expect(centreOf({ west: 178, south: 0, east: -170, north: 0 }).longitude).toBe(-176);
});

test('the middle of a territoire is that of its lieux, if it has any on the map', () => {
  const index = decodeSnapshot(
    encodeSnapshot([
      makeRow({ id: 'a', latitude: 44, longitude: 0 }),
      makeRow({ id: 'b', latitude: 45, longitude: 1 }),
    ]),
  );
  expect(centreOfTerritoires(index, [{ type: 'departement', code: '33' }])).toEqual({ latitude: 44.5, longitude: 0.5 });
  expect(centreOfTerritoires(index, [{ type: 'departement', code: '40' }])).toBeNull();
});
