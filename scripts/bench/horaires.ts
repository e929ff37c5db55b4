import OpeningHours from 'opening_hours';
import { ouvertTest, prepareOuverture } from '#app/carte/ouverture.ts';
import { decodeParts, mapParts, type SnapshotIndex } from '#app/carte/snapshot.ts';
import { buildSnapshot } from '#app/carte/snapshot-build.ts';
import { parseHoraires } from '#app/domain/horaires/parse.ts';
import { openLieuxPublies } from '#db/lieux-publies.ts';
import { giveHours, givenTexts, TODAY } from './heures.ts';
import { type Figure, median, timed, type World } from './types.ts';

const PLACE = { lat: 48.85, lon: 2.35, address: { country_code: 'fr', state: 'Île-de-France' } };
const SNAPSHOTS = 7;

/** Reading hours, and "open now" over every lieu as the snapshot answers it; beside npm opening_hours, which is given the same. */
export async function benchHoraires(world: World): Promise<Figure[]> {
  const { texts, kind } = givenTexts(world);
  return [...(await readingFigures([...new Set(texts)], kind)), ...(await openNowFigures(world))];
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

async function openNowFigures(world: World): Promise<Figure[]> {
  const texts = await giveHours(world);
  const own = openLieuxPublies(world.url);
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
