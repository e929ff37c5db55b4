import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsAgainstStandard } from '#app/domain/formats.ts';
import type { LieuEtPermanences } from '#app/domain/permanences.ts';
import type { FieldName } from '#app/domain/standard.ts';
import { DEPARTEMENTS, REGIONS, regionOfDepartement } from '#app/domain/territoire.ts';
import { type Lot, openParquets, type Parquets } from './export-parquets.ts';
import { TEXT_FORMATS, TextSink, textsOf } from './export-texte.ts';
import { mapAtOnce } from './map-at-once.ts';

export interface WrittenFile {
  /** `lieux.csv`, `departement/33/lieux.csv`. */
  nom: string;
  /** `region:75`, `departement:33`; null for the whole. */
  territoire: string | null;
  lignes: number;
  octets: number;
  /** Hexadecimal. */
  sha256: string;
}

/** A lieu that the files leave out, and its fields that the standard refuses. */
export interface Ecarte {
  id: string;
  champs: FieldName[];
}

interface Written {
  lignes: number;
  fichiers: WrittenFile[];
  /** Those of each région and département that has a lieu, in the order of their codes, régions first. */
  territoires: WrittenFile[];
  ecartes: Ecarte[];
}

/** A lieu to write; without a département it is in the files of the whole only. */
type LieuToWrite = LieuEtPermanences & { departement?: string | null };

/**
 * Writes the files of an export (CSV, JSON, GeoJSON, Parquet), whole and by région and département, without the lieux that are against
 * the standard, into a folder, on the disk when it returns. One pass, in which each lieu is put into words once, and a
 * thread beside it for the Parquet: they hold the same lieux in the same order, and memory does not grow with their number.
 * @param rowsInMemory up to how many lieux the Parquet of territoires is made from memory, beyond from their JSON
 * @param parquetsUrl the bundle of the thread that writes the Parquet; beside this program by default
 */
export async function writeLieux(
  folder: string,
  lieux: AsyncIterable<LieuToWrite>,
  { rowsInMemory = ROWS_IN_MEMORY, parquetsUrl }: { rowsInMemory?: number; parquetsUrl?: URL } = {},
): Promise<Written> {
  const parquets = openParquets({ folder, rowsInMemory }, parquetsUrl);
  try {
    const { whole, places, lignes, ecartes } = await writeTexts(folder, lieux, parquets);
    const sorted = [...places.values()].sort((a, b) => a.rank - b.rank);
    const finished = finishTexts([whole, ...sorted]);
    // Beyond, they are made from the JSON, which is to be whole.
    if (lignes >= rowsInMemory) await finished;
    const codes = sorted.map(({ territoire }) => territoire ?? '');
    const [texts, written] = await Promise.all([finished, parquets.finish(codes)]);
    const ofPlace = (_: Place, index: number) => [
      ...texts.slice(index * TEXT_FORMATS.length, (index + 1) * TEXT_FORMATS.length),
      ...written.slice(index, index + 1),
    ];
    const [fichiers = [], ...territoires] = [whole, ...sorted].map(ofPlace);
    return { lignes, fichiers, territoires: territoires.flat(), ecartes };
  } finally {
    await parquets.stop();
  }
}

/** What there is to finish once every lieu is in its files of text, and on its way to Parquet. */
async function writeTexts(folder: string, lieux: AsyncIterable<LieuToWrite>, parquets: Parquets) {
  const whole = await openPlace(folder, null);
  const places = new Map<string, Place>();
  const ecartes: Ecarte[] = [];
  const lot = new LotOfLieux();
  let lignes = 0;
  let held = 0;
  for await (const lieu of lieux) {
    const champs = fieldsAgainstStandard(lieu);
    if (champs.length > 0) {
      ecartes.push({ id: lieu.id, champs });
      continue;
    }
    const texts = textsOf(lieu);
    const departement = lieu.departement ?? null;
    for (const place of [whole, ...(await placesOf(departement))]) {
      place.texts.forEach((sink, index) => {
        const text = texts[index] ?? EMPTY;
        sink.add(text);
        held += text.length;
      });
    }
    lot.add(texts[JSON_INDEX] ?? EMPTY, departement);
    lignes++;
    if (lot.length === LOT) await parquets.add(lot.take());
    if (held > HELD_BYTES) held -= await flushLongest([whole, ...places.values()]);
  }
  if (lot.length > 0) await parquets.add(lot.take());
  return { whole, places, lignes, ecartes };

  async function placesOf(departement: string | null): Promise<Place[]> {
    const region = departement === null ? null : regionOfDepartement(departement);
    if (departement === null || region === null) return [];
    return [await placeOf(`region:${region}`), await placeOf(`departement:${departement}`)];
  }

  async function placeOf(territoire: string): Promise<Place> {
    const known = places.get(territoire);
    if (known) return known;
    const place = await openPlace(folder, territoire);
    places.set(territoire, place);
    return place;
  }
}

/** Lieux that go to Parquet together. */
const LOT = 500;

class LotOfLieux {
  #parts: Buffer[] = [];
  #departements: (string | null)[] = [];

  get length(): number {
    return this.#departements.length;
  }

  add(json: Buffer, departement: string | null): void {
    this.#parts.push(this.length === 0 ? BEFORE : BETWEEN, json);
    this.#departements.push(departement);
  }

  take(): Lot {
    const lot = { json: Buffer.concat([...this.#parts, AFTER]), departements: this.#departements };
    this.#parts = [];
    this.#departements = [];
    return lot;
  }
}

const BEFORE = Buffer.from('[');
const BETWEEN = Buffer.from(',');
const AFTER = Buffer.from(']');

const JSON_INDEX = TEXT_FORMATS.findIndex(({ nom }) => nom === 'lieux.json');

/** Some 60 MB of real lieux. */
const ROWS_IN_MEMORY = 25_000;

/** Over all files of text. Territoires share the bytes of the whole: a third of it in memory. */
const HELD_BYTES = 24_000_000;

const EMPTY = Buffer.alloc(0);

/** What has files of its own: the whole, a région, a département. */
interface Place {
  territoire: string | null;
  /** What its names begin with: ``, `departement/33/`. */
  path: string;
  rank: number;
  texts: TextSink[];
}

const RANKS = new Map(
  [...REGIONS.map(({ code }) => `region:${code}`), ...DEPARTEMENTS.map(({ code }) => `departement:${code}`)].map(
    (territoire, rank) => [territoire, rank],
  ),
);

async function openPlace(folder: string, territoire: string | null): Promise<Place> {
  const path = territoire === null ? '' : `${territoire.replace(':', '/')}/`;
  if (territoire !== null) await mkdir(join(folder, path), { recursive: true });
  const texts = TEXT_FORMATS.map((format) => new TextSink(folder, { nom: path + format.nom, territoire, format }));
  return { territoire, path, rank: RANKS.get(territoire ?? '') ?? -1, texts };
}

/** Writes what is longest until half is left: few writes, and memory is bounded. Gives how many bytes it wrote. */
async function flushLongest(places: readonly Place[]): Promise<number> {
  let written = 0;
  for (const sink of places.flatMap(({ texts }) => texts).sort((a, b) => b.pending - a.pending)) {
    if (written > HELD_BYTES / 2) break;
    written += sink.pending;
    await sink.flush();
  }
  return written;
}

function finishTexts(places: readonly Place[]): Promise<WrittenFile[]> {
  return mapAtOnce(
    places.flatMap(({ texts }) => texts),
    SYNCS_AT_ONCE,
    (sink) => sink.finish(),
  );
}

/** A disk syncs several files in the time of one. */
const SYNCS_AT_ONCE = 16;
