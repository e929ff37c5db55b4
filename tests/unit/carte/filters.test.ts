import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Filtres, formatFiltres, labelOfOuvert, NO_FILTRES, parseFiltres } from '#app/carte/filters.ts';
import { FILTER_FIELDS } from '#app/domain/filter-fields.ts';
import { fieldOf } from '#app/domain/standard.ts';
import { parseTerritoire } from '#app/domain/territoire.ts';

const parse = (query: string) => parseFiltres(new URLSearchParams(query));

test('an empty query, and the empty fields of a form, ask for nothing', () => {
  expect(parse('')).toEqual({ filtres: NO_FILTRES, inconnus: [] });
  expect(parse('q=&services=&territoire=&page=&utm_source=x&utm_campaign=')).toEqual({
    filtres: NO_FILTRES,
    inconnus: [],
  });
});

test('each name of the contract is read', () => {
  const query =
    'q=%20maison%20&lat=44.84&lon=-0.58&rayon=12.5&bbox=-1,44,0,45&territoire=departement:33&territoire=region:75' +
    '&services=Aide+aux+d%C3%A9marches+administratives&services=Compr%C3%A9hension+du+monde+num%C3%A9rique' +
    "&modalites_acces=Ce+lieu+n'accueille+pas+de+public&autres_formations_labels=Pass+num%C3%A9rique&ouvert=soir&rdv=1&page=3";
  expect(parse(query)).toEqual({
    inconnus: [],
    filtres: {
      champs: {
        services: ['Aide aux démarches administratives', 'Compréhension du monde numérique'],
        modalites_acces: ["Ce lieu n'accueille pas de public"],
        autres_formations_labels: ['Pass numérique'],
      },
      q: 'maison',
      point: { latitude: 44.84, longitude: -0.58 },
      rayon: 12.5,
      bbox: { west: -1, south: 44, east: 0, north: 45 },
      territoires: [
        { type: 'departement', code: '33' },
        { type: 'region', code: '75' },
      ],
      ouvert: 'soir',
      rdv: true,
      page: 3,
    },
  });
});

describe('what is not understood is left out and said', () => {
  it.each([
    ['service=x', 'service', 'x'],
    ['services=Aide', 'services', 'Aide'],
    ['frais_a_charge=gratuit', 'frais_a_charge', 'gratuit'],
    ['territoire=departement:20', 'territoire', 'departement:20'],
    ['bbox=1,2,3', 'bbox', '1,2,3'],
    ['bbox=0,50,1,40', 'bbox', '0,50,1,40'],
    ['bbox=0,0,0,91', 'bbox', '0,0,0,91'],
    ['lat=91&lon=0', 'lat', '91'],
    ['lat=44', 'lat', '44'],
    ['lon=4', 'lon', '4'],
    ['lat=NaN&lon=0', 'lat', 'NaN'],
    ['lat=1e1&lon=0', 'lat', '1e1'],
    ['rayon=0', 'rayon', '0'],
    ['rayon=-3', 'rayon', '-3'],
    ['ouvert=demain', 'ouvert', 'demain'],
    ['ouvert=2025-02-30T10:00', 'ouvert', '2025-02-30T10:00'],
    ['ouvert=2025-02-28T24:00', 'ouvert', '2025-02-28T24:00'],
    ['rdv=oui', 'rdv', 'oui'],
    ['page=0', 'page', '0'],
    ['page=1.5', 'page', '1.5'],
    ['q=a&q=b', 'q', 'b'],
    [`q=${'a'.repeat(201)}`, 'q', 'a'.repeat(201)],
    ['__proto__=1', '__proto__', '1'],
  ])('%s', (query, nom, valeur) => {
    const { inconnus } = parse(query);
    expect(inconnus).toContainEqual({ nom, valeur, message: expect.stringMatching(/\.$/) });
  });

  test('while the rest is kept', () => {
    expect(parse('services=Rien&frais_a_charge=Gratuit').filtres.champs).toEqual({ frais_a_charge: ['Gratuit'] });
  });

  test('names that the caller reads itself are not its business', () => {
    expect(parseFiltres(new URLSearchParams('limite=50'), ['limite']).inconnus).toEqual([]);
  });
});

const coordinate = (limit: number) => fc.integer({ min: -limit * 1e5, max: limit * 1e5 }).map((n) => n / 1e5);
const anyFiltres: fc.Arbitrary<Filtres> = fc
  .record({
    champs: fc.record(
      Object.fromEntries(
        FILTER_FIELDS.map((field) => [field, fc.subarray([...(fieldOf(field).values ?? ['Autre', 'Été'])])]),
      ),
    ),
    q: fc.option(
      fc
        .string({ unit: 'grapheme', maxLength: 50 })
        .map((q) => q.trim())
        .filter((q) => q !== ''),
    ),
    point: fc.option(fc.record({ latitude: coordinate(90), longitude: coordinate(180) })),
    rayon: fc.option(fc.integer({ min: 1, max: 1000 }).map((n) => n / 4)),
    bbox: fc.option(
      fc
        .tuple(coordinate(180), coordinate(90), coordinate(180), coordinate(90))
        .map(([west, a, east, b]) => ({ west, south: Math.min(a, b), east, north: Math.max(a, b) })),
    ),
    territoires: fc
      .subarray(['commune:33063', 'departement:2A', 'epci:243300316', 'region:11'])
      .map((texts) => texts.flatMap((text) => parseTerritoire(text) ?? [])),
    ouvert: fc.option(
      fc.oneof(
        fc.constantFrom('maintenant' as const, 'soir' as const, 'samedi' as const, 'dimanche' as const),
        fc.record({ jour: fc.constantFrom('2024-02-29', '2025-12-31'), minutes: fc.integer({ min: 0, max: 1439 }) }),
      ),
    ),
    rdv: fc.boolean(),
    page: fc.integer({ min: 1, max: 9999 }),
  })
  .map((filtres) => ({
    ...filtres,
    champs: Object.fromEntries(Object.entries(filtres.champs).filter(([, values]) => values.length > 0)),
  }));

test('filters are written in one way, and read back as they were', () => {
  fc.assert(
    fc.property(anyFiltres, (filtres) => {
      const params = formatFiltres(filtres);
      expect(parseFiltres(params)).toEqual({ filtres, inconnus: [] });
      const shuffled = new URLSearchParams([...params].reverse());
      expect(formatFiltres(parseFiltres(shuffled).filtres).toString()).toBe(params.toString());
    }),
  );
});

test.each([
  ['samedi', 'Ouvert samedi'],
  ['2026-12-02T10:00', 'Ouvert mercredi 2 décembre à 10\u00a0h'],
  ['2026-12-01T09:30', 'Ouvert mardi 1er décembre à 9\u00a0h\u00a030'],
])('ouvert=%s is called as people say it', (text, label) => {
  const { ouvert } = parse(`ouvert=${text}`).filtres;
  expect(ouvert && labelOfOuvert(ouvert)).toBe(label);
});

test('any query string is read without throwing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('q', 'bbox', 'lat', 'lon', 'ouvert', 'territoire', 'page', 'services', 'x'),
          fc.string(),
        ),
      ),
      (pairs) => {
        const { filtres } = parseFiltres(new URLSearchParams(pairs));
        expect(parseFiltres(formatFiltres(filtres)).filtres).toEqual(filtres);
      },
    ),
  );
});
