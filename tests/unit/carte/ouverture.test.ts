import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseFiltres } from '#app/carte/filters.ts';
import { ouvertureOfRow, packHoraires } from '#app/carte/ouverture.ts';
import { selectRows } from '#app/carte/search.ts';
import { decodeSnapshot, type SnapshotAide, type SnapshotIndex, type SnapshotPassage } from '#app/carte/snapshot.ts';
import { encodeSnapshot } from '#app/carte/snapshot-encode.ts';
import { type LieuOuvert, ouvertureOfLieu } from '#app/domain/aide.ts';
import { formatLocalDate, parseLocalDate } from '#app/domain/horaires/dates.ts';
import { localInstant, localMoment, openingState } from '#app/domain/horaires/opening.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { joinStored, type StoredHoraires } from '#app/domain/horaires/stored-form.ts';
import { timeZoneOfLieu } from '#app/domain/horaires/zones.ts';
import { passageOn } from '#app/domain/passages.ts';
import { makeRow } from './rows.ts';

/** One commune of each time zone, and one of Alsace-Moselle. */
const COMMUNES = [
  ...['33063', '67482', '97101', '97209', '97302', '97411', '97502', '97611', '97701', '97801'],
  ...['98613', '98719', '98731', '98735', '98818'],
];

/** Around Christmas and the 20th of December in La Réunion; Easter and summer time; days of abolition and of May. */
const BASES = ['2026-12-15', '2027-03-22', '2027-04-26', '2027-05-17'];

const TEXTES = [
  'Mo-Fr 09:00-12:00,14:00-17:30',
  'Mo-Sa 08:00-19:00; PH off',
  'Tu 14:00-17:00; PH off',
  '24/7',
  'Fr 22:00-02:00; Sa 21:00-24:00',
  'Mo[1] 10:00-12:00',
  'Tu[2],Th[-1] 09:00-16:00',
  'week 1-53/2 Mo-We 08:00-20:00',
  'Mo-Fr 09:00-18:00 "sur rendez-vous"',
  'Mo-Fr 17:00+',
  'PH 10:00-12:00; Mo-Fr 09:00-10:00',
  'Mo-Fr 09:00-17:00; SH off',
  'Mo-Su 09:00-12:00; Dec 24-26 off',
  'Mo-Su 09:00-12:00; 2026 Dec 18-2027 Jan 3 off "travaux"; 2027 Apr 5 off "inventaire"',
  '2026 Dec 22 14:00-16:00; 2027 Apr 05 09:00-19:00',
  'demandez au gardien',
];

const SERVICES = ['Aide aux démarches administratives', 'Loisirs et créations numériques'];

interface Case {
  base: string;
  insee: string;
  minutes: number;
  sansPublic: boolean;
  horaires: string | null;
  aides: { horaires: string | null; services: string[]; dispositif: string | null }[];
  passages: { horaires: string | null; insee: string }[];
}

const texte = fc.option(fc.constantFrom(...TEXTES), { freq: 12 });
const someServices = fc.subarray(SERVICES);

const anyCase: fc.Arbitrary<Case> = fc.record({
  base: fc.constantFrom(...BASES),
  insee: fc.constantFrom(...COMMUNES),
  minutes: fc.integer({ min: 0, max: 17 * 1440 }),
  sansPublic: fc.nat({ max: 5 }).map((n) => n === 0),
  horaires: texte,
  aides: fc.array(
    fc.record({
      horaires: texte,
      services: someServices,
      dispositif: fc.constantFrom(null, 'Conseillers numériques', 'France Services'),
    }),
    { maxLength: 3 },
  ),
  passages: fc.array(fc.record({ horaires: texte, insee: fc.constantFrom(...COMMUNES) }), { maxLength: 2 }),
});

const placeOf = (insee: string) => ({ code_insee: insee, code_postal: null, latitude: null, longitude: null });

const known = new Map<string, StoredHoraires | null>();

