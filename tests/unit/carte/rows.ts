import fc from 'fast-check';
import { packHoraires } from '#app/carte/ouverture.ts';
import type { SnapshotRow } from '#app/carte/snapshot.ts';
import { FILTER_FIELDS, type FilterField } from '#app/domain/filter-fields.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored } from '#app/domain/horaires/stored-form.ts';
import type { LieuPlace } from '#app/domain/horaires/zones.ts';
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
    horaires: null,
    prochain_creneau: null,
    injoignable: false,
    contact: 'telephone',
    approximative: false,
    aides: [],
    passages: [],
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

/** Hours as a snapshot keeps them, of an opening_hours text read on 24 March 2025. */
export function makeHoraires(text: string, place: Partial<LieuPlace> = {}): string {
  const lieu = { code_insee: '33063', code_postal: '33000', latitude: null, longitude: null, ...place };
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, lieu, '2025-03-24');
  const packed = packHoraires(joinStored(horaires_intervalles, null, ouvertures_datees), { du: 20_171, au: 20_192 });
  if (packed === null) throw new Error(`no hours in ${text}`);
  return packed;
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

const hours = fc.option(fc.constantFrom(makeHoraires('Tu 14:00-17:00'), makeHoraires('Sa[1] 10:00-12:00')));
const position = fc.option(
  fc.record({
    latitude: fc.integer({ min: -9e6, max: 9e6 }).map((n) => n / 1e5),
    longitude: fc.integer({ min: -18e6, max: 18e6 }).map((n) => n / 1e5),
  }),
  { nil: { latitude: null, longitude: null } },
);
const permanenceIds = fc.uniqueArray(fc.constantFrom('0000000a', '0000000b', '000000c0', 'ffffffff'), { maxLength: 3 });

const anyAide = fc.record({
  horaires: hours,
  dispositif: fc.constantFrom(null, 'Conseillers numériques', 'France Services'),
  services: list('services'),
});

const anyPassage = fc
  .tuple(
    anyAide,
    position,
    fc.record({
      nom: fc.string({ unit: 'grapheme', maxLength: 12 }),
      adresse: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })),
      commune: fc.constantFrom(null, 'Bazas', 'Nouméa'),
      code_postal: fc.constantFrom(null, '33430'),
      code_insee: fc.constantFrom(null, '33036', '98818'),
      fuseau: fc.constantFrom('Europe/Paris', 'Pacific/Noumea', 'Indian/Mayotte'),
    }),
  )
  .map(([aide, place, etape]) => ({ ...aide, ...place, ...etape }));

function withIds<Item extends object>(items: fc.Arbitrary<Item>): fc.Arbitrary<(Item & { id: string })[]> {
  return permanenceIds.chain((ids) =>
    fc
      .array(items, { minLength: ids.length, maxLength: ids.length })
      .map((list) => list.flatMap((item, n) => (ids[n] === undefined ? [] : [{ ...item, id: ids[n] }]))),
  );
}

/** The same lieux with help on hours of its own, stops elsewhere, and some that nobody can reach. */
export function anyRowsWithHelp(): fc.Arbitrary<SnapshotRow[]> {
  return anyRows.chain((rows) =>
    fc
      .array(
        fc.record({
          aides: withIds(anyAide),
          passages: withIds(anyPassage),
          injoignable: fc.boolean(),
          contact: fc.constantFrom('telephone' as const, 'courriel' as const, null),
          approximative: fc.boolean(),
        }),
        {
          minLength: rows.length,
          maxLength: rows.length,
        },
      )
      .map((helps) => rows.map((row, n) => ({ ...row, ...helps[n] }))),
  );
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
        horaires: fc.option(
          fc.constantFrom(
            makeHoraires('Mo 09:00-12:00'),
            makeHoraires('24/7'),
            makeHoraires('demandez au gardien'),
            makeHoraires('Sa[1] 10:00-12:00'),
          ),
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
