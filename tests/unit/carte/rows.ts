import fc from 'fast-check';
import { FILTER_FIELDS, type FilterField, type SnapshotRow } from '#app/carte/snapshot.ts';
import { fieldOf } from '#app/domain/standard.ts';

/** A lieu of Bordeaux that says nothing more. */
export function makeRow(row: Partial<SnapshotRow> & { id: string }): SnapshotRow {
  return {
    nom: `Lieu ${row.id}`,
    commune: 'Bordeaux',
    code_postal: '33000',
    code_insee: '33063',
    departement: '33',
    region: '75',
    epci: '243300316',
    latitude: 44.84,
    longitude: -0.58,
    fuseau: 'Europe/Paris',
    horaires_bits: null,
    prochain_creneau: null,
    services: [],
    publics_specifiquement_adresses: [],
    prise_en_charge_specifique: [],
    frais_a_charge: [],
    dispositif_programmes_nationaux: [],
    modalites_acces: [],
    modalites_accompagnement: [],
    itinerance: [],
    typologie: [],
    formations_labels: [],
    autres_formations_labels: [],
    ...row,
  };
}

/** Bits of a week that is open in these ranges of quarter-hours, counted from Monday 00:00. */
export function makeSemaine(...ranges: readonly [from: number, to: number][]): Uint8Array {
  const bits = new Uint8Array(84);
  for (const [from, to] of ranges) {
    for (let quarter = from; quarter < to; quarter++)
      bits[quarter >> 3] = (bits[quarter >> 3] ?? 0) | (1 << (quarter & 7));
  }
  return bits;
}

const COMMUNES = [
  {
    commune: 'Bordeaux',
    code_postal: '33000',
    code_insee: '33063',
    departement: '33',
    region: '75',
    epci: '243300316',
  },
  { commune: 'Paris', code_postal: '75012', code_insee: '75056', departement: '75', region: '11', epci: '200054781' },
  {
    commune: 'PARIS 12',
    code_postal: '75012',
    code_insee: '75112',
    departement: '75',
    region: '11',
    epci: '200054781',
  },
  { commune: 'Nouméa', code_postal: '98800', code_insee: '98818', departement: '988', region: '988', epci: null },
  { commune: 'Saint-Étienne', code_postal: '42000', code_insee: '42218', departement: null, region: null, epci: null },
  { commune: null, code_postal: null, code_insee: null, departement: null, region: null, epci: null },
];

const free = fc.array(fc.constantFrom('Fab Lab', 'Pass numérique', 'é|è', '👩‍💻', ''), { maxLength: 3 });

function list(field: FilterField): fc.Arbitrary<string[]> {
  const { values } = fieldOf(field);
  return values === null ? free : fc.subarray([...values], { maxLength: Math.min(4, values.length) });
}

/** Lieux with anything that a snapshot must carry: any text, missing parts, the ends of the world. */
export const anyRows: fc.Arbitrary<SnapshotRow[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.record({
        id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
        nom: fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('Médiathèque St Jean', 'Fab’Lab n° 3', 'Mairie\nannexe'),
        ),
        fuseau: fc.constantFrom('Europe/Paris', 'Pacific/Noumea', 'America/Cayenne'),
        horaires_bits: fc.option(
          fc.constantFrom(makeSemaine([36, 48]), makeSemaine(), makeSemaine([480, 672]), makeSemaine([0, 672])),
        ),
        prochain_creneau: fc.option(fc.integer({ min: 29_000_000, max: 31_000_000 })),
      }),
      fc.constantFrom(...COMMUNES),
      fc.option(
        fc.record({
          latitude: fc.oneof(
            fc.double({ min: -90, max: 90, noNaN: true }),
            fc.integer({ min: 4480, max: 4490 }).map((n) => n / 100),
          ),
          longitude: fc.oneof(
            fc.double({ min: -180, max: 180, noNaN: true }),
            fc.integer({ min: -60, max: -50 }).map((n) => n / 100),
          ),
        }),
        { nil: { latitude: null, longitude: null } },
      ),
      fc.record(Object.fromEntries(FILTER_FIELDS.map((field) => [field, list(field)]))),
    )
    .map(([base, commune, position, champs]) => makeRow({ ...base, ...commune, ...position, ...champs })),
  { selector: ({ id }) => id, maxLength: 40 },
);