/** The whole of what is stored of a text: 400 days, computed once. */
function stored(text: string | null, insee: string, base: string): StoredHoraires | null {
  const key = `${text} ${insee} ${base}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { horaires_intervalles, ouvertures_datees } = storeHoraires(text, placeOf(insee), base);
  const value = joinStored(horaires_intervalles, null, ouvertures_datees);
  known.set(key, value);
  return value;
}

/** The lieu as the domain has it, and a snapshot that holds it alone. */
function build({ base, insee, sansPublic, horaires, aides, passages }: Case): {
  lieu: LieuOuvert;
  index: SnapshotIndex;
} {
  const first = parseLocalDate(base) ?? 0;
  const pack = (text: string | null, place: string) =>
    packHoraires(stored(text, place, base), { du: first - 1, au: first + 22 });
  const fuseau = timeZoneOfLieu(placeOf(insee));
  const stops = passages.map(
    (passage, n): SnapshotPassage => ({
      ...{ id: `p${n}`, nom: `Arrêt ${n}`, adresse: null, commune: 'Bazas', code_postal: null, code_insee: null },
      ...{ latitude: 44.4, longitude: -0.2, dispositif: null, services: [] },
      horaires: pack(passage.horaires, passage.insee),
      fuseau: timeZoneOfLieu(placeOf(passage.insee)),
    }),
  );
  const row = makeRow({
    ...{ id: 'a', nom: 'Bus', fuseau, passages: stops },
    horaires: pack(horaires, insee),
    services: SERVICES,
    modalites_acces: sansPublic ? ["Ce lieu n'accueille pas de public"] : ['Téléphoner'],
    aides: aides.map((aide, n): SnapshotAide => ({ ...aide, id: `a${n}`, horaires: pack(aide.horaires, insee) })),
  });
  const lieu: LieuOuvert = {
    ...{ sansPublic, injoignable: false, fuseau },
    horaires: stored(horaires, insee, base),
    aides: aides.map((aide) => ({ ...aide, horaires: stored(aide.horaires, insee, base) })),
    passages: passages.map((passage, n) => ({
      horaires: stored(passage.horaires, passage.insee, base),
      fuseau: stops[n]?.fuseau ?? fuseau,
      etape: { nom: `Arrêt ${n}`, commune: 'Bazas' },
    })),
  };
  return { lieu, index: decodeSnapshot(encodeSnapshot([row])) };
}

/** Said once more, from the state of each text alone: whether one may go to the lieu at an instant. */
function openByHand({ sansPublic, fuseau, horaires, aides, passages }: LieuOuvert, at: Date, asked: string[]): boolean {
  const open = (hours: StoredHoraires | null) => openingState(hours, at, fuseau).state === 'ouvert';
  if (sansPublic) return false;
  if (aides.length === 0) return passages.length === 0 && open(horaires);
  return aides.some(
    ({ horaires: hours, services }) =>
      (asked.length === 0 || services.length === 0 || services.some((value) => asked.includes(value))) && open(hours),
  );
}

const instantOf = ({ base, minutes }: Case) => new Date(Date.parse(`${base}T12:00:00Z`) + minutes * 60_000);

function found(index: SnapshotIndex, query: Record<string, string>, asked: string[], instant: Date): Set<number> {
  const params = new URLSearchParams(query);
  for (const service of asked) params.append('services', service);
  return new Set(selectRows(index, { filtres: parseFiltres(params).filtres, place: null, instant }));
}

test('"open now", for all help or for some services, is what each text says on its clock', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyCase, someServices, (given, asked) => {
      const { lieu, index } = build(given);
      const instant = instantOf(given);
      const rows = found(index, { ouvert: 'maintenant' }, asked, instant);
      expect(rows.has(0)).toBe(openByHand(lieu, instant, asked));
      for (const [n, passage] of lieu.passages.entries()) {
        expect(rows.has(1 + n)).toBe(openingState(passage.horaires, instant, passage.fuseau).state === 'ouvert');
      }
    }),
    { numRuns: 600 },
  );
});

test('a day and an hour are asked of each lieu on its own clock', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyCase, fc.integer({ min: 0, max: 1439 }), (given, minute) => {
      const { lieu, index } = build(given);
      const day = (parseLocalDate(given.base) ?? 0) + Math.floor(given.minutes / 1440);
      const jour = formatLocalDate(day);
      const ouvert = `${jour}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      const at = localInstant(day, minute, lieu.fuseau);
      // An hour that summer time skips exists on no clock.
      fc.pre(localMoment(at, lieu.fuseau).minute === minute);
      const rows = found(index, { ouvert }, [], new Date(`${given.base}T12:00:00Z`));
      expect(rows.has(0)).toBe(openByHand(lieu, at, []));
    }),
    { numRuns: 500 },
  );
});

