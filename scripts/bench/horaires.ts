import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type Kysely, sql } from 'kysely';
import OpeningHours from 'opening_hours';
import { ouvertTest, prepareOuverture } from '#app/carte/ouverture.ts';
import { decodeParts, mapParts, type SnapshotIndex } from '#app/carte/snapshot.ts';
import { buildSnapshot } from '#app/carte/snapshot-build.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { openLieuxPublies } from '#db/lieux-publies.ts';
import type { DB } from '#db/types.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';
import { type Figure, median, timed, type World } from './types.ts';

/** Beside the checkout where the bench is run by who has it; seen from build/bin. */
const REAL_FILE = new URL('../../../shared/data/lieux-reels.csv', import.meta.url);
const PLACE = { lat: 48.85, lon: 2.35, address: { country_code: 'fr', state: 'Île-de-France' } };
const TODAY = '2026-01-15';
const SNAPSHOTS = 7;

/** Reading hours, and "open now" over every lieu as the snapshot answers it; beside npm opening_hours, which is given the same. */
export async function benchHoraires({ db, url, communes, lieux }: World): Promise<Figure[]> {
  const real = existsSync(REAL_FILE);
  const all = real ? realTexts() : makeDemoLieux(communes, { count: lieux, today: TODAY }).map((lieu) => lieu.horaires);
  const given = all.filter((text) => text !== null && text.trim() !== '').map(String);
  const distinct = [...new Set(given)];
  return [
    ...(await readingFigures(distinct, real ? 'real' : 'invented')),
    ...(await openNowFigures({ db, url, lieux, given })),
  ];
}

async function readingFigures(texts: readonly string[], kind: string): Promise<Figure[]> {
  const ours = await timed(() => texts.forEach((text) => void parseHoraires(text)));
  const library = await timed(() => texts.forEach((text) => void readByLibrary(text)));
  const rule = 'Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00; ';
  const perText = (copies: number) =>
    median(9, () => {
      for (let time = 0; time < 200; time++) parseHoraires(rule.repeat(copies));
    });
  await perText(40);
  const [short, long] = [await perText(4), await perText(40)];
  return [
    {
      what: `hours: ${texts.length.toLocaleString('en-GB')} distinct ${kind} texts read, the first time`,
      ours: ours.ms,
      unit: 'ms',
      reference: library.ms,
      referenceIs: 'npm opening_hours, the same texts',
      target: '≤ 0.1',
    },
    {
      what: 'hours: a text ten times as long takes, times',
      ours: long / short,
      unit: '×',
      reference: 10,
      referenceIs: 'linear',
      target: '≤ 1.2',
    },
  ];
}

async function openNowFigures(given: {
  db: Kysely<DB>;
  url: string;
  lieux: number;
  given: readonly string[];
}): Promise<Figure[]> {
  const texts = await giveHours(given.db, given.given);
  const own = openLieuxPublies(given.url);
  try {
    const { parts } = await buildSnapshot(own, new Date(`${TODAY}T08:00:00Z`));
    const load = () => decodeParts(mapParts(parts, ({ identity }) => identity));
    const prepared: number[] = [];
    const first: number[] = [];
    const following: number[] = [];
    for (let snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
      const index = load();
      prepared.push(processorMs(() => prepareOuverture(index, new Date(`${TODAY}T07:00:00Z`))));
      for (let hour = 0; hour < 30; hour++) {
        const instant = new Date(Date.UTC(2026, 0, 15, 8 + hour, snapshot));
        (hour === 0 ? first : following).push(processorMs(() => countOpen(index, instant)));
      }
    }
    const columns = load().horaires.toArray();
    const parse = () => columns.forEach((text) => void (text && JSON.parse(text)));
    const parsing = middle(Array.from({ length: SNAPSHOTS }, () => processorMs(parse)));
    const library = libraryOpenNow(texts);
    const over = `over ${texts.length.toLocaleString('en-GB')} lieux`;
    const beside = { unit: 'ms of processor', reference: library, referenceIs: 'npm opening_hours, texts read before' };
    return [
      { what: `hours: open now ${over}, first call of a snapshot`, ours: middle(first), ...beside, target: '≤ 1 ms' },
      { what: `hours: open now ${over}, following calls`, ours: middle(following), ...beside, target: '≤ 1 ms' },
      {
        what: `hours: ${columns.length.toLocaleString('en-GB')} different ones put together when a snapshot is loaded`,
        ours: middle(prepared),
        unit: 'ms of processor',
        reference: parsing,
        referenceIs: 'JSON.parse of the same',
        target: '≤ 3',
      },
    ];
  } finally {
    await own.destroy();
  }
}

function countOpen(index: SnapshotIndex, instant: Date): number {
  const open = ouvertTest(index, { ouvert: 'maintenant', services: [], instant });
  let count = 0;
  for (let row = 0; row < index.size; row++) if (open(row)) count += 1;
  return count;
}

/** "Open now" of each lieu by the library: its texts read beforehand, each once, those that it refuses left out. */
function libraryOpenNow(texts: readonly string[]): number {
  const read = new Map([...new Set(texts)].map((text) => [text, readByLibrary(text)]));
  const instant = new Date(`${TODAY}T09:05:00Z`);
  const ask = () => {
    for (const text of texts) read.get(text)?.getState(instant);
  };
  return middle([processorMs(ask), processorMs(ask), processorMs(ask)]);
}

function readByLibrary(text: string): OpeningHours | undefined {
  try {
    return new OpeningHours(text, PLACE);
  } catch {
    return undefined;
  }
}

/** Gives every lieu of the bench's database one of these texts, in the proportions in which they come; returns them lieu by lieu. */
async function giveHours(db: Kysely<DB>, texts: readonly string[]): Promise<string[]> {
  const rows = await db.selectFrom('lieu').select(['id', 'code_insee', 'code_postal']).orderBy('id').execute();
  const given = rows.map((_, number) => texts[(number * 7919) % texts.length] ?? '');
  const stored = rows.map(({ code_insee, code_postal }, number) =>
    JSON.stringify(
      storeHoraires(given[number] ?? '', { code_insee, code_postal, latitude: null, longitude: null }, TODAY)
        .horaires_intervalles,
    ),
  );
  await sql`
    UPDATE lieu SET horaires_intervalles = given.intervalles::jsonb
    FROM unnest(${rows.map(({ id }) => id)}::text[], ${stored}::text[]) AS given (id, intervalles)
    WHERE lieu.id = given.id`.execute(db);
  return given;
}

function realTexts(): (string | null)[] {
  const rows: Record<string, string>[] = parse(readFileSync(REAL_FILE), {
    columns: true,
    bom: true,
    relax_quotes: true,
  });
  return rows.map((row) => row.horaires ?? null);
}

/** Milliseconds of processor that something takes: what lasts less than a turn of the scheduler cannot be timed on a busy machine. */
function processorMs(action: () => unknown): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function middle(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