test('an evening, a Saturday, a Sunday: open at some minute that is left of it', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyCase, fc.constantFrom('soir', 'samedi', 'dimanche'), (given, ouvert) => {
      const { lieu, index } = build(given);
      const instant = instantOf(given);
      const now = localMoment(instant, lieu.fuseau);
      const ahead = ouvert === 'soir' ? 0 : ((ouvert === 'samedi' ? 5 : 6) - now.weekday + 7) % 7;
      let open = false;
      for (let minute = ouvert === 'soir' ? 1080 : 0; minute < 1440 && !open; minute++) {
        if (ahead === 0 && minute < now.minute) continue;
        const at = localInstant(now.day + ahead, minute, lieu.fuseau);
        if (minute % 30 === 0 || minute === now.minute) open = openByHand(lieu, at, []);
      }
      expect(found(index, { ouvert }, [], instant).has(0)).toBe(open);
    }),
    { numRuns: 150 },
  );
});

/** A stop without hours beside one that comes again, if at all, only after the days that a snapshot knows. */
const withLateStop = (late: string): [Case, string[]] => [
  {
    ...{ base: '2026-12-15', insee: '33063', minutes: 10_260, sansPublic: true, horaires: null, aides: [] },
    passages: [
      { horaires: null, insee: '33063' },
      { horaires: late, insee: '33063' },
    ],
  },
  [],
];
const LATE_STOPS = [
  withLateStop('2026 Dec 22 14:00-16:00; 2027 Apr 05 09:00-19:00'),
  withLateStop('2026 Dec 16 14:00-16:00'),
];

test('a stop whose hours nobody knows leaves the lieu unknown, in the list as on the fiche', () => {
  for (const [given] of LATE_STOPS) {
    const { lieu, index } = build(given);
    const instant = instantOf(given);
    expect(ouvertureOfLieu(lieu, instant).state).toBe('inconnu');
    expect(ouvertureOfRow(index, 0, { ouvert: null, services: [], instant }).state).toBe('inconnu');
  }
});

test('the list says what the fiche says, as long as the next change lies within the days that a snapshot knows', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(anyCase, someServices, (given, asked) => {
      const { lieu, index } = build(given);
      const instant = instantOf(given);
      const end = Date.parse(`${given.base}T00:00:00Z`) + 21 * 86_400_000;
      const wanted = ouvertureOfLieu(lieu, instant, asked);
      const said = ouvertureOfRow(index, 0, { ouvert: null, services: asked, instant });
      expect(said.state).toBe(wanted.state);
      if (wanted.nextChange && wanted.nextChange.getTime() < end) expect(said).toEqual(wanted);
    }),
    { numRuns: 500, examples: LATE_STOPS },
  );
});

test('a state lasts until its next change, and what is open closes then', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyCase, fc.double({ min: 0, max: 1, noNaN: true }), (given, part) => {
      const { lieu } = build(given);
      const instant = instantOf(given);
      const { state, nextChange } = ouvertureOfLieu(lieu, instant);
      fc.pre(nextChange !== null && lieu.aides.length > 0 && state !== 'sans_public');
      if (!nextChange) return;
      const between = new Date(instant.getTime() + part * (nextChange.getTime() - 60_000 - instant.getTime()));
      expect(ouvertureOfLieu(lieu, between).state).toBe(state);
      if (state === 'ouvert') expect(ouvertureOfLieu(lieu, nextChange).state).not.toBe('ouvert');
    }),
    { numRuns: 500 },
  );
});

describe('a stop is in the list and on the map on its day', () => {
  const passage = {
    ...{ id: 'p', nom: 'Place du marché', adresse: null, commune: 'Bazas', code_postal: '33430', code_insee: '33036' },
    ...{ latitude: 44.43, longitude: -0.21, dispositif: null, services: [], fuseau: 'Europe/Paris' },
    horaires: packHoraires(stored('2026 Dec 22 14:00-16:00', '33036', '2026-12-15'), { du: 20_801, au: 20_824 }),
  };
  const index = decodeSnapshot(encodeSnapshot([makeRow({ id: 'a', nom: 'Bus numérique', passages: [passage] })]));
  const rowsAt = (instant: string, query = '') =>
    [
      ...selectRows(index, {
        filtres: parseFiltres(new URLSearchParams(query)).filtres,
        place: null,
        instant: new Date(instant),
      }),
    ].filter((row) => row >= index.size);

  it.each([
    ['the day before', '2026-12-21T10:00:00+01:00', '', 0],
    ['from midnight on', '2026-12-22T00:00:00+01:00', '', 1],
    ['once it is over', '2026-12-22T20:00:00+01:00', '', 1],
    ['the day after', '2026-12-23T10:00:00+01:00', '', 0],
    ['when it is asked for', '2026-12-21T10:00:00+01:00', 'ouvert=2026-12-22T15:00', 1],
    ['not at another hour', '2026-12-21T10:00:00+01:00', 'ouvert=2026-12-22T16:00', 0],
    ['near where it is', '2026-12-22T09:00:00+01:00', 'lat=44.43&lon=-0.21&rayon=1', 1],
    ['by its commune', '2026-12-22T09:00:00+01:00', 'territoire=commune:33036', 1],
    ['not in the commune of its lieu', '2026-12-22T09:00:00+01:00', 'territoire=commune:33063', 0],
    ['by its name', '2026-12-22T09:00:00+01:00', 'q=march%C3%A9+bazas', 1],
    ['not where one books', '2026-12-22T09:00:00+01:00', 'rdv=1', 0],
  ])('%s', (_name, instant, query, count) => expect(rowsAt(instant, query)).toHaveLength(count));

  it.each([
    ['2026-12-22T10:00:00+01:00', 'ferme', 'Passage du bus aujourd’hui, de 14 h à 16 h'],
    ['2026-12-22T15:00:00+01:00', 'ouvert', 'Passage du bus aujourd’hui, de 14 h à 16 h'],
    ['2026-12-22T16:00:00+01:00', 'ferme', 'Passage du bus terminé pour aujourd’hui, de 14 h à 16 h'],
  ])('%s: %s, %s', (instant, state, sentence) => {
    const said = ouvertureOfRow(index, 1, { ouvert: null, services: [], instant: new Date(instant) });
    expect([said.state, said.sentence.replace(/\s/g, ' ')]).toEqual([state, sentence]);
  });

  test('on another day there is none', () => {
    const etape = { nom: 'x', commune: null };
    const hours = stored('2026 Dec 22 14:00-16:00', '33036', '2026-12-15');
    const stop = { horaires: hours, fuseau: 'Europe/Paris', etape };
    expect(passageOn(stop, { day: 20_810, instant: new Date('2026-12-20T00:00:00Z'), lieu: 'Bus' })).toBeNull();
  });
});
